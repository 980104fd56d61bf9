// One law against the folds of a hold-out.
#pragma once

#include <span>
#include <vector>

#include "isoflop/compare.h"
#include "judge/one_step_refit.h"

namespace isoflop {

struct JudgedLaw {
  ComparedLaw law;
  std::vector<OneStepRefit> refits;  // of the fit to each fold
};

// What the recipe says of the coefficients that the law has.
Recipe recipe_for(const Law& law, Recipe recipe);
// Neither fixed nor tied by a recipe that recipe_for() made.
std::size_t free_coefficients(const Law& law, const Recipe& recipe);
// Every name in the recipe must be a coefficient of one of the laws.
Result<void> check_names(std::span<const Candidate> laws, const Recipe& recipe);

// The held-out rows of all folds, fold by fold, as ComparedLaw::predicted has them.
std::vector<std::size_t> held_out_rows(const Folds& folds);
// Those rows, with weights (of the table, or 1) that give each fold the same sum: a window of many
// runs says no more of how a law extrapolates than one of few.
Table judging_table(const Table& table, const Folds& folds);

}  // namespace isoflop
