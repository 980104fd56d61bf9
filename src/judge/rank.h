// The order of the compared laws, and how sure it is.
#pragma once

#include <span>

#include "isoflop/compare.h"

namespace isoflop {

// Puts the laws in order and fills in pairs, verdict and resampling of a comparison that has laws,
// rows and seed. `clusters` is that of Folds.
void rank(Comparison& comparison, const Table& table, const Folds& folds, Executor& executor,
          Progress& progress);

}  // namespace isoflop
