// Global optimisation: many starts, of which the lowest optimum is the answer.
//
// A law has several optima (abnar2025 a dozen), and its coefficients trade off, so that most starts
// of a grid end nowhere with a local solver. By default a search takes batches of starts:
//
//   1. Spread candidates over the ranges of the coefficients that enter non-linearly, by a
//      low-discrepancy sequence; the others are solved for (seeding.h).
//   2. Of each group of candidates that follow each other in the sequence, and so are spread over
//      the whole space, keep the one where F is lowest. The lowest of all would tend to be
//      neighbours.
//   3. Refine these (refine_starts.h), by way of least squares; and the lowest of them also at the
//      recipe's own loss, for diverged runs pull all optima of least squares away. Ends that agree
//      in F are one optimum.
//   4. Stop by a rule on how often optima were found (is_done() in search.cc; Boender and Rinnooy
//      Kan 1987, Mathematical Programming 37:59).
//
// The best is then improved on: by the published sets and the law's special cases, where they are
// lower, and by other values of each coefficient that enters non-linearly, the linear ones solved
// for anew, for a term that went to 0 has lost its exponent.
//
// Where an exponent inside an exponential may have either sign, the law is first searched in other
// coefficients (centred_law.h). A table of many rows is first searched by a part of its rows; its
// lowest optima are the starts for the whole. Instead of batches a recipe may ask for a published
// grid, random points or its own.
#pragma once

#include <cstddef>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"

namespace isoflop {

struct SearchResult {
  Refined best;
  SearchReport report;
  std::size_t planned = 0;      // starts that the recipe asks for, 0 where the search decides
  bool do_starts_agree = true;  // all ended at one optimum
};

// Starts as the recipe says. The result does not depend on the executor. Asked to stop, the search
// ends with the starts that are finished, at least one. The error: a published grid is asked for
// and the law has none.
Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor,
                            Progress& progress);

}  // namespace isoflop
