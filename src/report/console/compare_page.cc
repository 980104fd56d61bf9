#include <fmt/format.h>

#include "base/number_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"
#include "store/document.h"

namespace isoflop {

namespace {

std::string judged_table(const Comparison& comparison) {
  TextTable table({"law", "held-out RMSE", format_percent(kErrorLevel) + " interval", "relative",
                   "first beats it"});
  for (std::size_t i = 0; i < comparison.laws.size(); ++i) {
    const ComparedLaw& law = comparison.laws[i];
    table.add({law.name, format_or_none(law.held_out.rmse),
               fmt::format("{} to {}", format_or_none(law.held_out_interval.low),
                           format_or_none(law.held_out_interval.high)),
               format_percent(law.held_out.relative),
               i == 0 ? "" : format_percent(comparison.pairs[i - 1].probability)});
  }
  return table.text();
}

std::string fitted_table(const Comparison& comparison) {
  TextTable table(
      {"law", "fitted RMSE", "relative", "R2", "objective", "AICc", "BIC", "free", "status"});
  for (const ComparedLaw& law : comparison.laws)
    table.add({law.name, format_or_none(law.fit.errors->rmse),
               format_percent(law.fit.errors->relative), format_or_none(law.fit.errors->r2),
               format_or_none(law.fit.objective.sum), format_or_none(law.criteria.aicc),
               format_or_none(law.criteria.bic), std::to_string(law.free), status_text(law.fit)});
  return table.text();
}

std::string coefficients_table(const Comparison& comparison) {
  TextTable table;
  for (const ComparedLaw& law : comparison.laws) {
    std::vector<std::string> texts;
    const auto all = law.fit.law.coefficients();
    for (std::size_t i = 0; i < all.size(); ++i)
      texts.push_back(fmt::format("{} {}", all[i].name, format_number(law.fit.law.values()[i], 5)));
    table.add({law.name, fmt::format("{}", fmt::join(texts, ", "))});
  }
  return table.text();
}

// The name of what the laws predict for a table of this mapping.
std::string predicted_name(const Mapping& mapping) {
  const Result<LossUnits> units = parse_loss_unit(mapping.loss_unit);
  if (!mapping.response.empty()) return mapping.response;
  return units && units->fitted != nullptr ? std::string(units->fitted->output) : "loss";
}

std::string likelihood_line(const Recipe& recipe, const Mapping& mapping) {
  const char* density = recipe.loss.kind == RobustLoss::Kind::kSquare ? "normal"
                        : recipe.loss.is_pointed()                    ? "Laplace"
                                                                      : "Huber's";
  return fmt::format(
      "\nAICc and BIC are of the fitted rows under {}{} residuals{} of an estimated scale; the "
      "coefficients minimise {}.{}\n",
      recipe.loss.is_symmetric() ? "" : "asymmetric ", density,
      recipe.residual == Residual::kLog ? " of ln " + predicted_name(mapping) : "",
      to_text(recipe.loss),
      recipe.loss.is_symmetric() ? ""
                                 : " That loss makes each law an envelope; the held-out errors are "
                                   "still about the middle.");
}

std::string data_line(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  const std::string source = source_text(record.data.source);
  const std::size_t laws = comparison.laws.size();
  const std::string count = laws == 1 ? "1 law" : fmt::format("{} laws", laws);
  if (comparison.folds == 1)
    return fmt::format("{} fitted to {} rows of {} and judged by the {} others: {}\n", count,
                       comparison.rows - comparison.held_out_rows, source, comparison.held_out_rows,
                       record.holdout);
  return fmt::format(
      "{} judged by {} of {} rows of {}, in {} folds: {}; what is fitted is of all rows\n", count,
      comparison.held_out_rows, comparison.rows, source, comparison.folds, record.holdout);
}

// Laws next to each other whose order is not sure.
std::string tied_lines(const Comparison& comparison) {
  std::string lines;
  for (const ComparedPair& pair : comparison.pairs)
    if (pair.second == pair.first + 1 && pair.probability < kSure)
      lines += fmt::format("  {} and {}: {}{}\n", comparison.laws[pair.first].name,
                           comparison.laws[pair.second].name, format_percent(pair.probability),
                           pair.simpler ? ", and the first is a special case of the second" : "");
  return lines.empty() ? "" : "\ntied, for the first is better in less than 95 %\n" + lines;
}

}  // namespace

std::string unusable_lines(std::string_view title, std::span<const UnusableLaw> laws) {
  if (laws.empty()) return "";
  TextTable table;
  for (const UnusableLaw& law : laws) table.add({law.name, law.reason});
  return fmt::format("\n{}\n{}", title, table.text());
}

std::string compare_page(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  return fmt::format("{}\n{}\n{}\n{}{}{}{}\n{}\n", data_line(record), judged_table(comparison),
                     fitted_table(comparison), coefficients_table(comparison),
                     likelihood_line(record.recipe, record.data.mapping),
                     unusable_lines("not compared", comparison.unusable), tied_lines(comparison),
                     verdict_text(comparison));
}

}  // namespace isoflop
