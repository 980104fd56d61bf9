#include "workflow/fit_report.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "data/derive.h"
#include "plan/landscape.h"
#include "workflow/charts.h"
#include "workflow/intervals.h"

namespace isoflop {

namespace {

// On a page, in its table and in each of its charts.
constexpr std::size_t kMostRuns = 2000;

Result<void> check_has_fit(const Model& model) {
  if (model.fit) return {};
  return error("{} is no fit file: give one that a fit was written to", model.name);
}

// Every k-th run alone.
Table thinned(const Table& table, std::size_t every) {
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < table.rows(); row += every) kept.push_back(row);
  return table.select(kept);
}

// The plan and the planner that starts with it.
void add_plan(const Model& model, const PlanQuestion& question, FitReport& report,
              Executor& executor, Progress& progress) {
  const Law& law = model.law;
  Result<Plan> best = plan(law, question);
  if (!best) return;
  report.plan = PlanRecord{.law = law, .plan = *std::move(best)};
  add_intervals(model, {}, std::span(&*report.plan, 1), executor, progress);
  const double flops = *question.flops;
  const std::vector<double> C = column_of(law, model.fit->fit.table, "C");
  const PlanQuestion any_budget{.inputs = question.inputs};
  report.planner = {.script = planner_javascript(law, any_budget),
                    .flops = {C.empty() ? flops / 1e3 : std::ranges::min(C), flops * 1e3},
                    .start = flops,
                    .sparsity = law.has_input("S") || law.has_input("Sx") || law.has_input("P"),
                    .start_sparsity = *question.sparsity};
}

struct WantedFigure {
  std::string id, heading;
  ChartRequest chart;
};

// The charts of the page, in its order.
std::vector<WantedFigure> wanted_figures(const Law& law, const PlanQuestion& question,
                                         const FitReport& report) {
  const PlanRequest any{.question = {.inputs = question.inputs}};
  PlanRequest held = any, sized = any, largest = any;
  held.question.sparsity = question.sparsity;
  if (report.plan) sized.question.total_params = report.plan->plan.run->P;
  largest.budgets = {*question.flops};

  std::vector<WantedFigure> wanted = {{"fit", "Predicted against measured", {.kind = "fit"}}};
  for (const Input& input : law.inputs())
    wanted.push_back({"residuals-" + input.name,
                      "Residuals along " + input.name,
                      {.kind = "residuals", .input = input.name}});
  if (report.plan) {
    wanted.push_back({"isoflop", "IsoFLOP profiles", {.kind = "isoflop", .plan = held}});
    wanted.push_back({"frontier", "Frontier", {.kind = "frontier", .plan = held}});
  }
  if (report.planner && report.planner->sparsity) {
    wanted.push_back({"sparsity", "Sparsity", {.kind = "sparsity", .plan = sized}});
    wanted.push_back({"surface", "Size and sparsity", {.kind = "surface", .plan = largest}});
  }
  wanted.push_back({"draws", "Draws of the coefficients", {.kind = "coefficients"}});
  return wanted;
}

}  // namespace

Result<FitReport> make_report(Model model, const NextPlan& next, Executor& executor,
                              Progress& progress) {
  if (const auto ok = check_has_fit(model); !ok) return std::unexpected(ok.error());
  Table& table = model.fit->fit.table;
  Result<Residuals> all = residuals(model.law, table);
  if (!all) return std::unexpected(all.error());
  const std::size_t rows = table.rows();
  const std::size_t every = std::max<std::size_t>(1, (rows + kMostRuns - 1) / kMostRuns);
  const double rms = all->rms;
  if (every > 1) {
    table = thinned(table, every);
    all = residuals(model.law, table);
    if (!all) return std::unexpected(all.error());
  }
  FitReport report{.fit = *model.fit,
                   .residuals = *std::move(all),
                   .runs = rows,
                   .every = every,
                   .rms = rms,
                   .figures = {}};
  const PlanQuestion question = next_question(model.law, table, next);
  add_plan(model, question, report, executor, progress);
  for (WantedFigure& each : wanted_figures(model.law, question, report))
    if (Result<Figure> figure = make_chart(each.chart, model, executor, progress))
      report.figures.push_back({std::move(each.id), std::move(each.heading), *std::move(figure)});
  return report;
}

Result<CheckRecord> check_fit(const Model& model, const NextPlan& next, Executor& executor,
                              Progress& progress) {
  if (const auto ok = check_has_fit(model); !ok) return std::unexpected(ok.error());
  const Fit& fit = model.fit->fit;
  const PlanQuestion question = next_question(model.law, fit.table, next);
  Result<Influence> runs = influence(fit, question, executor, progress);
  if (!runs) return std::unexpected(runs.error());
  Result<Sensitivity> variants = sensitivity(fit, *runs, question, executor, progress);
  if (!variants) return std::unexpected(variants.error());
  // A law of other inputs has no other approaches, and its check is none the worse.
  Result<Approaches> others = approaches(fit);
  CheckRecord record{.fit = *model.fit,
                     .influence = *std::move(runs),
                     .sensitivity = *std::move(variants),
                     .approaches = {}};
  if (others) record.approaches = *std::move(others);
  return record;
}

}  // namespace isoflop
