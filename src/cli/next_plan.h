// What a plan is asked for where nothing is said: a step beyond the runs.
#pragma once

#include "isoflop/law.h"
#include "isoflop/table.h"

namespace isoflop::cli {

// Ten times the FLOPs of the largest run; 1e21 of runs whose FLOPs are unknown.
double next_budget(const Law& law, const Table& runs);
// The sparsity of most runs; 0 without any.
double usual_sparsity(const Law& law, const Table& runs);

}  // namespace isoflop::cli
