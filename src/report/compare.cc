#include "report/compare.h"

#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "report/document.h"
#include "report/text_table.h"
#include "report/version.h"

namespace isoflop {

namespace {

constexpr int kErrorDigits = 4;
constexpr int kCoefficientDigits = 5;

std::string percent(double share) { return fmt::format("{} %", format_number(100 * share, 3)); }

std::string number(double value, int digits) {
  return std::isfinite(value) ? format_number(value, digits) : "none";
}

std::string errors_table(const Comparison& comparison) {
  TextTable table({"law", "held-out RMSE", "relative", "beaten by the first", "training RMSE",
                   "relative", "R2", "objective", "AICc", "BIC", "status"});
  for (std::size_t i = 0; i < comparison.laws.size(); ++i) {
    const ComparedLaw& law = comparison.laws[i];
    table.add({law.fit.law.key(), format_number(law.held_out.rmse, kErrorDigits),
               percent(law.held_out.relative), i == 0 ? "" : percent(comparison.beaten[i]),
               format_number(law.training.rmse, kErrorDigits), percent(law.training.relative),
               format_number(law.training.r2, kErrorDigits),
               format_number(law.fit.objective.sum, kErrorDigits),
               number(law.criteria.aicc, kErrorDigits), number(law.criteria.bic, kErrorDigits),
               to_text(law.fit.status)});
  }
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
    table.add({law.fit.law.key(), fmt::format("{}", fmt::join(texts, ", "))});
  }
  return table.text();
}

std::string unusable_lines(const Comparison& comparison) {
  if (comparison.unusable.empty()) return "";
  TextTable table;
  for (const UnusableLaw& law : comparison.unusable) table.add({law.law, law.reason});
  return "\nnot compared\n" + table.text();
}

// Which law, by how much, how sure.
std::string verdict(const Comparison& comparison) {
  const ComparedLaw& best = comparison.laws[0];
  if (comparison.laws.size() == 1)
    return fmt::format("{} is the only law that could be judged.\n", best.fit.law.key());
  const ComparedLaw& next = comparison.laws[1];
  return fmt::format(
      "{} predicts the {} held-out rows best: its RMSE of {} is below the {} of {} in {} of {} "
      "resamples of these rows.\n",
      best.fit.law.key(), comparison.held_out_rows, format_number(best.held_out.rmse, kErrorDigits),
      format_number(next.held_out.rmse, kErrorDigits), next.fit.law.key(),
      percent(comparison.beaten[1]), comparison.resamples);
}

Value errors_value(const LossErrors& errors) {
  return Value::object({{"rmse", errors.rmse}, {"relative", errors.relative}, {"r2", errors.r2}});
}

Value law_value(const ComparedLaw& law, double beaten) {
  Value coefficients = Value::object();
  const auto all = law.fit.law.coefficients();
  for (std::size_t i = 0; i < all.size(); ++i)
    coefficients.set(all[i].name, law.fit.law.values()[i]);
  return Value::object({{"law", law.fit.law.key()},
                        {"formula", law.fit.law.formula()},
                        {"held_out", errors_value(law.held_out)},
                        {"beaten", beaten},
                        {"training", errors_value(law.training)},
                        {"objective", law.fit.objective.sum},
                        {"aicc", law.criteria.aicc},
                        {"bic", law.criteria.bic},
                        {"free", law.free},
                        {"coefficients", coefficients},
                        {"status", to_text(law.fit.status)},
                        {"message", law.fit.message},
                        {"at_bound", texts_value(law.fit.at_bound)},
                        {"notes", texts_value(law.fit.notes)}});
}

}  // namespace

std::string compare_page(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  const DataSource& data = record.data;
  return fmt::format(
      "{} laws fitted to {} rows of {} and judged by {} others: {}\n\n{}\n{}{}\n{}"
      "AICc and BIC are of the training rows, as if their residuals were normal.\n",
      comparison.laws.size(), comparison.training_rows,
      data.source == "-" ? "standard input" : data.source, comparison.held_out_rows, record.holdout,
      errors_table(comparison), coefficients_table(comparison), unusable_lines(comparison),
      verdict(comparison));
}

std::string compare_json(const ComparisonRecord& record, double seconds) {
  const Comparison& comparison = record.comparison;
  Value laws = Value::array(), unusable = Value::array();
  for (std::size_t i = 0; i < comparison.laws.size(); ++i)
    laws.push(law_value(comparison.laws[i], comparison.beaten[i]));
  for (const UnusableLaw& law : comparison.unusable)
    unusable.push(Value::object({{"law", law.law}, {"reason", law.reason}}));
  return write_json(Value::object({{"source", record.data.source},
                                   {"sha256", record.data.sha256},
                                   {"holdout", record.holdout},
                                   {"training_rows", comparison.training_rows},
                                   {"held_out_rows", comparison.held_out_rows},
                                   {"laws", laws},
                                   {"unusable", unusable},
                                   {"resamples", comparison.resamples},
                                   {"seed", seed_value(comparison.seed)},
                                   {"stopped", comparison.stopped},
                                   {"seconds", seconds},
                                   {"version", std::string(version())}})) +
         "\n";
}

}  // namespace isoflop
