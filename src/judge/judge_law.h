// One law against the folds of a hold-out.
#pragma once

#include <vector>

#include "isoflop/compare.h"
#include "judge/one_step_refit.h"

namespace isoflop {

struct JudgedLaw {
  ComparedLaw law;
  std::vector<OneStepRefit> refits;  // of the fit to each fold
};

// Fits the law to each fold, predicts what is held out there, and measures both. The error says in
// which fold the fit or the prediction failed.
Result<JudgedLaw> judge_law(const Candidate& candidate, const Table& table, const Folds& folds,
                            const Recipe& recipe, Executor& executor, Progress& progress);

// The held-out rows of all folds, fold by fold, as ComparedLaw::predicted has them.
std::vector<std::size_t> held_out_rows(const Folds& folds);

}  // namespace isoflop
