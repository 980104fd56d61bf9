// Laws that are averaged, as plans and predictions have them.
#pragma once

#include "base/value.h"
#include "workflow/averaging.h"

namespace isoflop {

Value averaged_value(const Averaged& averaged);

}  // namespace isoflop
