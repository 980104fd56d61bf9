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

// Of a law that stopped work did not come to.
std::unexpected<Error> not_reached();

// compare() in its parts, so that processes of their own may judge the laws. Folds are as they came
// to compare(): windows depend on all laws.
//
//   check_comparison(...);
//   judged.push_back(judge_law(laws, i, ...));    // each law, in any order
//   compare_judged(laws, judged, ...);            // in the order of `laws`: an error is a reason
Result<void> check_comparison(std::span<const Candidate> laws, const Table& table,
                              const Folds& folds, const Recipe& recipe);
// The first law of a comparison is judged `to_end`, so that there is one, with short fits where the
// work was stopped.
Result<JudgedLaw> judge_law(std::span<const Candidate> laws, std::size_t which, const Table& table,
                            const Folds& folds, const Recipe& recipe, bool to_end,
                            Executor& executor, Progress& progress);
Result<Comparison> compare_judged(std::span<const Candidate> laws,
                                  std::vector<Result<JudgedLaw>> judged, bool stopped,
                                  const Table& table, const Folds& folds, const Recipe& recipe,
                                  Executor& executor, Progress& progress);

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
