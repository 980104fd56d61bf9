// How far a coefficient may be moved, with all others fitted again, before the runs object: profile
// likelihood intervals.
//
//   Result<std::vector<ProfileInterval>> of = profile_intervals(fit, 0.95, executor, progress);
//
// With F_j(x) the least objective where coefficient j is held at x, the interval is where
//
//   F_j(x) - F <= t^2 / 2 * g / s,
//
// t, g and s as in covariance.h. For least squares, g is the variance of the residuals and s is 1:
// the t-profile of Bates and Watts (1988, "Nonlinear regression analysis and its applications",
// chapter 6). For other losses, 2 s / g times the rise of F is asymptotically chi-squared with one
// degree of freedom (Schrader and Hettmansperger 1980, Biometrika 67:93). All residuals are
// supposed to have one distribution.
//
// Where F is a parabola, this is the interval of the model's covariance. Where it is not, as with
// coefficients that may be traded for each other, it is not symmetric and may have no end at all.
#pragma once

#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

struct ProfileInterval {
  // An end is infinite where F stays below the limit up to the edge of the coefficient's range:
  // the runs set no such end. NaN where it is unknown: no residual degrees of freedom, or
  // `lower_optimum`. Of a coefficient that the recipe fixes, both are its value.
  Range interval;
  bool lower_optimum = false;  // the others, fitted again, came to an F below that of the fit
  // Of derived_profile.h: coefficients that are at an edge of their range where an end is, and were
  // not at the fit. That end is set by these ranges as much as by the runs.
  std::vector<std::string> at_edge{};
};

// One for each coefficient of the law. The fit is supposed to be an optimum: others are refined
// from where they were at the nearest value that was looked at, not searched for. Asked to stop,
// the list is empty.
//
// Errors: a fit that is not usable, or without its table.
Result<std::vector<ProfileInterval>> profile_intervals(const Fit& fit, double level,
                                                       Executor& executor, Progress& progress);

}  // namespace isoflop
