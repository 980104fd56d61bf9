// Many starts, one answer: the lowest optimum that refinements from well-spread starts find.
#pragma once

#include <cstddef>
#include <vector>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"

namespace isoflop {

struct SearchResult {
  Refined best;
  SearchReport report;
};

// Starts as the recipe says. The result does not depend on the executor. The error: a published
// grid is asked for and the law has none.
Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor);

}  // namespace isoflop
