#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "report/chart/contours.h"
#include "report/chart/figure_parts.h"
#include "report/chart/figures.h"

namespace isoflop {

namespace {

constexpr std::size_t kContours = 9;

bool is_interior(const std::optional<Plan>& plan) {
  return plan && plan->run && plan->sparsity_answer == SparsityAnswer::kInterior;
}

std::string answer_text(const std::optional<Plan>& plan) {
  if (is_interior(plan)) return format_share(plan->run->S, 3);
  return plan && plan->sparsity_answer ? to_text(*plan->sparsity_answer) : "unknown";
}

Panel loss_by_sparsity(const SparsityPicture& picture) {
  Panel panel{.title = "", .x = axis_of("S"), .y = axis_of("loss"), .marks = {}};
  const std::size_t lines = picture.profiles.size();
  std::vector<std::vector<double>> xs, ys;
  std::vector<Mark> optima;
  for (std::size_t i = 0; i < lines; ++i) {
    const IsoflopProfile& points = picture.profiles[i];
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
                      .x = {best->run->S},
                      .y = {best->run->loss},
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
    for (const PlannedRun& best : picture.by_size[i]) {
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

Figure surface_figure(const Law& law, const IsoflopProfile& grid,
                      const std::optional<PlannedRun>& optimum, const std::optional<Table>& runs) {
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
  const bool found = optimum.has_value();
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

}  // namespace isoflop
