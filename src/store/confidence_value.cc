#include "store/confidence_value.h"

#include <cmath>
#include <utility>
#include <vector>

#include "base/numbers.h"
#include "store/document.h"

namespace isoflop {

namespace {

Range read_range(ObjectReader& object, std::string_view name, double none) {
  std::vector<double> ends = object.numbers(name);
  if (ends.size() != 2) {
    object.problem("\"{}\" must have two ends", name);
    return {};
  }
  if (std::isnan(ends[0])) ends[0] = -none;
  if (std::isnan(ends[1])) ends[1] = none;
  return {ends[0], ends[1]};
}

Identifiability read_identifiability(ObjectReader from, const Fit& fit) {
  Identifiability result{.eigenvalues = from.numbers("eigenvalues"),
                         .relative_errors = from.numbers("relative_errors"),
                         .weak = {},
                         .at_bound = fit.at_bound};
  for (ObjectReader& weak : from.objects("weak"))
    result.weak.push_back({.relative_error = weak.number("relative_error"),
                           .coefficients = weak.texts("coefficients"),
                           .text = weak.text("text")});
  return result;
}

std::vector<Finding> read_findings(ObjectReader& document) {
  std::vector<Finding> result;
  if (!document.has("findings")) return result;  // files before 0.2.0
  for (ObjectReader& each : document.objects("findings")) {
    const auto kind = parse_finding_kind(each.text("kind"));
    if (!kind) each.problem("\"kind\": {}", kind.error().text());
    result.push_back({.kind = kind.value_or(FindingKind{}),
                      .names = each.texts("names"),
                      .text = each.text("text")});
  }
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

Value findings_value(const FitRecord& record) {
  Value list = Value::array();
  if (!record.confidence) return list;
  for (const Finding& each : record.confidence->findings)
    list.push(Value::object(
        {{"kind", to_text(each.kind)}, {"names", texts_value(each.names)}, {"text", each.text}}));
  return list;
}

Value profile_value(const FitRecord& record, std::size_t coefficient) {
  if (!record.confidence || record.confidence->profile.empty()) return {};
  return profile_value(record.confidence->profile[coefficient]);
}

std::optional<Confidence> read_confidence(ObjectReader& document, const Fit& fit) {
  if (!fit.usable || !document.has("intervals")) return {};
  ObjectReader intervals = document.object("intervals");
  Confidence result{
      .level = intervals.number("level"),
      .degrees_of_freedom = intervals.count("degrees_of_freedom"),
      .sandwich = {},
      .profile = {},
      .identifiability = read_identifiability(document.object("identifiability"), fit),
      .findings = read_findings(document)};
  if (!(result.level > 0 && result.level < 1))
    intervals.problem("\"level\" must be between 0 and 1");
  const bool has_profile = intervals.truth("profile");
  ObjectReader coefficients = document.object("coefficients");
  for (const Coefficient& coefficient : fit.law.coefficients()) {
    ObjectReader fields = coefficients.object(coefficient.name);
    result.sandwich.push_back({.standard_error = fields.number("sandwich_error"),
                               .interval = read_range(fields, "sandwich", kNan)});
    if (has_profile)
      result.profile.push_back(
          {fields.has("profile") ? read_range(fields, "profile", kInfinity) : Range{kNan, kNan}});
  }
  return result;
}

}  // namespace isoflop
