// Profile likelihood: how far a coefficient, a predicted loss or a planned size can be moved, with
// the coefficients fitted again, before the runs contradict it.
//
//   Result<std::vector<ProfileInterval>> of = coefficient_profiles(fit, 0.95, executor, progress);
//   Result<ProfileInterval> loss = loss_profile(fit, {{"N", 7e10}, {"D", 1.4e12}}, 0.95);
//
// For a quantity q of the coefficients theta the interval is the range of x where
//
//   min { F(theta) : q(theta) = x } - F <= t^2 / 2 * g / s,
//
// F the objective of the fit, t, g and s as in covariance.h. For least squares, g is the variance
// of the residuals and s is 1: the t-profile of Bates and Watts (1988, "Nonlinear regression
// analysis and its applications", chapter 6). For other losses, 2 s / g times the rise of F is
// asymptotically chi-squared with one degree of freedom (Schrader and Hettmansperger 1980,
// Biometrika 67:93). All residuals are assumed to have one distribution.
//
// When to choose it: where the coefficients are poorly identified or at an edge of their range.
// There F is no parabola, and the intervals of covariance.h and normal_draws.h, which assume one,
// are wrong; a profile follows the valley of F however it bends, need not be symmetric, and has no
// end where the runs set none. Where F is a parabola it is the interval of the model's covariance.
// The sandwich is the choice where residuals differ in their variance, a bootstrap (bootstrap.h)
// where runs come in groups. It costs some tens of refits a quantity.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

struct ProfileInterval {
  // An end is infinite where F stays below the limit as far as the ranges of the coefficients let
  // the quantity go: the runs set no such end. NaN where it is unknown: no residual degrees of
  // freedom, `lower_optimum`, a quantity without a value or at an edge of its own that no
  // coefficient moves, or no convergence. Of a coefficient that the recipe fixes, both are its
  // value.
  Range interval;
  bool lower_optimum = false;  // a refit came to an F below that of the fit
  // Coefficients that are at an edge of their range where an end is, and were not at the fit. That
  // end is set by these ranges as much as by the runs.
  std::vector<std::string> at_edge{};
};

// A function of a law's coefficients.
struct Quantity {
  // One for each set of coefficients, all of a law in its order; smooth in them, NaN where there is
  // no value. It is called from one thread at a time.
  std::function<std::vector<double>(std::span<const std::span<const double>> sets)> values;
  bool logarithmic = false;  // above 0, and looked for by its logarithm
};

// The functions below expect a fit that is an optimum: refits start from the nearest point that is
// known, and do not search. Asked to stop, a list is empty. Errors: a fit that is not usable, or
// without its table.

// One for each coefficient of the law.
Result<std::vector<ProfileInterval>> coefficient_profiles(const Fit& fit, double level,
                                                          Executor& executor, Progress& progress);
// One for each quantity.
Result<std::vector<ProfileInterval>> quantity_profiles(const Fit& fit,
                                                       std::span<const Quantity> quantities,
                                                       double level, Executor& executor,
                                                       Progress& progress);

// Of the law's own value: a run has its noise on top. Errors: also those of predict().
Result<ProfileInterval> loss_profile(const Fit& fit, const Inputs& inputs, double level);

// By name; of a plan, those of kPlanQuantities (plan_draws.h) that vary.
using NamedProfiles = std::vector<std::pair<std::string, ProfileInterval>>;
const ProfileInterval* find(const NamedProfiles& profiles, std::string_view name);
// One for each of the plans, which are of the fit's law; empty for one without a run.
Result<std::vector<NamedProfiles>> plan_profiles(const Fit& fit, std::span<const Plan> plans,
                                                 double level, Executor& executor,
                                                 Progress& progress);

// What a careful user should know: ends that there are none of, what is unknown.
std::vector<std::string> notes_on(const NamedProfiles& profiles);

}  // namespace isoflop
