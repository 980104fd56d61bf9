#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/number_text.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

// Compute-optimal losses of several laws over one range of budgets.
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

}  // namespace

Result<Figure> laws_chart(const ChartRequest& request, const Model& model, Executor& executor,
                          Progress& progress) {
  const PlanRequest plan = with_budgets(request.plan, model, Budgets::kCurve);
  std::vector<FrontierRecord> laws;
  const auto add = [&](const Model& each) -> Result<void> {
    Result<FrontierRecord> frontier = drawn_plans(each, plan, executor, progress);
    if (!frontier) return std::unexpected(frontier.error());
    laws.push_back(*std::move(frontier));
    return {};
  };
  if (const auto done = add(model); !done) return std::unexpected(done.error());
  for (const Model& other : request.against)
    if (const auto done = add(other); !done) return std::unexpected(done.error());
  return laws_figure(laws);
}

}  // namespace isoflop
