// Plans as tables for CSV files.
#pragma once

#include "isoflop/table.h"
#include "workflow/plans.h"

namespace isoflop {

// One row a budget; with draws, the ends of each interval too (N_low, N_high).
Table frontier_table(const FrontierRecord& record);
// One row a point.
Table profile_table(const ProfileRecord& record);

}  // namespace isoflop
