// Outliers and leverage of the runs of a fit, and what each of them does to the plan.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/plan.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

// An outlier: a run whose z is further from 0 (Iglewicz and Hoaglin 1993, "How to detect and handle
// outliers").
inline constexpr double kOutlier = 3.5;
// Undertrained: a run on less than this share of the tokens that the fit plans for its budget and
// sparsity.
inline constexpr double kUndertrained = 0.1;
// High leverage: more than so many times the mean over the runs.
inline constexpr double kHighLeverage = 3;
// Of longer tables only so many runs, those of the largest |z|, are left out one by one.
inline constexpr std::size_t kMostLeftOut = 500;

struct RunInfluence {
  double residual = 0;  // as in residuals.h
  // 0.6745 (r - median r) / median |r - median r|, r = residual: the number of standard deviations
  // that a normal r would be away; 0 where half of the runs have the same r.
  double z = 0;
  // How much the law's value here follows this run's own: the diagonal of the hat matrix of the fit
  // linearised at its optimum (Belsley, Kuh and Welsch 1980, "Regression Diagnostics"), between 0
  // and 1; their mean is determined coefficients over runs.
  double leverage = 0;
  bool high_leverage = false;
  // Active parameters of the plan when the run is left out of the fit, over those with it; nothing
  // where it was not tried, or the fit or the plan without it failed.
  std::optional<double> size_ratio;
  bool undertrained = false;
  std::optional<std::size_t> repeats;  // an earlier row with the same inputs

  [[nodiscard]] bool outlier() const { return z > kOutlier || z < -kOutlier; }
};

struct Influence {
  bool logarithmic = true;  // residuals are of logarithms
  Plan plan;                // of the fit
  std::vector<RunInfluence> runs;
  bool stopped = false;  // runs that were not reached have no size_ratio
};

// Refits the fit's law by its recipe to its table without each run. Errors: a fit that is not
// usable or has no table; those of plan().
Result<Influence> influence(const Fit& fit, const PlanQuestion& question, Executor& executor,
                            Progress& progress);

// The same of the runs as they stand, without a refit: nothing of `size_ratio` and `undertrained`.
// Errors: those of residuals(), a fit that is not usable or has no table.
Result<std::vector<RunInfluence>> run_diagnostics(const Fit& fit);

}  // namespace isoflop
