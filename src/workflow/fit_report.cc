#include "workflow/fit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "data/derive.h"
#include "workflow/charts.h"
#include "workflow/decision.h"
#include "workflow/intervals.h"
#include "workflow/runs.h"

namespace isoflop {

namespace {

// On a page, in its table and in each of its charts.
constexpr std::size_t kMostRuns = 2000;
constexpr std::size_t kMostNamed = 8;  // runs in the text of a finding

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

// ---- the question

bool has_budget(const PlanRequest& request) {
  return !request.budgets.empty() || request.days || request.money;
}

// Whether a request asks nothing, so that no plan is no mistake of the user.
bool is_open(const PlanRequest& request) {
  const PlanQuestion& asked = request.question;
  return !has_budget(request) && !asked.loss && !asked.tokens && !asked.active_params &&
         !asked.total_params && asked.limits.empty();
}

// With what is open as next_question() has it: a budget where no other quantities make one, a
// sparsity where the sizes or an architecture do not give it.
PlanRequest with_next(PlanRequest request, const Law& law, const Table& runs) {
  const PlanQuestion next = next_question(law, runs, {});
  PlanQuestion& asked = request.question;
  const bool sized = asked.active_params || asked.total_params;
  const bool both = asked.active_params && asked.total_params;
  if (!has_budget(request) && !asked.loss && !(sized && asked.tokens))
    request.budgets = {*next.flops};
  if (!asked.sparsity && !asked.free_sparsity && !request.architecture && !both)
    asked.sparsity = next.sparsity;
  return request;
}

// The same question without what is asked for: its limits, costs and inputs.
PlanRequest without_sizes(PlanRequest request) {
  request = without_budgets(std::move(request));
  PlanQuestion& asked = request.question;
  asked.active_params = asked.total_params = asked.tokens = asked.loss = std::nullopt;
  request.intervals.profile = false;
  return request;
}

// ---- the plan

// The plans, and the budgets around the largest. Where nothing was asked, no plan is no
// error.
Result<void> add_plans(const Model& model, const PlanRequest& request, bool asked,
                       FitReport& report, Executor& executor, Progress& progress) {
  Result<FrontierRecord> plans = plan_all(model, request, executor, progress);
  if (!plans) {
    report.no_plan = plans.error().text();
    return asked ? std::unexpected(plans.error()) : Result<void>();
  }
  report.plans = *std::move(plans);
  const PlanRecord* best = report.plan();
  if (best == nullptr || !best->plan.run || !best->plan.question.flops) return {};
  const double flops = *best->plan.question.flops;
  const std::vector<double> C = column_of(model.law, model.fit->fit.table, "C");
  report.budgets = {C.empty() ? flops / 1e3 : std::ranges::min(C), flops * 1e3};
  return {};
}

// ---- findings

template <class Holds>
std::vector<std::size_t> rows_that(std::span<const RunInfluence> runs, const Holds& holds) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < runs.size(); ++row)
    if (holds(runs[row])) rows.push_back(row);
  return rows;
}

void add_run_findings(const Table& table, std::span<const RunInfluence> runs,
                      std::vector<ReportFinding>& findings) {
  const auto add = [&](const char* kind, bool doubt, std::vector<std::size_t> rows,
                       const auto& text) {
    if (rows.empty()) return;
    findings.push_back(
        {kind, doubt, text(rows.size()) + ": " + named_rows(table, rows, kMostNamed), {}});
    findings.back().rows = std::move(rows);
  };
  add("outliers", true, rows_that(runs, [](const auto& run) { return run.outlier(); }),
      [](std::size_t count) {
        return fmt::format("{} run{} an outlier (robust z beyond {})", count,
                           count == 1 ? " is" : "s are each", format_number(kOutlier, 3));
      });
  add("leverage", false, rows_that(runs, [](const auto& run) { return run.high_leverage; }),
      [](std::size_t count) {
        return fmt::format("{} run{} high leverage (above {} times the mean)", count,
                           count == 1 ? " has" : "s have", format_number(kHighLeverage, 3));
      });
  add("repeats", false, rows_that(runs, [](const auto& run) { return run.repeats.has_value(); }),
      [](std::size_t count) {
        return fmt::format("{} run{} the inputs of an earlier one", count,
                           count == 1 ? " has" : "s have");
      });
}

void add_plan_findings(const FrontierRecord& plans, std::vector<ReportFinding>& findings) {
  const auto add = [&](const char* kind, bool doubt, const std::string& text) {
    const bool known = std::ranges::find(findings, text, &ReportFinding::text) != findings.end();
    if (!known) findings.push_back({kind, doubt, text, {}});
  };
  for (const PlanRecord& each : plans.plans) {
    const std::vector<std::string> outside =
        each.outside ? notes_on(*each.outside) : std::vector<std::string>();
    for (const std::string& text : each.plan.warnings) add("plan", true, text);
    for (const std::string& text : outside) add("extrapolation", true, text);
    for (const std::string& text : each.plan.notes) add("plan", false, text);
  }
  for (const std::string& text : plans.notes) add("plan", false, text);
}

std::vector<ReportFinding> findings_of(const FitReport& report, const Table& table,
                                       std::span<const RunInfluence> runs) {
  std::vector<ReportFinding> all;
  const FitRecord& record = report.fit;
  for (const std::string& text : record.data.warnings) all.push_back({"units", true, text, {}});
  if (record.fit.status == FitStatus::kLimit)
    all.push_back({"search", true, record.fit.message, {}});
  if (record.confidence)
    for (const Finding& each : record.confidence->findings)
      all.push_back({to_text(each.kind), true, each.text, {}});
  add_run_findings(table, runs, all);
  add_plan_findings(report.plans, all);
  if (!report.no_plan.empty()) all.push_back({"plan", true, report.no_plan, {}});
  if (!record.bootstrap && !record.confidence)
    all.push_back({"uncertainty",
                   true,
                   "nothing says how sure the fit is: fit with bootstrap.replicates=1000",
                   {}});
  for (const std::string& text : record.fit.notes) all.push_back({"fit", false, text, {}});
  std::vector<ReportFinding> gravest_first;
  for (const bool doubt : {true, false})
    std::ranges::copy_if(all, std::back_inserter(gravest_first),
                         [&](const ReportFinding& finding) { return finding.doubt == doubt; });
  return gravest_first;
}

// ---- figures

struct WantedFigure {
  std::string id, heading;
  ChartRequest chart;
};

// The charts of the page, in its order.
std::vector<WantedFigure> wanted_figures(const Law& law, const PlanRequest& request,
                                         const FitReport& report) {
  const PlanRequest held = without_sizes(request);
  PlanRequest any = held, sized, largest;
  any.question.sparsity.reset();
  any.question.limits.clear();
  sized = largest = any;
  const PlanRecord* best = report.plan();
  const bool planned = best != nullptr && best->plan.run;
  if (planned) sized.question.total_params = best->plan.run->P;
  if (planned) largest.budgets = {best->plan.run->total_flops};

  std::vector<WantedFigure> wanted;
  if (planned) {
    wanted.push_back({"isoflop", "IsoFLOP profiles", {.kind = "isoflop", .plan = held}});
    wanted.push_back({"frontier", "Frontier", {.kind = "frontier", .plan = held}});
  }
  if (planned && (law.has_input("S") || law.has_input("Sx") || law.has_input("P"))) {
    wanted.push_back({"sparsity", "Sparsity", {.kind = "sparsity", .plan = sized}});
    wanted.push_back({"surface", "Size and sparsity", {.kind = "surface", .plan = largest}});
  }
  wanted.push_back({"fit", "Predicted against measured", {.kind = "fit"}});
  for (const Input& input : law.inputs())
    wanted.push_back({"residuals-" + input.name,
                      "Residuals along " + input.name,
                      {.kind = "residuals", .input = input.name}});
  wanted.push_back({"draws", "Draws of the coefficients", {.kind = "coefficients"}});
  return wanted;
}

}  // namespace

Result<FitReport> make_report(const Model& model, const PlanRequest& asked, Executor& executor,
                              Progress& progress) {
  if (const auto ok = check_has_fit(model); !ok) return std::unexpected(ok.error());
  const Table& table = model.fit->fit.table;
  Result<Residuals> all = residuals(model.law, table);
  if (!all) return std::unexpected(all.error());
  std::vector<RunInfluence> influence;
  if (auto runs = run_diagnostics(model.fit->fit)) influence = *std::move(runs);

  const std::size_t every = std::max<std::size_t>(1, (table.rows() + kMostRuns - 1) / kMostRuns);
  FitReport report{.fit = *model.fit,
                   .source = model.name,
                   .residuals = {},
                   .runs = table.rows(),
                   .every = every,
                   .rms = all->rms,
                   .figures = {}};
  const PlanRequest request = with_next(asked, model.law, table);
  if (const auto done = add_plans(model, request, !is_open(asked), report, executor, progress);
      !done)
    return std::unexpected(done.error());
  report.findings = findings_of(report, table, influence);

  Model shown = model;
  if (every > 1) {
    shown.fit->fit.table = thinned(table, every);
    all = residuals(model.law, shown.fit->fit.table);
    if (!all) return std::unexpected(all.error());
    for (std::size_t row = every; row < influence.size(); row += every)
      influence[row / every] = influence[row];
    influence.resize(std::min(influence.size(), shown.fit->fit.table.rows()));
  }
  report.fit = *shown.fit;
  report.residuals = *std::move(all);
  report.influence = std::move(influence);
  for (WantedFigure& each : wanted_figures(model.law, request, report))
    if (Result<Figure> figure = make_chart(each.chart, shown, executor, progress))
      report.figures.push_back({std::move(each.id), std::move(each.heading), *std::move(figure)});
  return report;
}

Result<ComparisonReport> read_comparison_report(const std::string& text,
                                                const std::string& source) {
  Result<ComparisonSummary> summary = read_comparison_file(text, source);
  if (!summary) return std::unexpected(summary.error());
  Result<Value> document = read_json(text, source);
  if (!document) return std::unexpected(document.error());
  ReportFigure figure{"errors", "Held-out errors", comparison_figure(*summary)};
  return ComparisonReport{*std::move(summary), *std::move(document), std::move(figure)};
}

Result<Report> make_report(ReportHeading heading, std::span<const Model> models,
                           std::vector<ComparisonReport> comparisons, const PlanRequest& request,
                           Executor& executor, Progress& progress) {
  if (models.empty()) return error("a report is about a fit: give a fit file, too");
  Report report{.heading = std::move(heading), .fits = {}, .comparisons = std::move(comparisons)};
  for (const Model& model : models) {
    Result<FitReport> fit = make_report(model, request, executor, progress);
    if (!fit) return std::unexpected(fit.error());
    report.fits.push_back(*std::move(fit));
  }
  if (models.size() < 2) return report;
  // One budget has an average, the one that the decision is about.
  PlanRequest together = with_next(request, models[0].law, models[0].fit->fit.table);
  if (together.budgets.size() > 1) together.budgets = {std::ranges::max(together.budgets)};
  if (Result<PlanAlternatives> ways = plan_by_law(models, together, executor, progress))
    report.averaged = std::move(ways->averaged);
  return report;
}

std::string decision_text(const Report& report) {
  return report.fits.empty() ? "" : decision_text(report.fits.front().plans);
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
