// Findings on where the runs of a fit stand: a weak design by its name.
#pragma once

#include <vector>

#include "isoflop/findings.h"

namespace isoflop {

// The fit is usable, and has its table.
std::vector<Finding> design_findings(const Fit& fit);

}  // namespace isoflop
