#include "isoflop/comparison_file.h"

#include <utility>

#include "base/error.h"
#include "base/field_values.h"
#include "base/object_reader.h"
#include "base/value.h"
#include "base/version.h"
#include "store/document.h"

namespace isoflop {

namespace {

constexpr const char* kKind = "comparison";

Value law_value(const ComparedLaw& law) {
  Value coefficients = Value::object();
  const auto all = law.fit.law.coefficients();
  for (std::size_t i = 0; i < all.size(); ++i)
    coefficients.set(all[i].name, law.fit.law.values()[i]);
  return Value::object({{"law", law.name},
                        {"formula", law.fit.law.formula()},
                        {"predicts", output_value(law.fit.law)},
                        {"held_out", errors_value(law.held_out)},
                        {"held_out_interval", range_value(law.held_out_interval)},
                        {"predicted", numbers_value(law.predicted)},
                        {"training", errors_value(*law.fit.errors)},
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
       {"lowest_aicc", comparison.laws[verdict.lowest_aicc].name},
       {"aicc_above", verdict.aicc_above},
       {"believed", verdict.believed}});
}

std::vector<std::string> joined(std::vector<std::string> texts,
                                const std::vector<std::string>& more) {
  texts.insert(texts.end(), more.begin(), more.end());
  return texts;
}

Range read_interval(ObjectReader& law) {
  const std::vector<double> ends = law.numbers("held_out_interval");
  if (ends.size() == 2) return {ends[0], ends[1]};
  if (law.has("held_out_interval")) law.problem("\"held_out_interval\" must be two numbers");
  return {};
}

LawSummary read_law(ObjectReader law) {
  return {.name = law.text("law"),
          .held_out = read_errors(law.object("held_out")),
          .training = read_errors(law.object("training")),
          .held_out_interval = read_interval(law),
          .objective = law.number("objective"),
          .aicc = law.number("aicc"),
          .bic = law.number("bic"),
          .free = law.count("free"),
          .status = law.text("status"),
          .beaten = {}};
}

std::vector<LawSummary> read_laws(ObjectReader& document) {
  std::vector<LawSummary> laws;
  for (const ObjectReader& law : document.objects("laws")) laws.push_back(read_law(law));
  if (laws.empty() && document.errors().ok()) document.problem("\"laws\" is empty");
  for (ObjectReader& pair : document.objects("pairs")) {
    const std::string first = pair.text("first"), second = pair.text("second");
    const double probability = pair.number("probability");
    if (laws.empty() || first != laws[0].name) continue;
    for (LawSummary& law : laws)
      if (law.name == second) law.beaten = probability;
  }
  return laws;
}

std::vector<UnusableLaw> read_unusable(ObjectReader& document) {
  std::vector<UnusableLaw> unusable;
  for (ObjectReader& law : document.objects("unusable"))
    unusable.push_back({law.text("law"), law.text("reason")});
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
                            .training = *law.fit.errors,
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
  const std::vector<std::string> notes =
      joined(record.data.warnings, joined(record.notes, comparison.notes));
  return Value::object({{"format", kComparisonFormat},
                        {"kind", kKind},
                        {"source", record.data.source},
                        {"sha256", record.data.sha256},
                        {"holdout", record.holdout},
                        {"folds", comparison.folds},
                        {"rows", comparison.rows},
                        {"held_out_rows", comparison.held_out_rows},
                        {"recipe", fields_value(record.recipe)},
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
                        {"notes", texts_value(notes)},
                        {"version", std::string(version())}});
}

std::string write_comparison_file(const ComparisonRecord& record) {
  return write_json(comparison_value(record)) + "\n";
}

bool is_comparison_file(std::string_view text) { return read_comparison(text).has_value(); }

bool is_comparison(const Value& document) {
  const Value* kind = document.find("kind");
  return kind != nullptr && kind->is(Value::Kind::kString) && kind->string() == kKind;
}

Result<ComparisonSummary> read_comparison_file(std::string_view text, std::string_view source) {
  const std::optional<Value> document = read_comparison(text);
  if (!document)
    return error_at({std::string(source)},
                    "this is not a comparison file: give one that a comparison was written to");
  DocumentErrors errors(source, DocumentErrors::Format::kOwnJson);
  ObjectReader file(*document, errors);
  const double format = file.number("format");
  if (format > kComparisonFormat)
    return error_at({std::string(source)},
                    "\"format\" is {}, and this isoflop reads up to {}: update isoflop, or compare "
                    "again",
                    format, kComparisonFormat);
  ComparisonSummary summary{.source = file.text("source"),
                            .sha256 = file.text("sha256"),
                            .holdout = file.text("holdout"),
                            .answer = file.text("answer"),
                            .rows = file.count("rows"),
                            .held_out_rows = file.count("held_out_rows"),
                            .folds = file.count("folds"),
                            .level = file.number("level"),
                            .stopped = file.truth("stopped"),
                            .laws = read_laws(file),
                            .unusable = read_unusable(file),
                            .notes = file.texts("notes")};
  if (!errors.ok()) return errors.take();
  return summary;
}

}  // namespace isoflop
