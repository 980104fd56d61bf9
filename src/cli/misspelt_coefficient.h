// A misspelt coefficient of a formula is a coefficient all the same: nothing but its likeness to
// the names of the book shows that another was meant.
#pragma once

#include <string>
#include <vector>

#include "isoflop/law.h"

namespace isoflop::cli {

// "'E + A/N^alhpa' has the coefficient alhpa; the book's hoffmann2022 calls it alpha: did you mean
// that?", one for each coefficient that no law of the book has and that differs from one of them by
// a single slip.
std::vector<std::string> misspelt_coefficients(const Law& law);

}  // namespace isoflop::cli
