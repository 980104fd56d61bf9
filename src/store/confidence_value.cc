#include "store/confidence_value.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "store/document.h"

namespace isoflop {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_null(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr || value->is(Value::Kind::kNull);
}

Range read_range(FieldReader& read, const Value& object, std::string_view name, double none) {
  std::vector<double> ends = read.numbers(object, name);
  if (ends.size() != 2) {
    read.damaged(object, fmt::format("\"{}\" must have two ends", name));
    return {};
  }
  if (std::isnan(ends[0])) ends[0] = -none;
  if (std::isnan(ends[1])) ends[1] = none;
  return {ends[0], ends[1]};
}

Identifiability read_identifiability(FieldReader& read, const Value& from, const Fit& fit) {
  Identifiability result{.eigenvalues = read.numbers(from, "eigenvalues"),
                         .relative_errors = read.numbers(from, "relative_errors"),
                         .weak = {},
                         .at_bound = fit.at_bound};
  for (const Value& weak : read.list(from, "weak").items())
    result.weak.push_back({.relative_error = read.number(weak, "relative_error"),
                           .coefficients = read.texts(weak, "coefficients"),
                           .text = read.text(weak, "text")});
  return result;
}

}  // namespace

Value intervals_value(const FitRecord& record) {
  if (!record.confidence) return {};
  return Value::object({{"level", record.confidence->level},
                        {"degrees_of_freedom", record.confidence->degrees_of_freedom},
                        {"profile", !record.confidence->profile.empty()}});
}

Value identifiability_value(const FitRecord& record) {
  if (!record.confidence) return {};
  const Identifiability& of = record.confidence->identifiability;
  Value weak = Value::array();
  for (const WeakDirection& each : of.weak)
    weak.push(Value::object({{"relative_error", each.relative_error},
                             {"coefficients", texts_value(each.coefficients)},
                             {"text", each.text}}));
  return Value::object({{"eigenvalues", numbers_value(of.eigenvalues)},
                        {"relative_errors", numbers_value(of.relative_errors)},
                        {"weak", std::move(weak)}});
}

Value profile_value(const FitRecord& record, std::size_t coefficient) {
  if (!record.confidence || record.confidence->profile.empty()) return {};
  return profile_value(record.confidence->profile[coefficient]);
}

std::optional<Confidence> read_confidence(FieldReader& read, const Value& document,
                                          const Fit& fit) {
  if (!fit.usable || is_null(document, "intervals")) return {};
  const Value& intervals = read.object(document, "intervals");
  Confidence result{
      .level = read.number(intervals, "level"),
      .degrees_of_freedom = read.count(intervals, "degrees_of_freedom"),
      .sandwich = {},
      .profile = {},
      .identifiability = read_identifiability(read, read.object(document, "identifiability"), fit)};
  const bool has_profile = read.truth(intervals, "profile");
  const Value& coefficients = read.object(document, "coefficients");
  for (const Coefficient& coefficient : fit.law.coefficients()) {
    const Value& fields = read.object(coefficients, coefficient.name);
    result.sandwich.push_back({.standard_error = read.number(fields, "sandwich_error"),
                               .interval = read_range(read, fields, "sandwich", kNan)});
    if (has_profile)
      result.profile.push_back({is_null(fields, "profile")
                                    ? Range{kNan, kNan}
                                    : read_range(read, fields, "profile", kInfinity)});
  }
  return result;
}

}  // namespace isoflop
