#include "report/json/training_rules_value.h"

#include "store/document.h"

namespace isoflop {

namespace {

Value rule_value(const RuleAnswer& answer) {
  Value fitted_on = Value::object();
  for (const auto& [name, range] : answer.rule.fitted_on) fitted_on.set(name, range_value(range));
  return Value::object({{"rule", answer.rule.key},
                        {"cite", answer.rule.cite},
                        {"learning_rate", answer.learning_rate},
                        {"batch_tokens", answer.batch},
                        {"fitted_on", fitted_on},
                        {"outside", texts_value(answer.outside)}});
}

}  // namespace

void set_training_rules(Value& document, std::span<const RuleAnswer> rules) {
  if (!rules.empty()) document.set("training_rules", array_value(rules, rule_value));
}

}  // namespace isoflop
