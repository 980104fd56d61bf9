// A published fit beside ours.
#pragma once

#include "isoflop/reproduce.h"

namespace isoflop {

// `table` has the rows of the published fit.
Result<ReproducedFit> reproduce_fit(const PublishedFit& published, const Table& table,
                                    Executor& executor, Progress& progress);

// How near a law comes to the table's measured losses.
Result<Closeness> closeness_to(const Law& law, const Table& table);

}  // namespace isoflop
