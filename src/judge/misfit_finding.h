// The finding that a law misfits.
#pragma once

#include <optional>

#include "isoflop/findings.h"

namespace isoflop {

// The fit is usable, and has its table.
std::optional<Finding> misfit_finding(const Fit& fit);

}  // namespace isoflop
