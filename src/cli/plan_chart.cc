#include "cli/plan_chart.h"

#include <optional>
#include <utility>

#include "cli/terminal_chart.h"
#include "report/chart/figures.h"

namespace isoflop::cli {

namespace {

std::optional<Figure> profile_figure(const Model& model, const PlanRecord& record,
                                     std::optional<Table> runs) {
  PlanQuestion question = record.plan.question;
  // A plan for a loss has its budget as an answer; limits would hide the other sizes.
  question.loss.reset();
  question.limits.clear();
  question.flops = record.plan.run->flops;
  Result<IsoflopProfile> points = profile(model.law, {.plan = question});
  if (!points) return std::nullopt;
  return isoflop_figure({.law = model.law,
                         .profiles = {*std::move(points)},
                         .optima = {record},
                         .runs = std::move(runs)});
}

}  // namespace

std::string plan_chart(const Model& model, FrontierRecord record) {
  const bool frontier = record.plans.size() > 1;
  std::erase_if(record.plans, [](const PlanRecord& each) { return !each.plan.run; });
  if (record.plans.empty()) return "";
  std::optional<Table> runs;
  if (model.fit) runs = model.fit->fit.table;
  if (frontier) return terminal_chart(frontier_figure(record, runs));
  const std::optional<Figure> figure = profile_figure(model, record.plans[0], std::move(runs));
  return figure ? terminal_chart(*figure) : "";
}

}  // namespace isoflop::cli
