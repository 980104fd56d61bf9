#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/number_text.h"
#include "law/law_text.h"
#include "report/chart/figure_parts.h"
#include "report/chart/figures.h"
#include "report/chart/known_models.h"

namespace isoflop {

namespace {

// A run belongs to a profile when its FLOPs are within this factor, and its sparsity as near.
constexpr double kSameBudget = 1.25, kSameSparsity = 0.02;

std::string interval_text(const PlanRecord& record, std::string_view name,
                          std::string (*write)(double)) {
  const Uncertainty* found = record.sure() != nullptr ? record.sure()->find(name) : nullptr;
  if (found == nullptr) return "";
  const Range& range = interval_of(*found);
  return fmt::format(" ({} to {})", write(range.low), write(range.high));
}

// Runs near a budget and a sparsity, in the colour of the profile.
Mark runs_near(const Law& law, const Table& runs, const PlannedRun& plan, const std::string& axis,
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

std::string growth_text(const IsoflopPicture& picture, std::string_view axis, Axis along) {
  const auto size = [along](const PlanRecord& record) {
    return count(along == Axis::kTotal ? record.plan.run->P : record.plan.run->N);
  };
  const std::string first = flops_text(picture.profiles.front().flops);
  if (picture.profiles.size() == 1)
    return fmt::format("At {} FLOPs the loss is least at {} = {}", first, axis,
                       size(picture.optima.front()));
  return fmt::format("The best {} grows from {} to {} between {} and {} FLOPs", axis,
                     size(picture.optima.front()), size(picture.optima.back()), first,
                     flops_text(picture.profiles.back().flops));
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
    const IsoflopProfile& points = picture.profiles[i];
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
      Mark runs = runs_near(picture.law, *picture.runs, *picture.optima[i].plan.run, axis, place);
      drawn_runs += runs.x.size();
      xs.push_back(runs.x);
      ys.push_back(runs.y);
      panel.marks.push_back(std::move(runs));
    }
    const PlanRecord& best = picture.optima[i];
    const PlannedRun& run = *best.plan.run;
    const double size = along == Axis::kTotal ? run.P : run.N;
    optima.push_back({.kind = Mark::Kind::kOptimum,
                      .x = {size},
                      .y = {run.loss},
                      .colour = Mark::Colour::kScale,
                      .place = place,
                      .tips = {count(size)}});
    numbers += fmt::format("{}{} FLOPs: {} = {}{}, loss {}", numbers.empty() ? "" : "; ",
                           flops_text(points.flops), axis, count(size),
                           interval_text(best, axis, count), loss_text(run.loss));
  }
  std::ranges::move(optima, std::back_inserter(panel.marks));
  panel.x.range = range_of(xs, panel.x.scale, 0.02);
  panel.y.range = range_of(ys, panel.y.scale);
  return {.title = growth_text(picture, axis, along),
          .what = fmt::format(
              "IsoFLOP profiles of {} at S = {}; rings: optima{}", picture.law.label(),
              format_share(picture.optima.back().plan.run->S),
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
    line.x.push_back(each.plan.run->total_flops);
    line.y.push_back(of == "N" ? each.plan.run->N : each.plan.run->D);
    const Uncertainty* found = each.sure() != nullptr ? each.sure()->find(of) : nullptr;
    if (found == nullptr) continue;
    band.x.push_back(each.plan.run->total_flops);
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
  const bool sure = last.sure() != nullptr;
  std::string numbers;
  for (const PlanRecord& each : record.plans)
    numbers += fmt::format("{}{} FLOPs: N = {}{}, D = {}{}", numbers.empty() ? "" : "; ",
                           flops_text(each.plan.run->total_flops), count(each.plan.run->N),
                           interval_text(each, "N", count), count(each.plan.run->D),
                           interval_text(each, "D", count));
  return {
      .title = fmt::format("Compute-optimal N grows as C^{:.2f}, D as C^{:.2f}", record.exponents.N,
                           record.exponents.D),
      .what = fmt::format("Plans of {} from {} to {} FLOPs{}{}; rings: models that were trained",
                          first.law.label(), flops_text(first.plan.run->total_flops),
                          flops_text(last.plan.run->total_flops),
                          sure ? fmt::format("; band: {} % interval ({})",
                                             format_number(100 * last.level), last.sure_by())
                               : "",
                          runs ? "; points: the runs of the fit" : ""),
      .numbers = numbers + ".",
      .panels = {frontier_panel(record, runs, "N", 0), frontier_panel(record, runs, "D", 1)},
      .columns = 2};
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
      line.x.push_back(each.plan.run->total_flops);
      line.y.push_back(each.plan.run->loss);
      const Uncertainty* found = each.sure() != nullptr ? each.sure()->find("loss") : nullptr;
      if (found == nullptr) continue;
      band.x.push_back(each.plan.run->total_flops);
      band.y.push_back(interval_of(*found).low);
      band.high.push_back(interval_of(*found).high);
    }
    const PlanRecord& last = laws[i].plans.back();
    line.label = last.law.label();
    numbers += fmt::format("{}{}: {}", numbers.empty() ? "" : "; ", line.label,
                           loss_text(last.plan.run->loss));
    least = std::min(least, last.plan.run->loss);
    most = std::max(most, last.plan.run->loss);
    xs.push_back(line.x);
    for (const Mark* mark : {&line, &band}) ys.push_back(mark->y);
    ys.push_back(band.high);
    panel.marks.push_back(std::move(band));
    panel.marks.push_back(std::move(line));
  }
  panel.x.range = range_of(xs, panel.x.scale, 0.02);
  panel.y.range = range_of(ys, panel.y.scale);
  const PlannedRun& last = *laws.front().plans.back().plan.run;
  return {.title = fmt::format("At {} FLOPs the laws are {} nats apart",
                               flops_text(last.total_flops), format_number(most - least, 2)),
          .what = fmt::format("Compute-optimal loss at S = {}, by law", format_share(last.S)),
          .numbers = fmt::format("Losses at {} FLOPs: {}.", flops_text(last.total_flops), numbers),
          .panels = {std::move(panel)}};
}

}  // namespace isoflop
