#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "report/console/compare.h"
#include "report/console/fit_groups.h"
#include "report/console/text_table.h"

namespace isoflop {

namespace {

constexpr int kErrorDigits = 4;
constexpr int kCoefficientDigits = 5;

std::string percent(double share) { return fmt::format("{} %", format_number(100 * share, 3)); }

std::string number(double value) {
  return std::isfinite(value) ? format_number(value, kErrorDigits) : "none";
}

std::string judged_table(const Comparison& comparison) {
  TextTable table(
      {"law", "held-out RMSE", percent(kErrorLevel) + " interval", "relative", "first beats it"});
  for (std::size_t i = 0; i < comparison.laws.size(); ++i) {
    const ComparedLaw& law = comparison.laws[i];
    table.add({law.name, number(law.held_out.rmse),
               fmt::format("{} to {}", number(law.held_out_interval.low),
                           number(law.held_out_interval.high)),
               percent(law.held_out.relative),
               i == 0 ? "" : percent(comparison.pairs[i - 1].probability)});
  }
  return table.text();
}

std::string fitted_table(const Comparison& comparison) {
  TextTable table(
      {"law", "fitted RMSE", "relative", "R2", "objective", "AICc", "BIC", "free", "status"});
  for (const ComparedLaw& law : comparison.laws)
    table.add({law.name, number(law.training.rmse), percent(law.training.relative),
               number(law.training.r2), number(law.fit.objective.sum), number(law.criteria.aicc),
               number(law.criteria.bic), std::to_string(law.free), status_text(law.fit)});
  return table.text();
}

std::string coefficients_table(const Comparison& comparison) {
  TextTable table;
  for (const ComparedLaw& law : comparison.laws) {
    std::vector<std::string> texts;
    const auto all = law.fit.law.coefficients();
    for (std::size_t i = 0; i < all.size(); ++i)
      texts.push_back(fmt::format("{} {}", all[i].name,
                                  format_number(law.fit.law.values()[i], kCoefficientDigits)));
    table.add({law.name, fmt::format("{}", fmt::join(texts, ", "))});
  }
  return table.text();
}

std::string likelihood_line(const Recipe& recipe) {
  return fmt::format(
      "\nAICc and BIC are of the fitted rows under normal residuals{}; the coefficients minimise "
      "{}.\n",
      recipe.residual == Residual::kLog ? " of ln loss" : "", to_text(recipe.loss));
}

std::string unusable_lines(const Comparison& comparison) {
  if (comparison.unusable.empty()) return "";
  TextTable table;
  for (const UnusableLaw& law : comparison.unusable) table.add({law.name, law.reason});
  return "\nnot compared\n" + table.text();
}

std::string data_line(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  const std::string source = record.data.source == "-" ? "standard input" : record.data.source;
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
                           comparison.laws[pair.second].name, percent(pair.probability),
                           pair.simpler ? ", and the first is a special case of the second" : "");
  return lines.empty() ? "" : "\ntied, for the first is better in less than 95 %\n" + lines;
}

const char* unit(const Comparison& comparison) { return comparison.by_groups ? "group" : "row"; }

std::string counted(const char* unit, double count) {
  return fmt::format("{} held-out {}{}", format_number(count, 6), unit, count == 1 ? "" : "s");
}

std::string sure_text(const Comparison& comparison, double probability) {
  return fmt::format("{} of {} resamples of the runs, {} among them", percent(probability),
                     comparison.resamples,
                     counted(unit(comparison), static_cast<double>(comparison.units)));
}

// Which law, by how much, how sure.
std::string which_text(const Comparison& comparison, const ComparedPair& pair) {
  const ComparedLaw &first = comparison.laws[pair.first], &rival = comparison.laws[pair.second];
  const std::string error = number(first.held_out.rmse), other = number(rival.held_out.rmse);
  if (pair.simpler && first.held_out.rmse > rival.held_out.rmse)
    return fmt::format(
        "Believe {} until {}, of which it is a special case on these runs, is proved: that "
        "predicts "
        "better (RMSE {} against {}), but is ahead in {}, and a larger law is to be ahead in {}",
        first.name, rival.name, other, error, sure_text(comparison, 1 - pair.probability),
        percent(kSure));
  if (pair.simpler && pair.probability < kSure)
    return fmt::format(
        "Believe {}: {}, of which it is a special case on these runs, does not predict better "
        "(RMSE {} against {}; {} is ahead in {})",
        first.name, rival.name, other, error, first.name, sure_text(comparison, pair.probability));
  if (pair.probability < kSure)
    return fmt::format("{} and {} are tied: RMSE {} against {}, and {} is ahead in only {}",
                       first.name, rival.name, error, other, first.name,
                       sure_text(comparison, pair.probability));
  return fmt::format(
      "Believe {}: it predicts with an RMSE of {}, its nearest rival {} with {}, and "
      "it is ahead in {}",
      first.name, error, rival.name, other, sure_text(comparison, pair.probability));
}

std::string roughness_text(const Comparison& comparison) {
  if (comparison.units >= kFewUnits) return "";
  return fmt::format(" (too few {}s for more than a rough probability)", unit(comparison));
}

std::string change_text(const Comparison& comparison, const ComparedPair& pair) {
  const Verdict& verdict = *comparison.verdict;
  std::string text;
  if (verdict.overturned_by == comparison.units)
    text += fmt::format("; it is ahead on every held-out {}", unit(comparison));
  else if (verdict.overturned_by > 0)
    text += fmt::format("; the order would turn without the {} that {} it most",
                        counted(unit(comparison), static_cast<double>(verdict.overturned_by)),
                        verdict.overturned_by == 1 ? "favours" : "favour");
  if (verdict.rows_needed)
    text += fmt::format("; about {} like these would make it sure",
                        counted(unit(comparison), *verdict.rows_needed));
  else if (verdict.overturned_by > 0 && pair.probability < kSure && comparison.units > 1)
    text += fmt::format(
        "; held-out {}s alone would not make it sure, for the fits vary with their own runs: it "
        "takes more of these",
        unit(comparison));
  const std::string& lowest = comparison.laws[verdict.lowest_aicc].name;
  if (verdict.lowest_aicc != pair.first)
    text += fmt::format(
        "; on the rows that were fitted AICc prefers {}, so rows held out nearer "
        "to these may change the answer",
        lowest);
  return text;
}

}  // namespace

std::string verdict_text(const Comparison& comparison) {
  if (!comparison.verdict)
    return fmt::format("{} is the only law that could be judged: there is nothing to compare.",
                       comparison.laws[0].name);
  const ComparedPair& pair = comparison.pairs[comparison.verdict->pair];
  return which_text(comparison, pair) + roughness_text(comparison) + change_text(comparison, pair) +
         ".";
}

std::string compare_page(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  return fmt::format("{}\n{}\n{}\n{}{}{}{}\n{}\n", data_line(record), judged_table(comparison),
                     fitted_table(comparison), coefficients_table(comparison),
                     likelihood_line(record.recipe), unusable_lines(comparison),
                     tied_lines(comparison), verdict_text(comparison));
}

}  // namespace isoflop
