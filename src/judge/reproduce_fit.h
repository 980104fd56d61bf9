// A published fit beside ours.
#pragma once

#include "isoflop/reproduce.h"

namespace isoflop {

// `table` has the rows of the published fit.
Result<ReproducedFit> reproduce_fit(const PublishedFit& published, const Table& table,
                                    Executor& executor, Progress& progress);

// How near a law comes to the table's measured losses.
Result<Closeness> closeness_to(const Law& law, const Table& table);

// The recipe whose ranges are what prints as the law's set; what was not rounded is fixed.
Recipe within_rounding(const Law& law, Recipe recipe);
// The lowest and the highest loss of coefficients that print as the law's set; nothing where it is
// not rounded. `inputs` are those of a prediction.
std::optional<Range> rounding_range(const Law& law, const Inputs& inputs);

}  // namespace isoflop
