#include "store/bootstrap_value.h"

#include <string>
#include <utility>
#include <vector>

#include "store/document.h"

namespace isoflop {

namespace {

// {NAME: [value, ...]} of values that go row by row.
Value by_coefficient(const Law& law, const std::vector<double>& values) {
  Value object = Value::object();
  const std::size_t count = law.coefficients().size();
  for (std::size_t j = 0; j < count; ++j) {
    Value column = Value::array();
    for (std::size_t i = j; i < values.size(); i += count) column.push(values[i]);
    object.set(law.coefficients()[j].name, std::move(column));
  }
  return object;
}

std::vector<double> read_by_coefficient(ObjectReader object, const Law& law,
                                        std::optional<std::size_t> rows) {
  const std::size_t count = law.coefficients().size();
  std::vector<double> values;
  for (std::size_t j = 0; j < count; ++j) {
    const std::string& coefficient = law.coefficients()[j].name;
    const std::vector<double> column = object.numbers(coefficient);
    if (!rows) rows = column.size();
    if (column.size() != *rows) {
      object.problem("{} has {} values, and there are {} of others", coefficient, column.size(),
                     *rows);
      return {};
    }
    values.resize(*rows * count);
    for (std::size_t i = 0; i < *rows; ++i) values[i * count + j] = column[i];
  }
  return values;
}

std::vector<FitStatus> read_statuses(ObjectReader& draws) {
  std::vector<FitStatus> statuses;
  for (const std::string& text : draws.texts("status")) {
    const Result<FitStatus> status = parse_status(text);
    if (status)
      statuses.push_back(*status);
    else
      draws.problem("{}", status.error().text());
  }
  return statuses;
}

// Replicates may be more than there are draws, where the work was stopped.
Draws read_fields(ObjectReader& bootstrap, ObjectReader draws, const Law& law) {
  Draws result{.how = {.by = bootstrap.parsed("by", parse_resampling),
                       .replicates = bootstrap.count("replicates"),
                       .seed = bootstrap.integer("seed")},
               .units = bootstrap.count("units"),
               .searched = bootstrap.count("searched"),
               .status = read_statuses(draws),
               .objective = draws.numbers("objective"),
               .values = {},
               .jackknife = read_by_coefficient(draws.object("jackknife"), law, {})};
  // Files of before the field was there were stopped where draws are missing.
  result.stopped = bootstrap.truth("stopped", result.size() < result.how.replicates);
  result.values = read_by_coefficient(draws.object("values"), law, result.size());
  if (result.objective.size() != result.size())
    draws.problem("there are {} objectives of {} draws", result.objective.size(), result.size());
  return result;
}

}  // namespace

Value draws_value(const FitRecord& record) {
  if (!record.bootstrap) return {};
  const Draws& draws = record.bootstrap->draws;
  Value status = Value::array();
  for (const FitStatus each : draws.status) status.push(to_text(each));
  return Value::object({{"status", std::move(status)},
                        {"objective", numbers_value(draws.objective)},
                        {"values", by_coefficient(record.fit.law, draws.values)},
                        {"jackknife", by_coefficient(record.fit.law, draws.jackknife)}});
}

std::optional<BootstrapRecord> read_draws(ObjectReader& document, const Fit& fit) {
  if (!document.has("bootstrap")) return {};
  ObjectReader fields = document.object("bootstrap");
  const double level = fields.number("level");
  if (!(level > 0 && level < 1)) fields.problem("\"level\" must be between 0 and 1");
  Draws draws = read_fields(fields, document.object("draws"), fit.law);
  if (!document.errors().ok() || !fit.usable) return {};
  std::vector<Uncertainty> made = uncertainties(fit, draws, level);
  return BootstrapRecord{
      .draws = std::move(draws), .level = level, .uncertainties = std::move(made)};
}

}  // namespace isoflop
