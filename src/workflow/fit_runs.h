// Fits with all that a fit file keeps of them: where the runs came from, intervals, and what other
// solvers find.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isoflop/bayes_fit.h"
#include "isoflop/bootstrap.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/fit_file.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "workflow/runs.h"

namespace isoflop {

// What a recipe asks of the measured loss.
Response response_for(const Recipe& recipe);

// A fit with the data that it was made from; what reading them had to say joins its notes, once.
// `command` is the command line that made it, "" for none.
FitRecord record_of(Fit fit, Runs runs, std::string command);

// The intervals that a fit is to have besides those of its sandwich covariance.
struct FitIntervals {
  double level = kUsualLevel;            // what all of them are to cover
  bool profile = false;                  // by profile likelihood
  std::optional<Bootstrap> bootstrap{};  // by refits of resampled runs
};
// Adds them with what identifies the coefficients poorly, and to the fit's notes what a careful
// user should know. A fit that is not usable, or whose search was stopped, stays as it is. Errors:
// those of confidence() and bootstrap().
Result<void> add_intervals(FitRecord& record, const FitIntervals& intervals, Executor& executor,
                           Progress& progress);

// Adds a bootstrap, its intervals, and to the fit's notes what a careful user should know of it.
void add_bootstrap(FitRecord& record, Draws draws, double level);

// One law and recipe for each group of a file's rows.
struct FitGroup {
  std::string name;  // the text that its rows have in the column `by`
  FitRecord record;
  std::string output = {};  // the fit file that it was written to; "" for none
};
struct FitGroups {
  Law law;
  std::string by;  // the column
  std::vector<FitGroup> groups;
  bool stopped = false;  // ended early, because Progress::stop_asked()
};
// A group that cannot be fitted is a fit that failed. Errors: none can be.
Result<FitGroups> fit_groups(const Law& law, std::vector<RunsGroup> groups, const std::string& by,
                             const Recipe& recipe, const FitIntervals& intervals,
                             const std::string& command, Executor& executor, Progress& progress);

// What a solver's fit is worth, beside those of the default solver to the same runs.
struct SolverRun {
  std::string solver;           // "bayes:gp"
  std::string searched;         // where: "the box", "whole ranges"
  double objective = 0;         // NaN where it found none
  double ratio = 0;             // to the default solver's in the box; NaN where there is none
  std::size_t points = 0;       // whose objective was looked at, before any refinement
  std::size_t refinements = 0;  // from the best of these, with derivatives
  double seconds = 0;
};
// Fits the same runs with the default solver, in the box and without it. `fit` is of the boxed
// recipe and took `seconds`; its notes get what the box excludes.
Result<std::vector<SolverRun>> compare_solvers(Fit& fit, const Law& law, const Table& table,
                                               const Recipe& recipe, const Recipe& boxed,
                                               double seconds, Executor& executor,
                                               Progress& progress);

}  // namespace isoflop
