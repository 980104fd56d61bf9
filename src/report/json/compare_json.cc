#include "base/value.h"
#include "base/version.h"
#include "report/console/compare.h"
#include "store/comparison_file.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value errors_value(const LossErrors& errors) {
  return Value::object({{"rmse", errors.rmse}, {"relative", errors.relative}, {"r2", errors.r2}});
}

Value law_value(const ComparedLaw& law) {
  Value coefficients = Value::object();
  const auto all = law.fit.law.coefficients();
  for (std::size_t i = 0; i < all.size(); ++i)
    coefficients.set(all[i].name, law.fit.law.values()[i]);
  return Value::object({{"law", law.name},
                        {"formula", law.fit.law.formula()},
                        {"held_out", errors_value(law.held_out)},
                        {"held_out_interval", range_value(law.held_out_interval)},
                        {"predicted", numbers_value(law.predicted)},
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

Value pairs_value(const Comparison& comparison) {
  Value pairs = Value::array();
  for (const ComparedPair& pair : comparison.pairs)
    pairs.push(Value::object({{"first", comparison.laws[pair.first].name},
                              {"second", comparison.laws[pair.second].name},
                              {"probability", pair.probability},
                              {"simpler", pair.simpler}}));
  return pairs;
}

Value verdict_value(const Comparison& comparison) {
  if (!comparison.verdict) return {};
  const Verdict& verdict = *comparison.verdict;
  const ComparedPair& pair = comparison.pairs[verdict.pair];
  return Value::object(
      {{"first", comparison.laws[pair.first].name},
       {"rival", comparison.laws[pair.second].name},
       {"probability", pair.probability},
       {"overturned_by", verdict.overturned_by},
       {"rows_needed", verdict.rows_needed ? Value(*verdict.rows_needed) : Value()},
       {"lowest_aicc", comparison.laws[verdict.lowest_aicc].name}});
}

std::vector<std::string> joined(std::vector<std::string> texts,
                                const std::vector<std::string>& more) {
  texts.insert(texts.end(), more.begin(), more.end());
  return texts;
}

Value comparison_value(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  Value laws = Value::array(), unusable = Value::array();
  for (const ComparedLaw& law : comparison.laws) laws.push(law_value(law));
  for (const UnusableLaw& law : comparison.unusable)
    unusable.push(Value::object({{"law", law.name}, {"reason", law.reason}}));
  return Value::object({{"format", kComparisonFormat},
                        {"kind", kComparisonKind},
                        {"source", record.data.source},
                        {"sha256", record.data.sha256},
                        {"holdout", record.holdout},
                        {"folds", comparison.folds},
                        {"rows", comparison.rows},
                        {"held_out_rows", comparison.held_out_rows},
                        {"recipe", recipe_value(record.recipe)},
                        {"laws", laws},
                        {"unusable", unusable},
                        {"pairs", pairs_value(comparison)},
                        {"verdict", verdict_value(comparison)},
                        {"answer", verdict_text(comparison)},
                        {"resampled", comparison.by_groups ? "groups" : "rows"},
                        {"units", comparison.units},
                        {"resamples", comparison.resamples},
                        {"level", kErrorLevel},
                        {"stopped", comparison.stopped},
                        {"notes", texts_value(joined(record.notes, comparison.notes))},
                        {"version", std::string(version())}});
}

}  // namespace

std::string compare_json(const ComparisonRecord& record, double seconds) {
  Value document = comparison_value(record);
  document.set("seconds", seconds);
  return write_json(document) + "\n";
}

std::string write_comparison_file(const ComparisonRecord& record) {
  return write_json(comparison_value(record)) + "\n";
}

}  // namespace isoflop
