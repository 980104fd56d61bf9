// What a law without values cannot do: predict, plan, simulate.
#pragma once

#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

// The error says how the law gets values: by a fit, or by one of its published sets.
Result<void> check_has_values(const Law& law);

}  // namespace isoflop
