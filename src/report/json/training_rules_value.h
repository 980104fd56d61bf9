// The answers of rules, as they stand in the documents of plans and models.
#pragma once

#include <span>

#include "base/value.h"
#include "isoflop/training_rules.h"

namespace isoflop {

// Sets `training_rules` of the document; nothing where there are no answers.
void set_training_rules(Value& document, std::span<const RuleAnswer> rules);

}  // namespace isoflop
