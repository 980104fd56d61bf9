// The order of the compared laws, and how sure it is.
#pragma once

#include <vector>

#include "isoflop/compare.h"
#include "judge/judge_law.h"

namespace isoflop {

// Puts the laws, one or more, in order into a comparison that has rows and seed, and fills in
// pairs, verdict and resampling.
void rank(std::vector<JudgedLaw> laws, Comparison& comparison, const Table& table,
          const Folds& folds, Executor& executor, Progress& progress);

}  // namespace isoflop
