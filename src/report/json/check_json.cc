#include "base/value.h"
#include "report/json/json.h"
#include "store/document.h"
#include "store/row_names_value.h"

namespace isoflop {

namespace {

Value planned_run_value(const PlannedRun& plan) {
  return Value::object({{"flops", plan.flops},
                        {"N", plan.N},
                        {"P", plan.P},
                        {"S", plan.S},
                        {"D", plan.D},
                        {"loss", plan.loss}});
}

Value run_value(const RunInfluence& run, bool logarithmic, const Table& table, std::size_t row) {
  return Value::object({{"run", row_name_value(table, row)},
                        {"residual", run.residual},
                        {"log_ratio", logarithmic ? Value(run.residual) : Value()},
                        {"z", run.z},
                        {"outlier", run.outlier()},
                        {"undertrained", run.undertrained},
                        {"leverage", run.leverage},
                        {"high_leverage", run.high_leverage},
                        {"repeats", run.repeats ? row_name_value(table, *run.repeats) : Value()},
                        {"size_ratio", number_or_null(run.size_ratio)}});
}

Value variant_value(const PlanVariant& variant, const Sensitivity& all) {
  return Value::object({{"residual", to_text(variant.residual)},
                        {"loss", to_text(variant.loss)},
                        {"exclusion", all.exclusions[variant.exclusion].name},
                        {"status", to_text(variant.status)},
                        {"plan", variant.plan ? planned_run_value(*variant.plan) : Value()},
                        {"reason", text_or_null(variant.reason)}});
}

Value exclusion_value(const Exclusion& exclusion, const Table& table) {
  const auto name = [&](std::size_t row) { return row_name_value(table, row); };
  return Value::object({{"name", exclusion.name}, {"runs", array_value(exclusion.rows, name)}});
}

Value growth_value(const std::optional<SizeGrowth>& growth) {
  if (!growth) return {};
  return Value::object({{"exponent", growth->exponent},
                        {"standard_error", growth->standard_error},
                        {"budgets", growth->budgets}});
}

Value budget_value(const ParabolaOptimum& budget) {
  const bool refused = !budget.refused.empty();
  return Value::object({{"flops", budget.flops},
                        {"low", budget.low},
                        {"high", budget.high},
                        {"runs", budget.runs},
                        {"refused", text_or_null(budget.refused)},
                        {"N", refused ? Value() : Value(budget.N)},
                        {"log_error", refused ? Value() : Value(budget.log_error)},
                        {"law_N", budget.law_N},
                        {"bias", refused ? Value() : Value(budget.bias)}});
}

Value approaches_value(const Approaches& all) {
  return Value::object({{"sparsity", all.sparsity},
                        {"other_runs", all.other_runs},
                        {"lone_runs", all.parabolas.lone_runs},
                        {"budgets", array_value(all.parabolas.budgets, budget_value)},
                        {"parabolas", growth_value(all.parabolas.growth)},
                        {"law", growth_value(all.parabolas.law)},
                        {"parabolas_of_law", growth_value(all.parabolas.of_the_law)},
                        {"misfit", all.parabolas.misfit},
                        {"curves", all.envelope.curves},
                        {"envelope_refused", text_or_null(all.envelope.refused)},
                        {"envelope", growth_value(all.envelope.growth)}});
}

}  // namespace

std::string check_json(const CheckRecord& record, double seconds) {
  const Sensitivity& all = record.sensitivity;
  const Table& table = record.fit.fit.table;
  Value runs = Value::array();
  for (std::size_t row = 0; row < record.influence.runs.size(); ++row)
    runs.push(run_value(record.influence.runs[row], record.influence.logarithmic, table, row));
  const auto exclusion = [&](const Exclusion& each) { return exclusion_value(each, table); };
  const auto variant = [&](const PlanVariant& each) { return variant_value(each, all); };
  return document_text(Value::object(
      {{"law", record.fit.fit.law.key()},
       {"predicts", output_value(record.fit.fit.law)},
       {"source", record.fit.data.source},
       {"sha256", record.fit.data.sha256},
       {"plan", planned_run_value(*record.influence.plan.run)},
       {"row_names", row_name_kind(table)},
       {"runs", runs},
       {"exclusions", array_value(all.exclusions, exclusion)},
       {"variants", array_value(all.variants, variant)},
       {"effects", Value::object({{"residual", all.effects.residual},
                                  {"loss", all.effects.loss},
                                  {"exclusion", all.effects.exclusion}})},
       {"approaches", record.approaches ? approaches_value(*record.approaches) : Value()},
       {"stopped", record.influence.stopped || all.stopped},
       {"seconds", seconds}}));
}

}  // namespace isoflop
