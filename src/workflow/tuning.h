// Tuned recipes (isoflop/tune.h) with the fits that they make.
#pragma once

#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit_file.h"
#include "isoflop/holdout.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "isoflop/tune.h"
#include "workflow/runs.h"

namespace isoflop {

// A tuned recipe beside the default one, with the fit of the one that stays.
struct TuneRecord {
  TuneTask task;
  RecipeSearch search;
  Tuning tuning;
  FitRecord fit;        // of the recipe that stays
  std::string holdout;  // as it was given
  std::string growth;   // the formula that grows: "C"
  std::string flags{};  // of `isoflop fit`, for the same fit
  std::vector<UnusableLaw> unusable;
};
// `shared` is what the task was made from, `holdout` what grows in it.
Result<TuneRecord> tune_record(TuneTask task, RecipeSearch search, Tuning tuning, SharedRuns shared,
                               const Holdout& holdout, std::string command, Executor& executor,
                               Progress& progress);
// "0.3 to 0.4", "none".
std::string error_interval_text(const Range& interval);
// The answer as a sentence: which recipe stays, why, and how sure that is.
std::string tuning_text(const TuneRecord& record);

}  // namespace isoflop
