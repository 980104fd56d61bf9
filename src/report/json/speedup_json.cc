#include "base/value.h"
#include "report/json/json.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value at_value(const SpeedupAt& at) {
  return Value::object({{"flops", at.flops},
                        {"factor", number_or_null(at.factor)},
                        {"interval", profile_value({.interval = at.interval})},
                        {"factor_in_time", number_or_null(at.factor_in_time)},
                        {"interval_in_time", profile_value({.interval = at.interval_in_time})},
                        {"runs_to_resolve", number_or_null(at.runs_to_resolve)}});
}

Value pair_value(const SpeedupPair& pair) {
  return Value::object({{"flops", pair.flops},
                        {"baseline_loss", pair.baseline_loss},
                        {"loss", pair.loss},
                        {"factor", number_or_null(pair.factor)},
                        {"interval", profile_value({.interval = pair.interval})},
                        {"factor_in_time", number_or_null(pair.factor_in_time)}});
}

Value speedup_value(const VariantSpeedup& variant) {
  return Value::object(
      {{"variant", variant.name},
       {"throughput", variant.throughput},
       {"at", array_value(variant.at, at_value)},
       {"pairs", array_value(variant.pairs, pair_value)},
       {"trend",
        variant.trend
            ? Value::object({{"per_decade", *variant.trend},
                             {"interval", profile_value({.interval = variant.trend_interval})}})
            : Value()}});
}

Value curve_value(const VariantCurve& curve) {
  return Value::object(
      {{"variant", curve.name},
       {"runs", static_cast<double>(curve.runs)},
       {"asymptote", curve.asymptote},
       {"asymptote_interval", profile_value({.interval = curve.asymptote_interval})},
       {"scale", curve.scale},
       {"exponent", curve.exponent},
       {"exponent_interval", profile_value({.interval = curve.exponent_interval})}});
}

Value test_value(const std::optional<ExponentTest>& test) {
  if (!test) return {};
  return Value::object({{"F", test->F},
                        {"terms", static_cast<double>(test->terms)},
                        {"degrees_of_freedom", static_cast<double>(test->degrees_of_freedom)},
                        {"p", test->p}});
}

}  // namespace

std::string speedup_json(const SpeedupRecord& record, double seconds) {
  const Speedup& all = record.speedup;
  const SpeedupRequest& request = all.request;
  return document_text(Value::object({{"by", record.by},
                                      {"baseline", request.baseline},
                                      {"data", data_source_value(record.data, all.rows)},
                                      {"residual", to_text(request.recipe.residual)},
                                      {"loss", to_text(request.recipe.loss)},
                                      {"asymptote", to_text(request.asymptote)},
                                      {"exponent", to_text(request.exponent)},
                                      {"level", request.level},
                                      {"resolve", request.resolve},
                                      {"noise", number_or_null(all.noise)},
                                      {"curves", array_value(all.curves, curve_value)},
                                      {"speedups", array_value(all.variants, speedup_value)},
                                      {"exponent_test", test_value(all.test)},
                                      {"notes", texts_value(record.notes)},
                                      {"seconds", seconds}}));
}

}  // namespace isoflop
