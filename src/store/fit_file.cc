#include "store/fit_file.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "store/comparison_file.h"
#include "store/confidence_value.h"
#include "store/document.h"
#include "store/draws_value.h"
#include "store/field_reader.h"
#include "store/row_names_value.h"

namespace isoflop {

namespace {

// Files of before there were other solvers do not name theirs.
void read_solver(FieldReader& read, const Value& from, Recipe& recipe) {
  if (from.find("solver") == nullptr) return;
  recipe.solver = read.parsed(from, "solver", parse_solver);
  if (recipe.solver != Solver::kDefault) recipe.evaluations = read.count(from, "evaluations");
}

Recipe read_recipe(FieldReader& read, const Value& recipe) {
  Recipe result{.residual = read.parsed(recipe, "residual", parse_residual),
                .loss = read.parsed(recipe, "loss", parse_loss),
                .starts = read.parsed(recipe, "starts", parse_starts),
                .seed = read.seed(recipe, "seed"),
                .fix = read.named_numbers(recipe, "fix"),
                .tie = read.named_texts(recipe, "tie"),
                .range = read.named_ranges(recipe, "range"),
                .start = read.named_numbers(recipe, "start")};
  read_solver(read, recipe, result);
  return result;
}

Mapping read_mapping(FieldReader& read, const Value& mapping) {
  return {.columns = read.text(mapping, "columns"),
          .where = read.text(mapping, "where"),
          .weights = read.text(mapping, "weights"),
          // Files of before there were clusters have none.
          .cluster = mapping.find("cluster") == nullptr ? "" : read.text(mapping, "cluster"),
          .drop_highest_loss = read.count(mapping, "drop_highest_loss"),
          .skip_missing = read.truth(mapping, "skip_missing")};
}

DataSource read_data(FieldReader& read, const Value& data) {
  return {.source = read.text(data, "source"),
          .sha256 = read.text(data, "sha256"),
          .mapping = read_mapping(read, read.object(data, "mapping")),
          .rows_read = read.count(data, "rows_read"),
          .filtered = read.count(data, "filtered"),
          .skipped = read.count(data, "skipped"),
          .dropped = read.count(data, "dropped")};
}

Table read_columns(FieldReader& read, const Value& document) {
  Table table;
  const Value* value = document.find("table");
  if (value != nullptr && value->is(Value::Kind::kNull)) return table;
  const Value& columns = read.object(document, "table");
  for (const auto& [name, column] : columns.members())
    if (const Result<void> set = table.set(name, read.numbers(columns, name)); !set)
      read.damaged(column, set.error().text());
  read_row_names(read, document, table);
  return table;
}

// What stands in the file twice must be the same, or people would read the one and the program the
// other.
void check_same(FieldReader& read, const Value& document, std::string_view name,
                std::string_view in_law) {
  const std::string& text = read.text(document, name);
  if (text != in_law && read.ok())
    read.damaged(*document.find(name),
                 fmt::format("\"{}\" is \"{}\", and \"{}\" in \"law_toml\"", name, text, in_law));
}

// The law with the values of the fit; without any for a fit that is not usable, which has none.
Result<Law> read_law(FieldReader& read, const Value& document, std::string_view source) {
  Result<Law> law =
      Law::from_toml(read.text(document, "law_toml"), fmt::format("{} (\"law_toml\")", source));
  if (!law) return law;
  check_same(read, document, "law", law->key());
  check_same(read, document, "formula", law->formula());
  if (!read.truth(document, "usable")) return law->without_values();
  const Value& coefficients = read.object(document, "coefficients");
  std::vector<double> values;
  for (const Coefficient& coefficient : law->coefficients()) {
    const Value& fields = read.object(coefficients, coefficient.name);
    values.push_back(read.number(fields, "value"));
    if (std::isfinite(values.back())) continue;
    read.damaged(fields,
                 fmt::format("{} has no value, though the fit is usable", coefficient.name));
  }
  if (!read.ok()) return law->without_values();
  return law->with_values(read.text(document, "set"), std::move(values),
                          read.named_ranges(read.object(document, "data"), "ranges"));
}

// Files of before there were these have none.
std::vector<LocalOptimum> read_optima(FieldReader& read, const Value& starts, const Law& law) {
  std::vector<LocalOptimum> optima;
  if (starts.find("optima") == nullptr) return optima;
  for (const Value& optimum : read.list(starts, "optima").items()) {
    optima.push_back({.objective = read.number(optimum, "objective"),
                      .reached = read.count(optimum, "reached"),
                      .coefficients = {}});
    const Value& coefficients = read.object(optimum, "coefficients");
    for (const Coefficient& coefficient : law.coefficients())
      optima.back().coefficients.push_back(read.number(coefficients, coefficient.name));
  }
  return optima;
}

SearchReport read_search(FieldReader& read, const Value& starts, const Law& law) {
  return {.tried = read.count(starts, "tried"),
          .reached_best = read.count(starts, "reached_best"),
          .candidates = read.count(starts, "candidates"),
          .stopped = starts.find("stopped") != nullptr && read.truth(starts, "stopped"),
          .optima = read_optima(read, starts, law)};
}

Fit read_fit(FieldReader& read, const Value& document, const Law& law) {
  const Value& objective = read.object(document, "objective");
  return {.law = law,
          .recipe = read_recipe(read, read.object(document, "recipe")),
          .status = read.parsed(document, "status", parse_status),
          .usable = read.truth(document, "usable"),
          .message = read.text(document, "message"),
          .objective = {.sum = read.number(objective, "sum"),
                        .mean = read.number(objective, "mean"),
                        .rows = read.count(objective, "rows")},
          .at_bound = read.texts(document, "at_bound"),
          .search = read_search(read, read.object(document, "starts"), law),
          .notes = read.texts(document, "notes"),
          .table = read_columns(read, document)};
}

void check_outcome(FieldReader& read, const Value& document, const Fit& fit) {
  if (read.ok() && fit.usable == (fit.status == FitStatus::kFailed))
    read.damaged(*document.find("usable"), fmt::format("\"usable\" is {}, and \"status\" is \"{}\"",
                                                       fit.usable, to_text(fit.status)));
}

Result<Value> read_document(std::string_view text, std::string_view source) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{')
    return error_at(
        {std::string(source)},
        "this is not a fit file, which is a JSON object; `isoflop fit ... -o FILE` writes one");
  Result<Value> document = read_json(text, source);
  if (!document) return document;
  if (is_comparison(*document))
    return error_at({std::string(source)},
                    "this is a comparison, which has no fit of all runs: `isoflop fit` makes one");
  const Value* format = document->find("format");
  if (format == nullptr || !format->is(Value::Kind::kNumber))
    return error_at(
        {std::string(source)},
        "this is not a fit file: it has no \"format\"; `isoflop fit ... -o FILE` writes one");
  if (format->number() > kFitFormat)
    return error_at(
        {std::string(source), format->line, format->column},
        "\"format\" is {}, and this isoflop reads up to {}: update isoflop, or fit again",
        format->number(), kFitFormat);
  return document;
}

}  // namespace

std::string write_fit_file(const FitRecord& record) {
  const Fit& fit = record.fit;
  Value document = Value::object({{"format", kFitFormat}, {"command", record.command}});
  const Value fields = fit_value(record);
  for (const auto& [name, value] : fields.members()) document.set(name, value);
  document.set("law_toml", fit.law.toml());
  document.set("draws", draws_value(record));
  const bool kept = fit.table.rows() <= kFitFileRows;
  document.set("table", kept ? columns_value(fit.table) : Value());
  document.set("row_names", kept ? row_names_value(fit.table) : Value());
  return write_json(document) + "\n";
}

Result<FitRecord> read_fit_file(std::string_view text, std::string_view source) {
  const Result<Value> document = read_document(text, source);
  if (!document) return std::unexpected(document.error());
  FieldReader read(source);
  const Result<Law> law = read_law(read, *document, source);
  if (!law && read.ok()) return std::unexpected(law.error());
  if (!law) return read.take();
  FitRecord record{.fit = read_fit(read, *document, *law),
                   .data = read_data(read, read.object(*document, "data")),
                   .version = read.text(*document, "version"),
                   .command = read.text(*document, "command")};
  record.confidence = read_confidence(read, *document, record.fit);
  record.bootstrap = read_draws(read, *document, record.fit);
  check_outcome(read, *document, record.fit);
  if (!read.ok()) return read.take();
  return record;
}

}  // namespace isoflop
