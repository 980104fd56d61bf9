// Ranges that follow the data, for the coefficients of a formula of a user's own.
//
// Law::from_formula() gives ranges for losses in nats and for inputs in parameters, tokens and
// FLOPs. Those of other quantities do not lie there: perplexities of 300 have a constant of 900,
// and a decay in a learning rate of 1e-4 has a rate of 1e4.
#pragma once

#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/table.h"

namespace isoflop {

// The same law where its ranges are its own, or where they suit the table as they are: losses up to
// 10, exponents of N and D. The table has the law's inputs and `loss`.
Law with_ranges_of(const Law& law, const Table& table);

// The same recipe with wider ranges for coefficients in nats where what the law predicts is in
// another unit and goes beyond 10: perplexities of 300 have an irreducible one beyond 100. Ranges
// that the recipe gives stay.
Recipe with_ranges_of_unit(const Law& law, const Table& table, Recipe recipe);

}  // namespace isoflop
