// Whether a law is a special case of another on given runs.
#pragma once

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"
#include "isoflop/table.h"

namespace isoflop {

// Whether the law of `larger`, with its recipe's ranges and fixed values, can predict what that of
// `simpler` does at every row: at the simpler law's fitted values, and at others near them, for one
// set of values may be matched by chance. Equal means to one part in 10^6. The answer is that of a
// search for the larger law's coefficients: "no" may also mean that it did not find them.
bool is_special_case(const Fit& simpler, const Fit& larger, const Table& table, Executor& executor,
                     Progress& progress);

}  // namespace isoflop
