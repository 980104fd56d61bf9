// What of a plan has intervals, and how it varies with the coefficients.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/plan.h"
#include "isoflop/plan_draws.h"
#include "isoflop/progress.h"

namespace isoflop {

inline constexpr std::array<const char*, 8> kPlanQuantities = {
    "N", "P", "S", "D", "tokens_per_parameter", "flops", "loss", "dense_equivalent"};
using PlanQuantities = std::array<double, kPlanQuantities.size()>;

PlanQuantities quantities(const PlannedRun& run);

// Of the answer to a plan's question under other coefficients, one for each set of them; all NaN
// where it has no answer. A free sparsity that ended at the edge of what is known stays there.
// Empty where the plan has no run, or the work was asked to stop.
std::vector<PlanQuantities> quantities_under(const Law& law, const Plan& plan,
                                             std::span<const std::span<const double>> sets,
                                             Executor& executor, Progress& progress);

}  // namespace isoflop
