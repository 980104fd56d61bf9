#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "workflow/charts.h"
#include "workflow/figure_parts.h"
#include "workflow/model.h"

namespace isoflop {

namespace {

// Compute-optimal losses of several laws over one range of budgets.
Figure laws_figure(const std::vector<FrontierRecord>& laws,
                   const std::vector<std::string>& labels) {
  const Output output = output_of(laws.front().plans.back().law);
  Panel panel{.title = "",
              .x = axis_of("C"),
              .y = axis_of_output(laws.front().plans.back().law),
              .marks = {}};
  panel.y.scale = FigureAxis::Scale::kLog;
  std::string numbers;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (std::size_t i = 0; i < laws.size(); ++i) {
    const PlanRecord& last = laws[i].plans.back();
    const double loss = last.plan.run->loss;
    add_plan_line(laws[i].plans, "loss", i, labels[i], panel);
    numbers += fmt::format("{}{}: {}", i == 0 ? "" : "; ", labels[i], loss_text(loss));
    least = std::min(least, loss);
    most = std::max(most, loss);
  }
  set_ranges(panel);
  const PlannedRun& last = *laws.front().plans.back().plan.run;
  return {.title = fmt::format("At {} FLOPs the laws are {} apart", flops_text(last.total_flops),
                               in_unit(output, format_number(most - least, 2))),
          .what = fmt::format("Compute-optimal {} at S = {}, by law", output.name,
                              format_share(last.S)),
          .numbers = fmt::format("Losses at {} FLOPs: {}.", flops_text(last.total_flops), numbers),
          .panels = {std::move(panel)}};
}

}  // namespace

Result<Figure> laws_chart(const ChartRequest& request, const Model& model, Executor& executor,
                          Progress& progress) {
  const Output first = output_of(model.law);
  for (const Model& other : request.against)
    if (const Output own = output_of(other.law); own.name != first.name || own.unit != first.unit)
      return error("{} and {} predict different quantities: no axis has both", model.name,
                   other.name);
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
  std::vector<Model> models = {model};
  models.insert(models.end(), request.against.begin(), request.against.end());
  return laws_figure(laws, labels_of(models));
}

}  // namespace isoflop
