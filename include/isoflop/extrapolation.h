// How far a plan lies beyond the runs of its fit, and how far it may be off there if the law is of
// another shape than the runs.
//
// Where a law misfits (lack_of_fit.h), its coefficients follow the runs that it sees, and its
// answers drift as the budgets of the runs grow. So the law is fitted again to the runs of smaller
// budgets, w = 1, 2, 3, each short of s_w decades, and asked the plan's question at the largest
// budget, where the fit of all runs has seen the answer: the logarithm of a quantity is off by e_w.
// Errors grow with the decades, so b decades beyond the runs the fit has a standard error, from
// misfit alone, of
//
//   kDriftFactor b sqrt(mean_w (e_w / s_w)^2).
//
// Losses drift steadily, to the side on which the smaller fits erred: the lowest loss of a budget
// is a smooth curve over ln C, and its bend goes on. So their intervals, and those of the budget
// for a loss, are wider on that side alone. Sizes drift either way.
//
// Beside the drift are the errors of the coefficients, which take all that is left of the
// residuals for noise. Where the residuals bend, much of that is misfit, and is not counted twice:
// those errors shrink with the part that is not (noise_share() in lack_of_fit.h). An interval for
// misfit may thus be narrower than one that supposes that the law holds.
//
// How factor and form were chosen, and how often they hold: docs/judging.md. It is no bound: a law
// may break anew beyond the runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/plan.h"
#include "isoflop/plan_draws.h"
#include "isoflop/predict.h"

namespace isoflop {

// Distances in decades, 0 inside.
struct Extrapolation {
  double budget = 0;  // of the plan's training FLOPs from the largest of a run, both as 6 N D
  // From the convex hull of the runs in log10 of N, D and 1 - S, of those that the law has. A run
  // may be outside though each input alone is within its range: a large model on much data.
  double hull = 0;
};
// Nothing for a fit without its table, or without the N and D of its runs.
std::optional<Extrapolation> extrapolation(const Fit& fit, const PlannedRun& run);
// That it is outside, where it is.
std::vector<std::string> notes_on(const Extrapolation& at);

inline constexpr double kDriftFactor = 1.3;

// The law's coefficients fitted to the runs of smaller budgets, and the decades that these lack; at
// most three. Each is a refit from the fit's own coefficients. Empty where the runs have too few
// budgets.
struct SmallerFits {
  std::vector<double> lacks;
  std::vector<std::vector<double>> coefficients;
};
SmallerFits smaller_fits(const Fit& fit);

// The standard error that misfit adds to the logarithm of a plan's quantities, or of a loss: above
// 0 where the smaller fits say more than the fit, so that the truth is expected below, and below 0
// where they say less. NaN for what is not known: all for a fit without smaller ones.
PlanQuantities plan_drift(const Fit& fit, const SmallerFits& smaller, const Plan& plan,
                          const Extrapolation& at);
double loss_drift(const Fit& fit, const SmallerFits& smaller, const Inputs& inputs,
                  const Extrapolation& at);

// An interval that allows for misfit, from one at a level that supposes that the law holds. The two
// errors have no covariance.
struct MisfitError {
  double noise = 1;  // noise_share()
  double drift = 0;
  bool one_sided = false;
};
Range for_misfit(const Range& if_law_holds, double estimate, const MisfitError& error,
                 double level);

}  // namespace isoflop
