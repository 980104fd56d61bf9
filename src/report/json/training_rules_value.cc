#include "report/json/training_rules_value.h"

#include "isoflop/output.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value rule_value(const RuleAnswer& answer) {
  Value fitted_on = Value::object();
  for (const auto& [name, range] : answer.rule.fitted_on()) fitted_on.set(name, range_value(range));
  const Output output = output_of(answer.rule);
  return Value::object({{"law", answer.rule.label()},
                        {"cite", answer.rule.set()->cite},
                        {"note", text_or_null(answer.rule.set()->note)},
                        {"name", output.name},
                        {"unit", output.unit},
                        {"value", answer.value},
                        {"fitted_on", fitted_on},
                        {"outside", texts_value(answer.outside)}});
}

}  // namespace

void set_training_rules(Value& document, std::span<const RuleAnswer> rules) {
  if (!rules.empty()) document.set("training_rules", array_value(rules, rule_value));
}

}  // namespace isoflop
