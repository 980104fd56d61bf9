#include "store/comparison_file.h"

#include <utility>

#include "base/error.h"
#include "base/value.h"
#include "base/version.h"
#include "store/document.h"
#include "store/field_reader.h"

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

LossErrors read_errors(FieldReader& read, const Value& law, std::string_view name) {
  const Value& errors = read.object(law, name);
  return {.rmse = read.number(errors, "rmse"),
          .relative = read.number(errors, "relative"),
          .r2 = read.number(errors, "r2")};
}

Range read_interval(FieldReader& read, const Value& law) {
  const std::vector<double> ends = read.numbers(law, "held_out_interval");
  if (ends.size() == 2) return {ends[0], ends[1]};
  if (law.find("held_out_interval") != nullptr)
    read.damaged(law, "\"held_out_interval\" must be two numbers");
  return {};
}

LawSummary read_law(FieldReader& read, const Value& law) {
  return {.name = read.text(law, "law"),
          .held_out = read_errors(read, law, "held_out"),
          .training = read_errors(read, law, "training"),
          .held_out_interval = read_interval(read, law),
          .objective = read.number(law, "objective"),
          .aicc = read.number(law, "aicc"),
          .bic = read.number(law, "bic"),
          .free = read.count(law, "free"),
          .status = read.text(law, "status"),
          .beaten = {}};
}

std::vector<LawSummary> read_laws(FieldReader& read, const Value& document) {
  std::vector<LawSummary> laws;
  for (const Value& law : read.list(document, "laws").items()) laws.push_back(read_law(read, law));
  if (laws.empty() && read.ok()) read.damaged(document, "\"laws\" is empty");
  for (const Value& pair : read.list(document, "pairs").items()) {
    const std::string &first = read.text(pair, "first"), &second = read.text(pair, "second");
    const double probability = read.number(pair, "probability");
    if (laws.empty() || first != laws[0].name) continue;
    for (LawSummary& law : laws)
      if (law.name == second) law.beaten = probability;
  }
  return laws;
}

std::vector<UnusableLaw> read_unusable(FieldReader& read, const Value& document) {
  std::vector<UnusableLaw> unusable;
  for (const Value& law : read.list(document, "unusable").items())
    unusable.push_back({read.text(law, "law"), read.text(law, "reason")});
  return unusable;
}

// The document of a comparison file; nothing of another text.
std::optional<Value> read_comparison(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return std::nullopt;
  Result<Value> document = read_json(text, "");
  if (!document || !is_comparison(*document)) return std::nullopt;
  return *std::move(document);
}

}  // namespace

ComparisonSummary summary_of(const ComparisonRecord& record) {
  const Comparison& comparison = record.comparison;
  ComparisonSummary summary{.source = record.data.source,
                            .sha256 = record.data.sha256,
                            .holdout = record.holdout,
                            .answer = verdict_text(comparison),
                            .rows = comparison.rows,
                            .held_out_rows = comparison.held_out_rows,
                            .folds = comparison.folds,
                            .level = kErrorLevel,
                            .stopped = comparison.stopped,
                            .laws = {},
                            .unusable = comparison.unusable,
                            .notes = comparison.notes};
  for (std::size_t i = 0; i < comparison.laws.size(); ++i) {
    const ComparedLaw& law = comparison.laws[i];
    summary.laws.push_back({.name = law.name,
                            .held_out = law.held_out,
                            .training = law.training,
                            .held_out_interval = law.held_out_interval,
                            .objective = law.fit.objective.sum,
                            .aicc = law.criteria.aicc,
                            .bic = law.criteria.bic,
                            .free = law.free,
                            .status = to_text(law.fit.status),
                            .beaten = {}});
    if (i > 0) summary.laws.back().beaten = comparison.pairs[i - 1].probability;
  }
  return summary;
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

std::string write_comparison_file(const ComparisonRecord& record) {
  return write_json(comparison_value(record)) + "\n";
}

bool is_comparison_file(std::string_view text) { return read_comparison(text).has_value(); }

bool is_comparison(const Value& document) {
  const Value* kind = document.find("kind");
  return kind != nullptr && kind->is(Value::Kind::kString) && kind->string() == kComparisonKind;
}

Result<ComparisonSummary> read_comparison_file(std::string_view text, std::string_view source) {
  const std::optional<Value> document = read_comparison(text);
  if (!document)
    return error_at({std::string(source)},
                    "this is not a comparison file; `isoflop compare ... -o FILE` writes one");
  FieldReader read(source);
  const double format = read.number(*document, "format");
  if (format > kComparisonFormat)
    return error_at({std::string(source)},
                    "\"format\" is {}, and this isoflop reads up to {}: update isoflop, or compare "
                    "again",
                    format, kComparisonFormat);
  ComparisonSummary summary{.source = read.text(*document, "source"),
                            .sha256 = read.text(*document, "sha256"),
                            .holdout = read.text(*document, "holdout"),
                            .answer = read.text(*document, "answer"),
                            .rows = read.count(*document, "rows"),
                            .held_out_rows = read.count(*document, "held_out_rows"),
                            .folds = read.count(*document, "folds"),
                            .level = read.number(*document, "level"),
                            .stopped = read.truth(*document, "stopped"),
                            .laws = read_laws(read, *document),
                            .unusable = read_unusable(read, *document),
                            .notes = read.texts(*document, "notes")};
  if (!read.ok()) return read.take();
  return summary;
}

}  // namespace isoflop
