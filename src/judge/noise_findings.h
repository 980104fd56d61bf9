// Findings on the noise of the runs of a fit: runs that share it, noise that is not equal.
#pragma once

#include <vector>

#include "isoflop/findings.h"

namespace isoflop {

// The fit is usable, and has its table.
std::vector<Finding> noise_findings(const Fit& fit);

}  // namespace isoflop
