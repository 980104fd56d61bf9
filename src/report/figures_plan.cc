#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/number_text.h"
#include "report/contours.h"
#include "report/figure_parts.h"
#include "report/figures.h"
#include "report/known_models.h"
#include "report/law_text.h"

namespace isoflop {

namespace {

// A run belongs to a profile when its FLOPs are within this factor, and its sparsity as near.
constexpr double kSameBudget = 1.25, kSameSparsity = 0.02;
constexpr std::size_t kContours = 9;

double place_of(std::size_t i, std::size_t count) {
  return count < 2 ? 1 : static_cast<double>(i) / static_cast<double>(count - 1);
}

std::string loss_text(double loss) { return format_number(loss, kLossDigits); }

std::string interval_text(const PlanRecord& record, std::string_view name,
                          std::string (*write)(double)) {
  const Uncertainty* found = record.sure ? record.sure->find(name) : nullptr;
  if (found == nullptr) return "";
  const Range& range = interval_of(*found);
  return fmt::format(" ({} to {})", write(range.low), write(range.high));
}

std::string count(double value) { return format_count(value); }
std::string flops_text(double value) { return format_number(value, 3); }

// Runs near a budget and a sparsity, in the colour of the profile.
Mark runs_near(const Law& law, const Table& runs, const Plan& plan, const std::string& axis,
               double place) {
  const std::vector<double> C = column_of(law, runs, "C"), x = column_of(law, runs, axis);
  const std::vector<double> S = column_of(law, runs, "S");
  const std::vector<std::string> tips = tips_of(runs);
  Mark mark{.kind = Mark::Kind::kPoints,
            .x = {},
            .y = {},
            .colour = Mark::Colour::kScale,
            .place = place};
  for (std::size_t row = 0; row < std::min(C.size(), x.size()); ++row) {
    if (std::abs(std::log(C[row] / plan.total_flops)) > std::log(kSameBudget)) continue;
    if (row < S.size() && std::abs(S[row] - plan.S) > kSameSparsity) continue;
    mark.x.push_back(x[row]);
    mark.y.push_back(runs.column("loss")[row]);
    mark.tips.push_back(tips[row]);
    mark.runs.push_back(row + 1);
  }
  return mark;
}

}  // namespace

Figure isoflop_figure(const IsoflopPicture& picture) {
  const Axis along = picture.profiles.front().axis;
  const std::string axis = to_text(along);
  Panel panel{.title = "", .x = axis_of(axis), .y = axis_of("loss"), .marks = {}};
  const std::size_t budgets = picture.profiles.size();
  std::vector<std::vector<double>> xs, ys;
  std::string numbers;
  std::size_t drawn_runs = 0;
  std::vector<Mark> optima;
  for (std::size_t i = 0; i < budgets; ++i) {
    const Profile& points = picture.profiles[i];
    const std::vector<double>& x = along == Axis::kTotal ? points.P : points.N;
    const double place = place_of(i, budgets);
    panel.marks.push_back({.kind = Mark::Kind::kLine,
                           .x = x,
                           .y = points.loss,
                           .colour = Mark::Colour::kScale,
                           .place = place,
                           .label = flops_text(points.flops)});
    xs.push_back(x);
    ys.push_back(points.loss);
    if (picture.runs) {
      Mark runs = runs_near(picture.law, *picture.runs, picture.optima[i].plan, axis, place);
      drawn_runs += runs.x.size();
      xs.push_back(runs.x);
      ys.push_back(runs.y);
      panel.marks.push_back(std::move(runs));
    }
    const PlanRecord& best = picture.optima[i];
    const double size = along == Axis::kTotal ? best.plan.P : best.plan.N;
    optima.push_back({.kind = Mark::Kind::kOptimum,
                      .x = {size},
                      .y = {best.plan.loss},
                      .colour = Mark::Colour::kScale,
                      .place = place,
                      .tips = {count(size)}});
    numbers += fmt::format("{}{} FLOPs: {} = {}{}, loss {}", numbers.empty() ? "" : "; ",
                           flops_text(points.flops), axis, count(size),
                           interval_text(best, axis, count), loss_text(best.plan.loss));
  }
  std::ranges::move(optima, std::back_inserter(panel.marks));
  panel.x.range = range_of(xs, panel.x.scale, 0.02);
  panel.y.range = range_of(ys, panel.y.scale);
  const PlanRecord& last = picture.optima.back();
  return {.title = fmt::format("The best {} grows from {} to {} between {} and {} FLOPs", axis,
                               count(along == Axis::kTotal ? picture.optima.front().plan.P
                                                           : picture.optima.front().plan.N),
                               count(along == Axis::kTotal ? last.plan.P : last.plan.N),
                               flops_text(picture.profiles.front().flops),
                               flops_text(picture.profiles.back().flops)),
          .what = fmt::format(
              "IsoFLOP profiles of {} at S = {}; rings: optima{}", picture.law.label(),
              format_share(last.plan.S),
              drawn_runs > 0 ? fmt::format("; points: {} runs near them", drawn_runs) : ""),
          .numbers = "Optima: " + numbers + ".",
          .panels = {std::move(panel)}};
}

namespace {

// N or D of plans against their budgets.
Panel frontier_panel(const FrontierRecord& record, const std::optional<Table>& runs,
                     const std::string& of, std::size_t series) {
  Panel panel{.title = "", .x = axis_of("C"), .y = axis_of(of), .marks = {}};
  Mark line{.kind = Mark::Kind::kLine, .x = {}, .y = {}, .place = static_cast<double>(series)};
  Mark band{.kind = Mark::Kind::kBand, .x = {}, .y = {}, .place = static_cast<double>(series)};
  for (const PlanRecord& each : record.plans) {
    if (!each.plan.answered) continue;
    line.x.push_back(each.plan.total_flops);
    line.y.push_back(of == "N" ? each.plan.N : each.plan.D);
    const Uncertainty* found = each.sure ? each.sure->find(of) : nullptr;
    if (found == nullptr) continue;
    band.x.push_back(each.plan.total_flops);
    band.y.push_back(interval_of(*found).low);
    band.high.push_back(interval_of(*found).high);
  }
  std::vector<std::vector<double>> xs = {line.x}, ys = {line.y, band.y, band.high};
  if (runs) {
    const Law& law = record.plans.front().law;
    Mark dots{.kind = Mark::Kind::kPoints,
              .x = column_of(law, *runs, "C"),
              .y = column_of(law, *runs, of),
              .colour = Mark::Colour::kQuiet,
              .tips = tips_of(*runs),
              .runs = run_numbers(*runs)};
    if (dots.x.size() == dots.y.size() && !dots.x.empty()) {
      xs.push_back(dots.x);
      ys.push_back(dots.y);
      panel.marks.push_back(std::move(dots));
    }
  }
  panel.x.range = range_of(xs, panel.x.scale, 0.02);
  Mark models{.kind = Mark::Kind::kOptimum, .x = {}, .y = {}, .colour = Mark::Colour::kQuiet};
  for (const KnownModel& model : known_models()) {
    const double C = 6 * model.N * model.D;
    if (!panel.x.range.contains(C)) continue;
    models.x.push_back(C);
    models.y.push_back(of == "N" ? model.N : model.D);
    models.tips.emplace_back(model.name);
  }
  ys.push_back(models.y);
  panel.y.range = range_of(ys, panel.y.scale);
  panel.marks.push_back(std::move(band));
  panel.marks.push_back(std::move(line));
  panel.marks.push_back(std::move(models));
  return panel;
}

}  // namespace

Figure frontier_figure(const FrontierRecord& record, const std::optional<Table>& runs) {
  const PlanRecord &first = record.plans.front(), &last = record.plans.back();
  const bool sure = last.sure.has_value();
  std::string numbers;
  for (const PlanRecord& each : record.plans)
    numbers += fmt::format("{}{} FLOPs: N = {}{}, D = {}{}", numbers.empty() ? "" : "; ",
                           flops_text(each.plan.total_flops), count(each.plan.N),
                           interval_text(each, "N", count), count(each.plan.D),
                           interval_text(each, "D", count));
  return {
      .title = fmt::format("Compute-optimal N grows as C^{:.2f}, D as C^{:.2f}", record.exponents.N,
                           record.exponents.D),
      .what = fmt::format(
          "Plans of {} from {} to {} FLOPs{}{}; rings: models that were trained", first.law.label(),
          flops_text(first.plan.total_flops), flops_text(last.plan.total_flops),
          sure ? fmt::format("; band: {} % interval", format_number(100 * last.level)) : "",
          runs ? "; points: the runs of the fit" : ""),
      .numbers = numbers + ".",
      .panels = {frontier_panel(record, runs, "N", 0), frontier_panel(record, runs, "D", 1)},
      .columns = 2};
}

namespace {

bool is_interior(const std::optional<Plan>& plan) {
  return plan && plan->answered && plan->sparsity_answer == SparsityAnswer::kInterior;
}

std::string answer_text(const std::optional<Plan>& plan) {
  if (is_interior(plan)) return format_share(plan->S, 3);
  return plan && plan->sparsity_answer ? to_text(*plan->sparsity_answer) : "unknown";
}

Panel loss_by_sparsity(const SparsityPicture& picture) {
  Panel panel{.title = "", .x = axis_of("S"), .y = axis_of("loss"), .marks = {}};
  const std::size_t lines = picture.profiles.size();
  std::vector<std::vector<double>> xs, ys;
  std::vector<Mark> optima;
  for (std::size_t i = 0; i < lines; ++i) {
    const Profile& points = picture.profiles[i];
    const double place = place_of(i, lines);
    panel.marks.push_back({.kind = Mark::Kind::kLine,
                           .x = points.S,
                           .y = points.loss,
                           .colour = Mark::Colour::kScale,
                           .place = place,
                           .label = flops_text(points.flops)});
    xs.push_back(points.S);
    ys.push_back(points.loss);
    const std::optional<Plan>& best = picture.optima[i];
    if (!is_interior(best)) continue;
    optima.push_back({.kind = Mark::Kind::kOptimum,
                      .x = {best->S},
                      .y = {best->loss},
                      .colour = Mark::Colour::kScale,
                      .place = place,
                      .tips = {answer_text(best)}});
  }
  std::ranges::move(optima, std::back_inserter(panel.marks));
  panel.x.range = range_of(xs, panel.x.scale, 0);
  panel.y.range = range_of(ys, panel.y.scale);
  return panel;
}

Panel sparsity_by_size(const SparsityPicture& picture) {
  Panel panel{.title = "", .x = axis_of("P"), .y = axis_of("S"), .marks = {}};
  panel.y.title = "optimal " + panel.y.title;
  std::vector<std::vector<double>> xs, ys;
  for (std::size_t i = 0; i < picture.by_size.size(); ++i) {
    Mark line{.kind = Mark::Kind::kLine,
              .x = {},
              .y = {},
              .colour = Mark::Colour::kScale,
              .place = place_of(i, picture.by_size.size()),
              .label = flops_text(picture.profiles[i].flops)};
    for (const Plan& best : picture.by_size[i]) {
      line.x.push_back(best.P);
      line.y.push_back(best.S);
    }
    xs.push_back(line.x);
    ys.push_back(line.y);
    panel.marks.push_back(std::move(line));
  }
  panel.x.range = range_of(xs, panel.x.scale, 0.02);
  panel.y.range = range_of(ys, panel.y.scale);
  return panel;
}

}  // namespace

Figure sparsity_figure(const SparsityPicture& picture) {
  const std::size_t last = picture.profiles.size() - 1;
  std::string numbers;
  for (std::size_t i = 0; i <= last; ++i)
    numbers += fmt::format("{}{} FLOPs: {}", i == 0 ? "" : "; ",
                           flops_text(picture.profiles[i].flops), answer_text(picture.optima[i]));
  std::string title =
      fmt::format("Optimal sparsity is {} at {} FLOPs", answer_text(picture.optima[0]),
                  flops_text(picture.profiles[0].flops));
  if (last > 0)
    title += fmt::format(" and {} at {}", answer_text(picture.optima[last]),
                         flops_text(picture.profiles[last].flops));
  return {.title = fmt::format("{}, for {}", title, picture.held),
          .what = fmt::format("Loss of {} against sparsity on each budget, rings: optima{}",
                              picture.law.label(),
                              picture.by_size.empty() ? "" : "; and the optima by total size"),
          .numbers = "Optimal sparsities: " + numbers + ".",
          .panels = picture.by_size.empty()
                        ? std::vector{loss_by_sparsity(picture)}
                        : std::vector{loss_by_sparsity(picture), sparsity_by_size(picture)},
          .columns = 2};
}

Figure surface_figure(const Law& law, const Profile& grid, const std::optional<Plan>& optimum,
                      const std::optional<Table>& runs) {
  // The grid's own axes: P changes slowly, S fast.
  std::vector<double> P, S;
  for (std::size_t i = 0; i < grid.P.size(); ++i) {
    if (P.empty() || grid.P[i] != P.back()) P.push_back(grid.P[i]);
    if (P.size() == 1) S.push_back(grid.S[i]);
  }
  std::vector<double> ln_P;
  for (const double each : P) ln_P.push_back(std::log(each));
  const auto [least, most] = std::ranges::minmax(grid.loss);
  Panel panel{.title = "", .x = axis_of("P"), .y = axis_of("S"), .marks = {}};
  // Levels close together near the least loss, where they matter.
  for (std::size_t i = 1; i <= kContours; ++i) {
    const double share = static_cast<double>(i) / (kContours + 1);
    const double level = least + (most - least) * share * share;
    Contour lines = contour(ln_P, S, grid.loss, level);
    for (double& x : lines.x) x = std::exp(x);
    panel.marks.push_back({.kind = Mark::Kind::kLine,
                           .x = std::move(lines.x),
                           .y = std::move(lines.y),
                           .colour = Mark::Colour::kScale,
                           .place = 1 - share,
                           .label = format_number(level, 3)});
  }
  if (runs)
    panel.marks.push_back({.kind = Mark::Kind::kPoints,
                           .x = column_of(law, *runs, "P"),
                           .y = column_of(law, *runs, "S"),
                           .colour = Mark::Colour::kQuiet,
                           .tips = tips_of(*runs),
                           .runs = run_numbers(*runs)});
  const auto at = static_cast<std::size_t>(std::ranges::min_element(grid.loss) - grid.loss.begin());
  const bool found = optimum && optimum->answered;
  const double best_P = found ? optimum->P : grid.P[at], best_S = found ? optimum->S : grid.S[at];
  const double best_loss = found ? optimum->loss : grid.loss[at];
  panel.marks.push_back({.kind = Mark::Kind::kOptimum,
                         .x = {best_P},
                         .y = {best_S},
                         .place = 1,
                         .tips = {loss_text(best_loss)}});
  panel.x.range = {P.front(), P.back()};
  panel.y.range = {S.front(), std::max(S.back(), best_S)};
  const std::size_t at_S = at % S.size(), at_P = at / S.size();
  const bool at_edge = !found && (at_S + 1 == S.size() || at_P == 0 || at_P + 1 == P.size());
  return {
      .title = fmt::format("At {} FLOPs the loss {} P = {}, S = {}", flops_text(grid.flops),
                           at_edge ? "falls to the edge of the picture, at" : "is least at",
                           count(best_P), format_share(best_S, 3)),
      .what = fmt::format("Loss of {} over total parameters and sparsity, as contours; ring: the "
                          "least{}",
                          law.label(), runs ? "; points: the runs of the fit" : ""),
      .numbers = fmt::format(
          "The least loss is {} at P = {}, S = {}; the highest of the picture is {}.",
          loss_text(best_loss), count(best_P), format_share(best_S, 3), loss_text(most)),
      .panels = {std::move(panel)}};
}

Figure laws_figure(const std::vector<FrontierRecord>& laws) {
  Panel panel{.title = "", .x = axis_of("C"), .y = axis_of("loss"), .marks = {}};
  panel.y.scale = FigureAxis::Scale::kLog;
  std::vector<std::vector<double>> xs, ys;
  std::string numbers;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (std::size_t i = 0; i < laws.size(); ++i) {
    Mark line{.kind = Mark::Kind::kLine, .x = {}, .y = {}, .place = static_cast<double>(i)};
    Mark band{.kind = Mark::Kind::kBand, .x = {}, .y = {}, .place = static_cast<double>(i)};
    for (const PlanRecord& each : laws[i].plans) {
      if (!each.plan.answered) continue;
      line.x.push_back(each.plan.total_flops);
      line.y.push_back(each.plan.loss);
      const Uncertainty* found = each.sure ? each.sure->find("loss") : nullptr;
      if (found == nullptr) continue;
      band.x.push_back(each.plan.total_flops);
      band.y.push_back(interval_of(*found).low);
      band.high.push_back(interval_of(*found).high);
    }
    const PlanRecord& last = laws[i].plans.back();
    line.label = last.law.label();
    numbers +=
        fmt::format("{}{}: {}", numbers.empty() ? "" : "; ", line.label, loss_text(last.plan.loss));
    least = std::min(least, last.plan.loss);
    most = std::max(most, last.plan.loss);
    xs.push_back(line.x);
    for (const Mark* mark : {&line, &band}) ys.push_back(mark->y);
    ys.push_back(band.high);
    panel.marks.push_back(std::move(band));
    panel.marks.push_back(std::move(line));
  }
  panel.x.range = range_of(xs, panel.x.scale, 0.02);
  panel.y.range = range_of(ys, panel.y.scale);
  const Plan& last = laws.front().plans.back().plan;
  return {.title = fmt::format("At {} FLOPs the laws are {} nats apart",
                               flops_text(last.total_flops), format_number(most - least, 2)),
          .what = fmt::format("Compute-optimal loss at S = {}, by law", format_share(last.S)),
          .numbers = fmt::format("Losses at {} FLOPs: {}.", flops_text(last.total_flops), numbers),
          .panels = {std::move(panel)}};
}

}  // namespace isoflop
