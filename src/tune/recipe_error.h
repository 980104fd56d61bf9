// How far the predictions of a recipe's fit are from rows that it did not see.
#pragma once

#include <vector>

#include "isoflop/tune.h"

namespace isoflop {

// Squares of ln predicted - ln measured of the fold's held-out rows, each times its weight. Errors:
// the fit's; a prediction that is not finite and above 0.
Result<std::vector<double>> squared_errors(const TuneTask& task, const RecipeChoice& choice,
                                           const Fold& fold, Executor& executor);
// The fit of a choice to rows that were chosen for it. Errors: the fit's, also where it is not
// usable.
Result<Fit> fit_choice(const TuneTask& task, const RecipeChoice& choice, const ChosenRows& rows,
                       Executor& executor);
// Of the fold's held-out rows; 1 each where the task has none.
std::vector<double> held_out_weights(const TuneTask& task, const Fold& fold);

}  // namespace isoflop
