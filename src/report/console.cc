#include "report/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/number_text.h"
#include "report/document.h"
#include "report/text_table.h"

namespace isoflop {

namespace {

// Fitted and published coefficients, predicted losses, objectives: what data of this kind
// determines.
constexpr int kCoefficientDigits = 5;
constexpr int kPublishedDigits = 6;
constexpr int kLossDigits = 6;
constexpr int kObjectiveDigits = 7;

// Ends of ranges are round numbers, often large: "-1e12", not thirteen digits.
std::string bound_text(double value) {
  std::string text = fmt::format("{:g}", value);
  if (const std::size_t plus = text.find('+'); plus != std::string::npos) text.erase(plus, 1);
  return text;
}

std::string range_text(const Range& range) {
  return fmt::format("{} to {}", bound_text(range.low), bound_text(range.high));
}

// Shares and small numbers as they are, counts with a suffix.
std::string input_text(double value) {
  return value < 1000 ? format_number(value, 6) : format_count(value);
}

// "44M to 16B"; "0" where an input had one value alone.
std::string fitted_text(const Range& range) {
  const std::string low = input_text(range.low);
  return range.low == range.high ? low : fmt::format("{} to {}", low, input_text(range.high));
}

std::string inputs_text(const Inputs& inputs) {
  std::string text;
  for (const auto& [name, value] : inputs)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, input_text(value));
  return text;
}

std::string runs_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "run" : "runs");
}

// What the bound, --fix or --tie did to a coefficient.
std::string remark(const Fit& fit, const std::string& name) {
  if (fit.recipe.fix.contains(name)) return "fixed";
  if (const auto tie = fit.recipe.tie.find(name); tie != fit.recipe.tie.end())
    return "tied to " + tie->second;
  return std::ranges::find(fit.at_bound, name) != fit.at_bound.end() ? "at the edge of its range"
                                                                     : "";
}

std::string data_line(const FitRecord& record) {
  const DataSource& data = record.data;
  std::string left_out;
  if (data.filtered > 0) left_out += fmt::format(", {} left out by --where", data.filtered);
  if (data.dropped > 0) left_out += fmt::format(", {} of the highest loss left out", data.dropped);
  return fmt::format("{} fitted on {} of {} rows of {}{}\n", record.fit.law.key(),
                     fitted_rows(record.fit), data.rows_read,
                     data.source == "-" ? "standard input" : data.source, left_out);
}

std::string coefficients_table(const Fit& fit) {
  TextTable table({"coefficient", "value", "unit", "range", "remark"});
  const auto coefficients = fit.law.coefficients();
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    table.add({coefficients[i].name,
               fit.usable ? format_number(fit.law.values()[i], kCoefficientDigits) : "none",
               coefficients[i].unit, range_text(fitted_range(fit, coefficients[i])),
               remark(fit, coefficients[i].name)});
  return table.text();
}

std::string outcome_table(const Fit& fit) {
  TextTable table;
  if (fit.usable)
    table.add({"objective", fmt::format("{}, the sum of {} over {} residuals (mean {})",
                                        format_number(fit.objective.sum, kObjectiveDigits),
                                        to_text(fit.recipe.loss), to_text(fit.recipe.residual),
                                        format_number(fit.objective.mean, kObjectiveDigits))});
  table.add({"status", (fit.usable ? "" : to_text(fit.status) + ": ") + fit.message});
  const bool chosen = fit.search.candidates > fit.search.tried;
  table.add({"starts",
             fmt::format("{} refined{}", fit.search.tried,
                         chosen ? fmt::format(", chosen among {} candidates", fit.search.candidates)
                                : "")});
  return table.text();
}

std::string set_text(const Law& law, const CoefficientSet& set) {
  std::string values, fitted_on;
  for (std::size_t i = 0; i < set.values.size(); ++i)
    values += fmt::format("{}{} {}", i == 0 ? "" : ", ", law.coefficients()[i].name,
                          format_number(set.values[i], kPublishedDigits));
  for (const auto& [name, range] : set.fitted_on)
    fitted_on += fmt::format("{}{} {}", fitted_on.empty() ? "" : ", ", name, fitted_text(range));
  return fmt::format("  {}:{}  {}{}{}\n    {}\n    fitted on {}\n", law.key(), set.name, set.cite,
                     set.note.empty() ? "" : "; ", set.note, values,
                     fitted_on.empty() ? "runs whose ranges are unknown" : fitted_on);
}

}  // namespace

std::string laws_page(std::span<const Law> laws) {
  TextTable table({"law", "title", "published sets"});
  for (const Law& law : laws) {
    std::string sets;
    for (const CoefficientSet& set : law.sets()) sets += (sets.empty() ? "" : ", ") + set.name;
    table.add({law.key(), law.title(), sets});
  }
  return table.text() + "\nisoflop laws LAW shows one of them.\n";
}

std::string law_page(const Law& law, const std::optional<Example>& example) {
  std::string page =
      fmt::format("{}{}{}\n", law.key(), law.title().empty() ? "" : ": ", law.title());
  if (!law.cite().empty()) page += law.cite() + "\n";
  page += fmt::format("\n  L = {}\n\ninputs\n", law.formula());

  TextTable inputs;
  for (const Input& input : law.inputs()) inputs.add({input.name, input.meaning});
  page += inputs.text() + "\n";

  TextTable coefficients({"coefficient", "range", "unit", "role", "meaning"});
  for (const Coefficient& coefficient : law.coefficients())
    coefficients.add({coefficient.name, range_text(coefficient.range), coefficient.unit,
                      to_text(coefficient.role), coefficient.meaning});
  page += coefficients.text();

  if (!law.sets().empty()) page += "\npublished sets (the first is what the bare key means)\n";
  for (const CoefficientSet& set : law.sets()) page += set_text(law, set);
  if (example)
    page += fmt::format("\nexample\n  {}\n  gives loss {}\n", example->command,
                        format_number(example->prediction.loss, kLossDigits));
  return page;
}

std::string fit_page(const FitRecord& record, const std::string& output) {
  std::string page = data_line(record);
  page += fmt::format("\n  L = {}\n\n{}\n{}", record.fit.law.formula(),
                      coefficients_table(record.fit), outcome_table(record.fit));
  if (!output.empty()) page += fmt::format("\nwrote {}\n", output);
  return page;
}

std::string predict_page(const Law& law, const Prediction& prediction) {
  return fmt::format("{}: loss {} at {}\n", law.label(),
                     format_number(prediction.loss, kLossDigits), inputs_text(prediction.inputs));
}

std::string plan_page(const Law& law, const Plan& plan) {
  TextTable table;
  table.add({"active parameters", "N", format_count(plan.N)});
  table.add({"total parameters", "P", format_count(plan.P)});
  table.add({"sparsity", "S", format_number(plan.S)});
  table.add({"training tokens", "D", format_count(plan.D)});
  table.add({"tokens a parameter", "D/N", format_number(plan.tokens_per_parameter, 3)});
  table.add({"predicted loss", "L", format_number(plan.loss, kLossDigits)});
  table.add({"method", "", to_text(plan.method)});
  return fmt::format("{}, compute-optimal for {} training FLOPs\n\n{}", law.label(),
                     format_number(plan.flops, kPublishedDigits), table.text());
}

std::string predict_table_page(const PredictedRuns& runs, const std::string& output) {
  return fmt::format("wrote the losses that {} predicts for {} to {}\n", runs.law.label(),
                     runs_text(runs.table.rows()), output);
}

std::string simulate_page(const SimulatedRuns& runs, const std::string& output) {
  const Design& design = runs.design;
  return fmt::format(
      "wrote {} of {} to {}: {} budgets x {} sizes x {} sparsities, noise {}, seed {}\n",
      runs_text(runs.table.rows()), runs.law.label(), output, design.flops.size(), design.sizes,
      design.sparsity.size(), format_number(runs.noise), runs.seed);
}

}  // namespace isoflop
