// The parts of a bootstrap as the fit that one run would have made.
#pragma once

#include <span>
#include <string>

#include "isoflop/fit_file.h"
#include "isoflop/part_file.h"
#include "isoflop/result.h"

namespace isoflop {

// The fit of the first part with the draws of all. `names` are of the parts in errors: each part of
// another command, table, fit, version or vector width, one that is missing, and one that is there
// twice.
Result<FitRecord> merged(std::span<const PartRecord> parts, std::span<const std::string> names);

}  // namespace isoflop
