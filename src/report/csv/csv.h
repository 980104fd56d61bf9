// CSV files: names in the first line, one run or trial a line.
//
// Every number has the shortest text that reads back to the same double. Fewer digits would be
// easier on the eye, but the columns are tied to each other (N = P (1 - S), C = 6 N D), and rounded
// ones would contradict each other when the file is read again. What is not finite is left blank.
#pragma once

#include <span>
#include <string>

#include "isoflop/optimizer.h"
#include "isoflop/table.h"
#include "workflow/plans.h"

namespace isoflop {

std::string write_csv(const Table& table);

// The trials of a study: a column for each parameter between `evaluation` (from 1) and `value`,
// `origin`. A failed trial has no value; a parameter that meant nothing has none there.
std::string write_trials_csv(std::span<const Parameter> parameters, std::span<const Trial> trials);

// Of plans, one row a budget; with draws, the ends of each interval too (N_low, N_high).
Table frontier_table(const FrontierRecord& record);
// One row a point.
Table profile_table(const ProfileRecord& record);

}  // namespace isoflop
