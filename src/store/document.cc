#include "store/document.h"

#include <algorithm>

#include "base/enum_names.h"
#include "base/field_values.h"
#include "base/version.h"
#include "isoflop/output.h"
#include "store/confidence_value.h"

namespace isoflop {

namespace {

// In the order of Role.
constexpr std::string_view kRoleNames[] = {"scale", "constant", "exponent", "log_scale"};

Value objective_value(const Fit& fit) {
  const RobustLoss& loss = fit.recipe.loss;
  const LossKind& kind = loss_kind(loss);
  return Value::object(
      {{"residual", to_text(fit.recipe.residual)},
       {"loss", std::string(kind.name)},
       {"delta", kind.has_delta() ? Value(loss.delta) : Value()},
       {"weights", Value::object({{"over", loss.over_weight()}, {"under", loss.under_weight()}})},
       {"sum", fit.usable ? Value(fit.objective.sum) : Value()},
       {"mean", fit.usable ? Value(fit.objective.mean) : Value()},
       {"rows", fitted_rows(fit)}});
}

Value coefficients_value(const FitRecord& record) {
  const Fit& fit = record.fit;
  Value coefficients = Value::object();
  const auto all = fit.law.coefficients();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& name = all[i].name;
    const auto tie = fit.recipe.tie.find(name);
    const Uncertainty* spread = record.bootstrap ? &record.bootstrap->uncertainties[i] : nullptr;
    const NormalInterval* sandwich = record.confidence ? &record.confidence->sandwich[i] : nullptr;
    coefficients.set(
        name, Value::object(
                  {{"value", fit.usable ? Value(fit.law.values()[i]) : Value()},
                   {"sandwich_error", sandwich ? Value(sandwich->standard_error) : Value()},
                   {"sandwich", sandwich ? range_value(sandwich->interval) : Value()},
                   {"degrees_of_freedom", sandwich ? Value(sandwich->degrees_of_freedom) : Value()},
                   {"profile", profile_value(record, i)},
                   {"standard_error", spread ? Value(spread->standard_error) : Value()},
                   {"percentile", spread ? range_value(spread->percentile) : Value()},
                   {"bca", spread ? range_value(spread->bca) : Value()},
                   {"unit", unit_of(fit.law, all[i])},
                   {"range", range_value(range_in(fit.recipe, all[i]))},
                   {"at_bound", std::ranges::find(fit.at_bound, name) != fit.at_bound.end()},
                   {"fixed", fit.recipe.fix.contains(name)},
                   {"tied_to", tie == fit.recipe.tie.end() ? Value() : Value(tie->second)}}));
  }
  return coefficients;
}

Value optima_value(const Fit& fit) {
  Value optima = Value::array();
  for (const LocalOptimum& optimum : fit.search.optima) {
    Value coefficients = Value::object();
    for (std::size_t i = 0; i < optimum.coefficients.size(); ++i)
      coefficients.set(fit.law.coefficients()[i].name, optimum.coefficients[i]);
    optima.push(Value::object({{"objective", optimum.objective},
                               {"reached", optimum.reached},
                               {"coefficients", coefficients}}));
  }
  return optima;
}

Value bootstrap_value(const FitRecord& record) {
  if (!record.bootstrap) return {};
  const Draws& draws = record.bootstrap->draws;
  return Value::object({{"by", to_text(draws.how.by)},
                        {"replicates", draws.how.replicates},
                        {"seed", draws.how.seed},
                        {"level", record.bootstrap->level},
                        {"units", draws.units},
                        {"draws", draws.size()},
                        {"stopped", draws.stopped},
                        {"searched", draws.searched},
                        {"converged", draws.count(FitStatus::kConverged)},
                        {"at_bound", draws.count(FitStatus::kAtBound)},
                        {"limit", draws.count(FitStatus::kLimit)},
                        {"failed", draws.count(FitStatus::kFailed)}});
}

Value data_value(const FitRecord& record) {
  const DataSource& data = record.data;
  Value value = data_source_value(data, fitted_rows(record.fit));
  value.set("mapping", fields_value(data.mapping));
  value.set("ranges",
            record.fit.usable ? field_value(record.fit.law.fitted_on()) : Value::object());
  return value;
}

}  // namespace

Value data_source_value(const DataSource& data, std::size_t rows) {
  Value value = Value::object({{"source", data.source},
                               {"sha256", data.sha256},
                               {"rows", rows},
                               {"rows_read", data.rows_read}});
  for_each_field(data.left_out,
                 [&](const auto& field) { value.set(field.name, data.left_out.*field.kMember); });
  value.set("warnings", texts_value(data.warnings));
  return value;
}

std::string left_out_text(const LeftOut& left_out) {
  std::vector<std::string> texts;
  for_each_field(left_out, [&](const auto& field) {
    if (const std::size_t count = left_out.*field.kMember; count > 0)
      texts.push_back(fmt::format("{} {}", count, field.text));
  });
  return fmt::format("{}", fmt::join(texts, ", "));
}

Value texts_value(std::span<const std::string> texts) {
  return array_value(texts, std::identity());
}

Value numbers_value(std::span<const double> numbers) {
  return array_value(numbers, std::identity());
}

Value range_value(const Range& range) { return Value::array({range.low, range.high}); }

Value profile_value(const ProfileInterval& profile) {
  const Range& interval = profile.interval;
  return std::isnan(interval.low) || std::isnan(interval.high) ? Value() : range_value(interval);
}

Value columns_value(const Table& table) {
  Value object = Value::object();
  for (const std::string& name : table.names()) object.set(name, numbers_value(table.column(name)));
  return object;
}

Value columns_unless_written(const Table& table, const std::string& output) {
  return output.empty() ? columns_value(table) : Value();
}

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value number_or_null(const std::optional<double>& number) {
  return number ? Value(*number) : Value();
}

std::string to_text(Role role) { return enum_name(kRoleNames, role); }

std::size_t fitted_rows(const Fit& fit) {
  return fit.usable ? fit.objective.rows : fit.table.rows();
}

Value errors_value(const LossErrors& errors) {
  return Value::object({{"rmse", errors.rmse}, {"relative", errors.relative}, {"r2", errors.r2}});
}

LossErrors read_errors(ObjectReader errors) {
  return {.rmse = errors.number("rmse"),
          .relative = errors.number("relative"),
          .r2 = errors.number("r2")};
}

Value fit_value(const FitRecord& record) {
  const Fit& fit = record.fit;
  return Value::object(
      {{"law", fit.law.key()},
       {"set", fit.usable ? fit.law.set_name() : ""},
       {"formula", fit.law.formula()},
       {"predicts", output_value(fit.law)},
       {"status", to_text(fit.status)},
       {"usable", fit.usable},
       {"message", fit.message},
       {"objective", objective_value(fit)},
       {"errors", fit.errors ? errors_value(*fit.errors) : Value()},
       {"coefficients", coefficients_value(record)},
       {"at_bound", texts_value(fit.at_bound)},
       {"intervals", intervals_value(record)},
       {"identifiability", identifiability_value(record)},
       {"findings", findings_value(record)},
       {"lack_of_fit", lack_of_fit_value(record)},
       {"starts", Value::object({{"tried", fit.search.tried},
                                 {"descents", fit.search.descents},
                                 {"reached_best", fit.search.reached_best},
                                 {"candidates", fit.search.candidates},
                                 {"stopped", fit.search.stopped},
                                 {"optima", optima_value(fit)}})},
       {"bootstrap", bootstrap_value(record)},
       {"notes", texts_value(fit.notes)},
       {"data", data_value(record)},
       {"recipe", fields_value(fit.recipe)},
       {"version", record.version.empty() ? std::string(version()) : record.version}});
}

Value output_value(const Law& law) {
  const Output output = output_of(law);
  return Value::object({{"name", output.name}, {"unit", output.unit}});
}

std::string document_text(Value object) {
  if (object.find("version") == nullptr) object.set("version", std::string(version()));
  return write_json(object) + "\n";
}

std::string source_text(const std::string& source) {
  return source == "-" ? "standard input" : source;
}

}  // namespace isoflop
