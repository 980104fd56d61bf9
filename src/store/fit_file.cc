#include "isoflop/fit_file.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/field_values.h"
#include "base/object_reader.h"
#include "base/value.h"
#include "fit/check.h"
#include "isoflop/part_file.h"
#include "store/bootstrap_value.h"
#include "store/confidence_value.h"
#include "store/document.h"
#include "store/packed_numbers.h"
#include "store/row_names_value.h"

namespace isoflop {

namespace {

DataSource read_data(ObjectReader data) {
  ObjectReader mapping = data.object("mapping");
  LeftOut left_out;
  for_each_field(left_out, [&](const auto& field) {
    left_out.*field.kMember = data.count(field.name, 0);  // 0.1.0 knew three of them
  });
  return {.source = data.text("source"),
          .sha256 = data.text("sha256"),
          .mapping = read_fields<Mapping>(mapping),
          .rows_read = data.count("rows_read"),
          .left_out = left_out,
          .warnings = data.has("warnings") ? data.texts("warnings") : std::vector<std::string>()};
}

Table read_columns(ObjectReader& document) {
  Table table;
  const bool packed = document.has("packed_table");
  // Versions before there were packed ones kept no long table.
  if (!packed && !document.has("table")) return table;
  ObjectReader columns = document.object(packed ? "packed_table" : "table");
  for (const auto& [name, column] : columns.members()) {
    std::vector<double> values;
    if (!packed)
      values = columns.numbers(name);
    else if (std::optional<std::vector<double>> unpacked = unpack_numbers(columns.text(name)))
      values = *std::move(unpacked);
    else
      columns.problem_at(name, "\"{}\" is no packed column", name);
    if (const Result<void> set = table.set(name, std::move(values)); !set)
      columns.problem_at(name, "{}", set.error().text());
  }
  read_row_names(document, table);
  return table;
}

Value packed_columns_value(const Table& table) {
  Value columns = Value::object();
  for (const std::string& name : table.names()) columns.set(name, pack_numbers(table.column(name)));
  return columns;
}

// What stands in the file twice must be the same, or people would read the one and the program the
// other.
void check_same(ObjectReader& document, std::string_view name, std::string_view in_law) {
  const std::string text = document.text(name);
  if (text != in_law && document.errors().ok())
    document.problem_at(name, "\"{}\" is \"{}\", and \"{}\" in \"law_toml\"", name, text, in_law);
}

// The law with the values of the fit; without any for a fit that is not usable, which has none.
Result<Law> read_fitted_law(ObjectReader& document) {
  Result<Law> law = Law::from_toml(document.text("law_toml"),
                                   fmt::format("{} (\"law_toml\")", document.errors().source()));
  if (!law) return law;
  check_same(document, "law", law->key());
  check_same(document, "formula", law->formula());
  if (!document.truth("usable")) return law->without_values();
  ObjectReader coefficients = document.object("coefficients");
  std::vector<double> values;
  for (const Coefficient& coefficient : law->coefficients()) {
    ObjectReader fields = coefficients.object(coefficient.name);
    values.push_back(fields.number("value"));
    if (!std::isfinite(values.back()))
      fields.problem("{} has no value, though the fit is usable", coefficient.name);
  }
  if (!document.errors().ok()) return law->without_values();
  return law->with_values(document.text("set"), std::move(values),
                          document.object("data").named_ranges("ranges"));
}

std::vector<LocalOptimum> read_optima(ObjectReader& starts, const Law& law) {
  std::vector<LocalOptimum> optima;
  // Files of before there were these have none.
  for (ObjectReader& optimum : starts.objects_if_any("optima")) {
    optima.push_back({.objective = optimum.number("objective"),
                      .reached = optimum.count("reached"),
                      .coefficients = {}});
    ObjectReader coefficients = optimum.object("coefficients");
    for (const Coefficient& coefficient : law.coefficients())
      optima.back().coefficients.push_back(coefficients.number(coefficient.name));
  }
  return optima;
}

SearchReport read_search(ObjectReader starts, const Law& law) {
  return {.tried = starts.count("tried"),
          .descents = starts.count("descents", starts.count("tried")),  // 0.1.0 wrote none
          .reached_best = starts.count("reached_best"),
          .candidates = starts.count("candidates"),
          .stopped = starts.truth("stopped", false),
          .optima = read_optima(starts, law)};
}

// Version 0.1.0 wrote none: they follow from the runs.
std::optional<LossErrors> read_fit_errors(ObjectReader& document, const Fit& fit) {
  if (!fit.usable) return std::nullopt;
  if (!document.has("errors")) return loss_errors(fit.law, fit.table);
  const LossErrors errors = read_errors(document.object("errors"));
  // Null where they overflowed.
  if (!std::isfinite(errors.rmse) || !std::isfinite(errors.relative)) return std::nullopt;
  return errors;
}

Fit read_fit(ObjectReader& document, const Law& law) {
  ObjectReader objective = document.object("objective"), recipe = document.object("recipe");
  return {.law = law,
          .recipe = read_fields<Recipe>(recipe),
          .status = document.parsed("status", parse_status),
          .usable = document.truth("usable"),
          .message = document.text("message"),
          .objective = {.sum = objective.number("sum"),
                        .mean = objective.number("mean"),
                        .rows = objective.count("rows")},
          .at_bound = document.texts("at_bound"),
          .search = read_search(document.object("starts"), law),
          .notes = document.texts("notes"),
          .table = read_columns(document)};
}

// What every command takes for granted of the runs of a fit, and of its recipe.
void check_runs(ObjectReader& document, const Fit& fit) {
  if (!document.errors().ok() || fit.table.rows() == 0) return;
  if (const Result<void> ok = check_fit(fit.law, fit.table, fit.recipe); !ok)
    for (const Problem& each : ok.error().problems)
      document.problem_at("table", "{}: {}", each.source, each.what);
  else if (fit.usable && fit.objective.rows != fit.table.rows())
    document.problem_at("table", "there are {} rows, and \"objective\" is of {}", fit.table.rows(),
                        fit.objective.rows);
}

void check_outcome(ObjectReader& document, const Fit& fit) {
  if (document.errors().ok() && fit.usable == (fit.status == FitStatus::kFailed))
    document.problem_at("usable", "\"usable\" is {}, and \"status\" is \"{}\"", fit.usable,
                        to_text(fit.status));
  if (fit.usable && !(std::isfinite(fit.objective.sum) && std::isfinite(fit.objective.mean)))
    document.problem_at("objective", "a usable fit has a \"sum\" and a \"mean\"");
}

Result<Value> read_document(std::string_view text, std::string_view source) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{')
    return error_at(
        {std::string(source)},
        "this is not a fit file, which is a JSON object: give one that a fit was written to");
  Result<Value> document = read_json(text, source);
  if (!document) return document;
  if (is_comparison(*document))
    return error_at({std::string(source)},
                    "this is a comparison, which has no fit of all runs: give a fit file");
  const Value* format = document->find("format");
  if (format == nullptr || !format->is(Value::Kind::kNumber))
    return error_at(
        {std::string(source)},
        "this is not a fit file: it has no \"format\"; give one that a fit was written to");
  if (format->number() > kFitFormat)
    return error_at(
        {std::string(source), format->line, format->column},
        "\"format\" is {}, and this isoflop reads up to {}: update isoflop, or fit again",
        format->number(), kFitFormat);
  return document;
}

}  // namespace

std::vector<std::string> warnings_on(const FitRecord& record) {
  std::vector<std::string> warnings = record.data.warnings;
  if (record.confidence)
    for (const Finding& finding : record.confidence->findings) warnings.push_back(finding.text);
  return warnings;
}

namespace {

// With a part where it is one of several.
std::string file_text(const FitRecord& record, Value part) {
  const Fit& fit = record.fit;
  Value document = Value::object({{"format", kFitFormat}});
  if (!part.is(Value::Kind::kNull)) document.set("part", std::move(part));
  document.set("command", record.command);
  const Value fields = fit_value(record);
  for (const auto& [name, value] : fields.members()) document.set(name, value);
  document.set("law_toml", fit.law.toml());
  document.set("draws", draws_value(record));
  const bool packed = fit.table.rows() > kUnpackedRows;
  document.set("table", packed ? Value() : columns_value(fit.table));
  if (packed) document.set("packed_table", packed_columns_value(fit.table));
  document.set("row_names", row_names_value(fit.table, packed));
  return write_json(document) + "\n";
}

Result<FitRecord> read_record(const Value& document, DocumentErrors& errors) {
  ObjectReader file(document, errors);
  const Result<Law> law = read_fitted_law(file);
  if (!law && errors.ok()) return std::unexpected(law.error());
  if (!law) return errors.take();
  FitRecord record{.fit = read_fit(file, *law),
                   .data = read_data(file.object("data")),
                   .version = file.text("version"),
                   .command = file.text("command")};
  record.fit.errors = read_fit_errors(file, record.fit);
  record.confidence = read_confidence(file, record.fit);
  record.bootstrap = read_draws(file, record.fit);
  check_outcome(file, record.fit);
  check_runs(file, record.fit);
  if (!errors.ok()) return errors.take();
  return record;
}

Shard read_shard(ObjectReader& part) {
  const Shard shard = {.index = part.count("index"), .count = part.count("count")};
  if (part.errors().ok() && shard.index >= shard.count)
    part.problem("part {} is none", to_text(shard));
  return shard;
}

}  // namespace

std::string write_fit_file(const FitRecord& record) { return file_text(record, {}); }

Result<FitRecord> read_fit_file(std::string_view text, std::string_view source) {
  const Result<Value> document = read_document(text, source);
  if (!document) return std::unexpected(document.error());
  if (document->find("part") != nullptr)
    return error_at({std::string(source)},
                    "this is one part of a bootstrap: merge all its parts to a fit file first");
  DocumentErrors errors(source, DocumentErrors::Format::kOwnJson);
  return read_record(*document, errors);
}

std::string write_part_file(const PartRecord& part) {
  return file_text(part.record, Value::object({{"index", part.shard.index},
                                               {"count", part.shard.count},
                                               {"vector", part.vector}}));
}

Result<PartRecord> read_part_file(std::string_view text, std::string_view source) {
  const Result<Value> document = read_document(text, source);
  if (!document) return std::unexpected(document.error());
  if (document->find("part") == nullptr)
    return error_at(
        {std::string(source)},
        "this is a whole fit, not one part of a bootstrap: give the files of its parts");
  DocumentErrors errors(source, DocumentErrors::Format::kOwnJson);
  ObjectReader file(*document, errors);
  ObjectReader part = file.object("part");
  const Shard shard = read_shard(part);
  std::string vector = part.text("vector");
  Result<FitRecord> record = read_record(*document, errors);
  if (!record) return std::unexpected(record.error());
  if (!record->bootstrap) file.problem("the part has no draws");
  if (!errors.ok()) return errors.take();
  return PartRecord{.record = *std::move(record), .shard = shard, .vector = std::move(vector)};
}

}  // namespace isoflop
