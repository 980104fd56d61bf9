#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "isoflop/json.h"
#include "report/csv/csv.h"
#include "report/json/json.h"
#include "report/json/plan_value.h"
#include "report/json/training_rules_value.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value outside_value(const OutsideRange& outside) {
  return Value::object({{"input", outside.input},
                        {"value", outside.value},
                        {"range", range_value(outside.range)},
                        {"decades", outside.decades}});
}

Value disputed_plan_value(const std::optional<DisputedPlan>& disputed) {
  if (!disputed) return {};
  const auto number = [&](double PlannedRun::* field) {
    return disputed->run ? Value((*disputed->run).*field) : Value();
  };
  return Value::object({{"law", disputed->law},
                        {"flops", number(&PlannedRun::flops)},
                        {"N", number(&PlannedRun::N)},
                        {"P", number(&PlannedRun::P)},
                        {"S", number(&PlannedRun::S)},
                        {"D", number(&PlannedRun::D)},
                        {"loss", number(&PlannedRun::loss)}});
}

Value binding_value(const Binding& binding) {
  return Value::object({{"name", binding.name}, {"most", binding.limit}, {"gain", binding.gain}});
}

Value spend_value(const std::optional<Spend>& spend) {
  if (!spend) return {};
  return Value::object({{"gpu_hours", spend->gpu_hours},
                        {"days", number_or_null(spend->days)},
                        {"money", number_or_null(spend->money)}});
}

Value extrapolation_value(const std::optional<Extrapolation>& outside) {
  if (!outside) return {};
  return Value::object({{"budget", outside->budget}, {"hull", outside->hull}});
}

// Of one quantity, by all ways that there are.
Value intervals_value(const PlanRecord& record, std::string_view name) {
  const PlanUncertainty* sure = record.sure();
  const Uncertainty* drawn = sure != nullptr ? sure->find(name) : nullptr;
  const Uncertainty* sandwich = record.sandwich ? record.sandwich->find(name) : nullptr;
  const ProfileInterval* profile = record.profile ? find(*record.profile, name) : nullptr;
  const std::optional<Range> misfit = record.shown_for_misfit(name);
  return Value::object({{"standard_error", drawn ? Value(drawn->standard_error) : Value()},
                        {"bca", drawn ? range_value(drawn->bca) : Value()},
                        {"percentile", drawn ? range_value(drawn->percentile) : Value()},
                        {"sandwich_error", sandwich ? Value(sandwich->standard_error) : Value()},
                        {"sandwich", sandwich ? range_value(sandwich->percentile) : Value()},
                        {"profile", profile ? profile_value(*profile) : Value()},
                        {"for_misfit", misfit ? range_value(*misfit) : Value()}});
}

Value uncertainty_value(const PlanRecord& record) {
  const PlanUncertainty* sure = record.sure();
  if (sure == nullptr && !record.profile && record.undetermined.empty()) return {};
  Value of = Value::object();
  if (sure != nullptr)
    for (const auto& [name, each] : sure->of) of.set(name, intervals_value(record, name));
  else if (record.profile)
    for (const auto& [name, each] : *record.profile) of.set(name, intervals_value(record, name));
  return Value::object({{"level", record.level},
                        {"by", record.sure_by()},
                        {"draws", sure != nullptr ? sure->draws : 0},
                        {"without_answer", sure != nullptr ? sure->without : 0},
                        {"of", of},
                        {"undetermined", texts_value(record.undetermined)}});
}

std::vector<std::string> all_warnings(const PlanRecord& record) {
  std::vector<std::string> all = record.warnings;
  all.insert(all.end(), record.plan.warnings.begin(), record.plan.warnings.end());
  return all;
}

}  // namespace

Value plan_value(const PlanRecord& record) {
  const Plan& plan = record.plan;
  const PlanQuestion& question = plan.question;
  const auto number = [&](double PlannedRun::* field) {
    return plan.run ? Value((*plan.run).*field) : Value();
  };
  return Value::object(
      {{"law", record.law.key()},
       {"set", record.law.set_name()},
       {"predicts", output_value(record.law)},
       {"flops", number(&PlannedRun::flops)},
       {"total_flops", number(&PlannedRun::total_flops)},
       {"N", number(&PlannedRun::N)},
       {"P", number(&PlannedRun::P)},
       {"S", number(&PlannedRun::S)},
       {"D", number(&PlannedRun::D)},
       {"tokens_per_parameter", number(&PlannedRun::tokens_per_parameter)},
       {"loss", number(&PlannedRun::loss)},
       {"method", to_text(plan.method)},
       {"sparsity_answer", plan.sparsity_answer ? Value(to_text(*plan.sparsity_answer)) : Value()},
       {"dense_equivalent", number(&PlannedRun::dense_equivalent)},
       {"epochs", question.unique_tokens ? number(&PlannedRun::epochs) : Value()},
       {"effective_tokens", number(&PlannedRun::effective_tokens)},
       {"cost", question.cost.name},
       {"reach", question.reach},
       {"spend", spend_value(record.spend)},
       {"binding", array_value(plan.binding, binding_value)},
       {"outside", array_value(plan.outside, outside_value)},
       {"disputed", disputed_plan_value(plan.disputed)},
       {"extrapolation", extrapolation_value(record.outside)},
       {"uncertainty", uncertainty_value(record)},
       {"notes", texts_value(plan.notes)},
       {"warnings", texts_value(all_warnings(record))}});
}

Value exponents_value(const GrowthExponents& growth) {
  return Value::object({{"N", growth.N}, {"P", growth.P}, {"D", growth.D}});
}

namespace {

Value way_value(const PlanAlternative& way) {
  return Value::object({{"label", way.label},
                        {"counts", text_or_null(way.what)},
                        {"plan", way.answer ? plan_value(*way.answer) : Value()},
                        {"error", way.answer ? Value() : Value(way.answer.error().text())}});
}

}  // namespace

std::string plan_json(const PlanRecord& record, std::span<const RuleAnswer> rules) {
  Value document = plan_value(record);
  set_training_rules(document, rules);
  return document_text(document);
}

std::string to_json(const Law& law, const Plan& plan) {
  return plan_json({.law = law, .plan = plan});
}

std::string frontier_json(const FrontierRecord& record, const std::string& output) {
  return document_text(Value::object({{"frontier", array_value(record.plans, plan_value)},
                                      {"exponents", exponents_value(record.exponents)},
                                      {"output", text_or_null(output)}}));
}

Value averaged_value(const Averaged& averaged) {
  Value laws = Value::array(), of = Value::object();
  for (std::size_t law = 0; law < averaged.laws.size(); ++law)
    laws.push(
        Value::object({{"law", averaged.laws[law]}, {"weight", averaged.of[0].parts[law].weight}}));
  for (const AveragedQuantity& each : averaged.of)
    of.set(each.name, Value::object({{"value", each.together.value},
                                     {"interval", range_value(each.together.interval)}}));
  return Value::object(
      {{"level", averaged.level}, {"windows", averaged.windows}, {"laws", laws}, {"of", of}});
}

std::string plan_ways_json(const PlanAlternatives& ways) {
  return document_text(
      Value::object({{"by", ways.by},
                     {"ways", array_value(ways.ways, way_value)},
                     {"best", ways.best ? Value(ways.ways[*ways.best].label) : Value()},
                     {"averaged", ways.averaged ? averaged_value(*ways.averaged) : Value()}}));
}

std::string profile_json(const ProfileRecord& record, const std::string& output) {
  const std::optional<PlannedRun>& optimum = record.optimum;
  return document_text(
      Value::object({{"law", record.law.key()},
                     {"set", record.law.set_name()},
                     {"predicts", output_value(record.law)},
                     {"axis", to_text(record.profile.axis)},
                     {"flops", record.profile.flops},
                     {"optimum", optimum ? Value::object({{"N", optimum->N},
                                                          {"P", optimum->P},
                                                          {"S", optimum->S},
                                                          {"D", optimum->D},
                                                          {"loss", optimum->loss}})
                                         : Value()},
                     {"columns", columns_unless_written(profile_table(record), output)},
                     {"output", text_or_null(output)}}));
}

}  // namespace isoflop
