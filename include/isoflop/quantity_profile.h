// Profile likelihood of what follows from coefficients: a predicted loss, the sizes of a plan.
//
// For a quantity q of the coefficients theta, the interval is the range of x where
//
//   min { F(theta) : q(theta) = x } - F <= t^2 / 2 * g / s,
//
// the limit of likelihood_profile.h; with a coefficient as the quantity it is that profile. It
// follows the quantity however bent it is in the coefficients, where a band by the delta method or
// draws from a covariance suppose a straight line.
//
//   Result<ProfileInterval> of = loss_profile(fit, {{"N", 7e10}, {"D", 1.4e12}}, 0.95);
//
// How: F + w/2 (q - target)^2 is minimised within the ranges for targets farther and farther out,
// with derivatives of q by differences. Wherever that ends is the least F for the value that q has
// there, so the pull has no part in the answer; the end is where F has risen by the limit.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/plan_draws.h"
#include "isoflop/predict.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

struct Derived {
  // One for each set of coefficients, all of a law in its order; smooth in them, NaN where there is
  // no value. It is called from one thread at a time.
  std::function<std::vector<double>(std::span<const std::span<const double>> sets)> values;
  bool logarithmic = false;  // above 0, and looked for by its logarithm
};

// One for each quantity. An end is infinite where F stays below the limit as far as the ranges of
// the coefficients let the quantity go: the runs set no such end. NaN where it is unknown: no
// residual degrees of freedom, `lower_optimum`, a quantity without a value or at an edge of its own
// that no coefficient moves, or no convergence. Asked to stop, the list is empty.
//
// Errors: a fit that is not usable, or without its table.
Result<std::vector<ProfileInterval>> derived_profiles(const Fit& fit,
                                                      std::span<const Derived> quantities,
                                                      double level, Executor& executor,
                                                      Progress& progress);

// Of the law's own value: a run has its noise on top. Errors: as above, and of predict().
Result<ProfileInterval> loss_profile(const Fit& fit, const Inputs& inputs, double level);

// By what varies, with the names of PlanUncertainty.
using PlanProfile = std::vector<std::pair<std::string, ProfileInterval>>;
const ProfileInterval* find(const PlanProfile& profile, std::string_view name);
// One for each of the plans, which are of the fit's law; empty for one without a run. Asked to
// stop, the list is empty.
Result<std::vector<PlanProfile>> plan_profiles(const Fit& fit, std::span<const Plan> plans,
                                               double level, Executor& executor,
                                               Progress& progress);

// What a careful user should know: ends that there are none of, what is unknown.
std::vector<std::string> notes_on(const PlanProfile& profile);

}  // namespace isoflop
