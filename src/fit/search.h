// Many starts, one answer: the lowest optimum that refinements from well-spread starts find.
#pragma once

#include <cstddef>
#include <vector>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"

namespace isoflop {

struct SearchResult {
  Refined best;
  SearchReport report;
  std::size_t planned = 0;  // starts that the recipe asks for, 0 where the search decides
};

// Starts as the recipe says. The result does not depend on the executor. Asked to stop, the search
// ends with the starts that are finished, at least one. The error: a published grid is asked for
// and the law has none.
Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor,
                            Progress& progress);

}  // namespace isoflop
