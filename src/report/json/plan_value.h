// Plans as documents have them.
#pragma once

#include "base/value.h"
#include "workflow/averaging.h"
#include "workflow/plans.h"

namespace isoflop {

Value plan_value(const PlanRecord& record);
// The slopes of a frontier.
Value exponents_value(const GrowthExponents& growth);
// Laws that are averaged, as plans and predictions have them.
Value averaged_value(const Averaged& averaged);

}  // namespace isoflop
