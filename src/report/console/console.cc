#include "report/console/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/listed.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/console/text_table.h"
#include "store/document.h"

namespace isoflop {

namespace {

// Fitted coefficients, objectives: what data of this kind determines.
constexpr int kCoefficientDigits = 5;
constexpr int kObjectiveDigits = 7;
constexpr int kIntervalDigits = 4;
constexpr std::size_t kOptimaShown = 4;

std::string runs_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "run" : "runs");
}

// What the bound, recipe.fix or recipe.tie did to a coefficient.
std::string remark(const Fit& fit, const std::string& name) {
  if (fit.recipe.fix.contains(name)) return "fixed";
  if (const auto tie = fit.recipe.tie.find(name); tie != fit.recipe.tie.end())
    return "tied to " + tie->second;
  return std::ranges::find(fit.at_bound, name) != fit.at_bound.end() ? "at the edge of its range"
                                                                     : "";
}

std::string data_line(const FitRecord& record) {
  const DataSource& data = record.data;
  const std::string left_out = left_out_text(data.left_out);
  return fmt::format("{} fitted on {} of {} rows of {}{}{}\n", record.fit.law.key(),
                     fitted_rows(record.fit), data.rows_read, source_text(data.source),
                     left_out.empty() ? "" : ", ", left_out);
}

std::vector<std::string> uncertainty_header(const FitRecord& record) {
  const auto percent = [](double level) { return format_number(100 * level, kIntervalDigits); };
  const std::string own = record.confidence ? percent(record.confidence->level) : "";
  const std::string drawn = record.bootstrap ? percent(record.bootstrap->level) : "";
  return {"std. error",      own + " % sandwich", own + " % profile",
          "bootstrap error", drawn + " % BCa",    drawn + " % percentile"};
}

// Standard errors and intervals of a coefficient; blank where it was fixed, or not asked for.
std::vector<std::string> uncertainty_cells(const FitRecord& record, std::size_t coefficient) {
  std::vector<std::string> cells(6);
  const std::string& name = record.fit.law.coefficients()[coefficient].name;
  if (record.fit.recipe.fix.contains(name)) return cells;
  if (record.confidence) {
    const NormalInterval& sandwich = record.confidence->sandwich[coefficient];
    cells[0] = error_text(sandwich.standard_error);
    cells[1] = interval_text(sandwich.interval);
    if (!record.confidence->profile.empty())
      cells[2] = interval_text(record.confidence->profile[coefficient].interval);
  }
  if (record.bootstrap) {
    const Uncertainty& spread = record.bootstrap->uncertainties[coefficient];
    cells[3] = error_text(spread.standard_error);
    cells[4] = interval_text(spread.bca);
    cells[5] = interval_text(spread.percentile);
  }
  return cells;
}

std::string coefficients_table(const FitRecord& record) {
  const Fit& fit = record.fit;
  std::vector<std::string> header = {"coefficient", "value"};
  std::ranges::move(uncertainty_header(record), std::back_inserter(header));
  header.insert(header.end(), {"unit", "range", "remark"});
  TextTable table(header);
  const auto coefficients = fit.law.coefficients();
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    std::vector<std::string> row = {
        coefficients[i].name,
        fit.usable ? format_number(fit.law.values()[i], kCoefficientDigits) : "none"};
    for (std::string& cell : uncertainty_cells(record, i)) row.push_back(std::move(cell));
    row.push_back(unit_of(fit.law, coefficients[i]));
    row.push_back(range_text(range_in(fit.recipe, coefficients[i])));
    row.push_back(remark(fit, coefficients[i].name));
    table.add(std::move(row));
  }
  return table.text();
}

// "4000 refits to resampled rows, 3990 converged, 10 at the edge of a range"
std::string bootstrap_text(const Draws& draws) {
  std::string text = fmt::format(
      "{}{} refits to resampled {}", draws.size(),
      draws.size() < draws.how.replicates ? fmt::format(" of {}", draws.how.replicates) : "",
      to_text(draws.how.by));
  if (draws.how.by == Resampling::kClusters) text += fmt::format(" ({} clusters)", draws.units);
  const std::pair<FitStatus, std::string_view> outcomes[] = {
      {FitStatus::kConverged, "converged"},
      {FitStatus::kAtBound, "at the edge of a range"},
      {FitStatus::kLimit, "stopped before they converged"},
      {FitStatus::kFailed, "failed"}};
  for (const auto& [status, words] : outcomes)
    if (draws.count(status) > 0) text += fmt::format(", {} {}", draws.count(status), words);
  return text;
}

// "2 distinct: 0.000432 (18 starts), 0.0005 (6 starts)"
std::string optima_text(std::span<const LocalOptimum> optima) {
  const auto one = [](const LocalOptimum& optimum) {
    return fmt::format("{} ({} {})", format_number(optimum.objective, kObjectiveDigits),
                       optimum.reached, optimum.reached == 1 ? "descent" : "descents");
  };
  return fmt::format("{}{} distinct: {}{}", optima.size(),
                     optima.size() == SearchReport::kMostOptima ? " or more" : "",
                     joined(optima.first(std::min(optima.size(), kOptimaShown)), ", ", one),
                     optima.size() > kOptimaShown ? ", ..." : "");
}

std::vector<std::string> search_row(const Fit& fit) {
  const auto& [tried, descents, reached, candidates, stopped, optima] = fit.search;
  if (fit.recipe.solver != Solver::kDefault)
    return {"solver", fmt::format("{}, {} of {} evaluations", to_text(fit.recipe.solver),
                                  candidates, fit.recipe.evaluations)};
  return {
      "starts",
      fmt::format("{}{}{}", tried,
                  candidates > tried ? fmt::format(", chosen among {} candidates", candidates) : "",
                  descents == tried ? "" : fmt::format("; {} descents", descents))};
}

std::string outcome_table(const FitRecord& record) {
  const Fit& fit = record.fit;
  TextTable table;
  if (fit.usable)
    table.add({"objective", fmt::format("{}, the sum of {} over {} residuals (mean {})",
                                        format_number(fit.objective.sum, kObjectiveDigits),
                                        to_text(fit.recipe.loss), to_text(fit.recipe.residual),
                                        format_number(fit.objective.mean, kObjectiveDigits))});
  if (fit.errors)
    table.add({"errors", fmt::format("RMSE {}, R2 {}",
                                     in_unit(output_of(fit.law),
                                             format_number(fit.errors->rmse, kIntervalDigits)),
                                     format_or_none(fit.errors->r2, kIntervalDigits))});
  table.add({"status", (fit.usable ? "" : to_text(fit.status) + ": ") + fit.message});
  table.add(search_row(fit));
  if (fit.search.optima.size() > 1) table.add({"optima", optima_text(fit.search.optima)});
  if (record.bootstrap) table.add({"bootstrap", bootstrap_text(record.bootstrap->draws)});
  return table.text();
}

// Each named where there are several.
std::string bands_text(const LossIntervals& intervals) {
  const auto& [level, band, bootstrap, profile, misfit] = intervals;
  const bool sandwich = band && std::isfinite(band->log_error);
  std::string text =
      fmt::format("  {} % band of the law: ", format_number(100 * level, kIntervalDigits));
  std::vector<std::string> ways;
  if (sandwich || (band && !bootstrap && !profile))
    ways.push_back(interval_text(band->mean) + (bootstrap || profile ? " (sandwich)" : ""));
  if (bootstrap) ways.push_back(interval_text(bootstrap->percentile) + " (bootstrap)");
  if (profile) ways.push_back(interval_text(profile->interval) + " (profile)");
  text += fmt::format("{}", fmt::join(ways, ", "));
  if (misfit) text += "; for misfit: " + interval_text(*misfit);
  if (band) text += "; of a new run: " + interval_text(band->run);
  return text + "\n";
}

}  // namespace

std::string inputs_text(const Inputs& inputs) {
  return joined(inputs, ", ", [](const auto& input) {
    return fmt::format("{} = {}", input.first, input_text(input.second));
  });
}

std::string error_text(double error) {
  return std::isfinite(error) ? format_number(error, 2) : "unknown";
}

std::string interval_text(const Range& range, const WriteNumber& write) {
  if (std::isnan(range.low) || std::isnan(range.high)) return "unknown";
  if (std::isinf(range.low)) return std::isinf(range.high) ? "any" : "up to " + write(range.high);
  return std::isinf(range.high) ? write(range.low) + " or more"
                                : fmt::format("{} to {}", write(range.low), write(range.high));
}

std::string interval_text(const Range& range) {
  return interval_text(range, [](double end) { return format_number(end, kIntervalDigits); });
}

std::string fit_page(const FitRecord& record, const std::string& output) {
  std::string page = data_line(record);
  page += fmt::format("\n{}\n{}\n{}", formula_text(record.fit.law), coefficients_table(record),
                      outcome_table(record));
  if (!output.empty()) page += fmt::format("\nwrote {}\n", output);
  return page;
}

std::string solvers_page(std::span<const SolverRun> runs) {
  TextTable table({"solver", "searched", "objective", "to the box's best", "points looked at",
                   "refinements", "seconds"});
  for (const SolverRun& run : runs)
    table.add({run.solver, run.searched, format_or_none(run.objective, kObjectiveDigits),
               format_or_none(run.ratio), std::to_string(run.points),
               std::to_string(run.refinements), format_number(run.seconds, 2)});
  return table.text();
}

std::string predict_page(const Law& law, const Prediction& prediction,
                         const std::optional<LossIntervals>& intervals) {
  const std::string page =
      fmt::format("{}: {} at {}\n", law.label(),
                  named_value(output_of(law), format_number(prediction.loss, kLossDigits)),
                  inputs_text(prediction.inputs));
  return intervals ? page + bands_text(*intervals) : page;
}

std::string predict_table_page(const PredictedRuns& runs, const std::string& output) {
  const Output predicted = output_of(runs.law);
  return fmt::format("wrote the {} that {} predicts for {} to {}\n",
                     predicted.is_loss() ? "losses" : predicted.name, runs.law.label(),
                     runs_text(runs.table.rows()), output);
}

std::string simulate_page(const SimulatedRuns& runs, const std::string& output) {
  const Design& design = runs.design;
  const std::string losses =
      runs.table.has("loss")
          ? fmt::format("noise {}, seed {}", format_number(runs.noise), runs.seed)
          : "no losses";
  return fmt::format("wrote {} of {} to {}: {} budgets x {} sizes x {} sparsities, {}\n",
                     runs_text(runs.table.rows()), runs.law.label(), output, design.flops.size(),
                     design.sizes, design.sparsity.size(), losses);
}

}  // namespace isoflop
