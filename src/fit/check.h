// Whether a recipe and a table make sense for a law: everything that is wrong with them, at once.
#pragma once

#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

// Names must be coefficients, values finite and inside their ranges, ties simple; the table must
// have the law's inputs and the loss, finite, in every row whose weight is not 0, and the loss
// above 0 where its logarithm is taken.
Result<void> check_fit(const Law& law, const Table& table, const Recipe& recipe);

// Runs in clusters are in two at least, or nothing shows how clusters differ.
Result<void> check_clusters(const Table& table);

}  // namespace isoflop
