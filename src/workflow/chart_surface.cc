#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/number_text.h"
#include "data/derive.h"
#include "isoflop/output.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

Contour contour(std::span<const double> x, std::span<const double> y,
                std::span<const double> heights, double level) {
  Contour lines;
  const auto height = [&](std::size_t i, std::size_t j) { return heights[i * y.size() + j]; };
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    for (std::size_t j = 0; j + 1 < y.size(); ++j) {
      // Corners in turn, so that neighbours in the list are the cell's sides.
      const std::pair<std::size_t, std::size_t> corners[] = {
          {i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}};
      std::size_t found = 0;
      for (std::size_t side = 0; side < 4; ++side) {
        const auto& [ai, aj] = corners[side];
        const auto& [bi, bj] = corners[(side + 1) % 4];
        const double a = height(ai, aj), b = height(bi, bj);
        if (!std::isfinite(a) || !std::isfinite(b) || (a < level) == (b < level)) continue;
        const double t = (level - a) / (b - a);
        lines.x.push_back(x[ai] + t * (x[bi] - x[ai]));
        lines.y.push_back(y[aj] + t * (y[bj] - y[aj]));
        // Two crossings make a segment; a saddle has four.
        if (++found % 2 == 0) {
          lines.x.push_back(std::numeric_limits<double>::quiet_NaN());
          lines.y.push_back(std::numeric_limits<double>::quiet_NaN());
        }
      }
      if (found % 2 == 1) {  // the other side of the segment was not finite
        lines.x.pop_back();
        lines.y.pop_back();
      }
    }
  return lines;
}

namespace {

constexpr std::size_t kContours = 9, kPoints = 60;

// Contours of the loss over total parameters and sparsity. The profile is a grid, P by P.
Figure surface_figure(const Law& law, const IsoflopProfile& grid,
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
    panel.marks.push_back(
        run_points(*runs, column_of(law, *runs, "P"), column_of(law, *runs, "S")));
  const auto at = static_cast<std::size_t>(std::ranges::min_element(grid.loss) - grid.loss.begin());
  const double best_P = grid.P[at], best_S = grid.S[at], best_loss = grid.loss[at];
  panel.marks.push_back({.kind = Mark::Kind::kOptimum,
                         .x = {best_P},
                         .y = {best_S},
                         .place = 1,
                         .tips = {loss_text(best_loss)}});
  panel.x.range = {P.front(), P.back()};
  panel.y.range = {S.front(), S.back()};
  const std::size_t at_S = at % S.size(), at_P = at / S.size();
  const std::string name = output_of(law).name;
  const bool at_edge = at_S + 1 == S.size() || at_P == 0 || at_P + 1 == P.size();
  return {
      .title = fmt::format("At {} FLOPs the {} {} P = {}, S = {}", flops_text(grid.flops), name,
                           at_edge ? "falls to the edge of the picture, at" : "is least at",
                           count(best_P), format_share(best_S, 3)),
      .what = fmt::format("The {} of {} over total parameters and sparsity, as contours; ring: the "
                          "least{}",
                          name, law.label(), runs ? "; points: the runs of the fit" : ""),
      .numbers = fmt::format(
          "The least {} is {} at P = {}, S = {}; the highest of the picture is {}.", name,
          loss_text(best_loss), count(best_P), format_share(best_S, 3), loss_text(most)),
      .panels = {std::move(panel)}};
}

}  // namespace

Result<Figure> surface_chart(const ChartRequest& request, const Model& model, Executor&,
                             Progress&) {
  std::vector<std::string> notes;
  Result<PlanQuestion> question =
      plan_question(with_budgets(request.plan, model, Budgets::kLargest), model.law, notes);
  if (!question) return std::unexpected(question.error());
  question->sparsity.reset();
  question->free_sparsity = true;
  const Result<IsoflopProfile> grid = surface(model.law, {.plan = *question, .points = kPoints});
  if (!grid) return std::unexpected(grid.error());
  return surface_figure(model.law, *grid, runs_of(model));
}

}  // namespace isoflop
