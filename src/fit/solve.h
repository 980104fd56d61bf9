// The seam between a fit and its solver: what is checked before, and what is made of the solution
// after, is the same for every solver.
#pragma once

#include <functional>
#include <string>

#include "fit/objective.h"
#include "fit/search.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/progress.h"

namespace isoflop {

struct FitSolution {
  Refined best;
  SearchReport report;
  std::string message;  // of the fit
};

using Solve = std::function<Result<FitSolution>(const FitObjective& objective, const Table& table)>;

// The fit that a solver makes. Errors: those of fit(), and the solver's.
Result<Fit> fit_with(const Law& given, const Table& table, const Recipe& wanted,
                     const Solve& solve);

// The fit of a law and recipe to a part of the runs of a fit, or to nearly the same runs: refined
// from each of its optima, instead of a search. Errors: those of fit().
Result<Fit> fit_part(const Fit& known, const Table& part);

}  // namespace isoflop
