// How far a plan lies beyond the runs of its fit, and how far it may be off there if the law is of
// another shape than the runs.
//
// Where a law misfits (lack_of_fit.h), its coefficients follow the runs that it sees, and drift as
// the budgets of the runs grow. So the law is fitted again to the runs of smaller budgets, w = 1,
// 2, ..., each asked for the same plan, and what they say differs from the fit by a drift d_w of
// the logarithm of a quantity, over the s_w decades of budget that they lack. As a random walk over
// ln C the answer has drifted, a decade, by the variance
//
//   v = mean_w d_w^2 / s_w,
//
// and over the b decades from the largest run to the plan it will have by b v. The mean is of
// squares that have the windows' own noise in them, too: intervals take kDriftShare sqrt(b v) for
// the standard error (how it was chosen: docs/judging.md), beside that of the coefficients. It is
// no bound: a law may break anew beyond the runs.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/plan.h"
#include "isoflop/plan_draws.h"

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

inline constexpr double kDriftShare = 0.85;

struct PlanDrift {
  PlanQuantities estimate;  // the plan's own
  PlanQuantities error;     // sqrt(b v); NaN where it is not known
};
// Nothing where the runs have too few budgets. A refit from the fit's own coefficients a window, of
// which there are three at most.
std::optional<PlanDrift> plan_drift(const Fit& fit, const Plan& plan, const Extrapolation& at);

}  // namespace isoflop
