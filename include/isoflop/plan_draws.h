// How certain a plan is: the same question answered under every draw of a fit's coefficients, from
// a bootstrap (bootstrap.h) or a normal distribution (normal_draws.h).
//
//   Result<Draws> draws = bootstrap(fit, {.replicates = 4000});
//   const Plan best = *plan(fit.law, question);
//   std::vector<PlanUncertainty> sure =
//       plan_uncertainty(fit.law, *draws, {&best, 1}, 0.95, executor, progress);
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "isoflop/bootstrap.h"
#include "isoflop/executor.h"
#include "isoflop/plan.h"
#include "isoflop/progress.h"

namespace isoflop {

// The fields of a PlannedRun that have intervals.
inline constexpr std::array<const char*, 8> kPlanQuantities = {
    "N", "P", "S", "D", "tokens_per_parameter", "flops", "loss", "dense_equivalent"};
using PlanQuantities = std::array<double, kPlanQuantities.size()>;
PlanQuantities quantities_of(const PlannedRun& run);

// Of the answer to a plan's question under other coefficients of the law, one for each set of them;
// all NaN where it has no answer. A free sparsity that was restricted to the fitted range stays so.
// Empty where the plan has no run, or the work was asked to stop.
std::vector<PlanQuantities> quantities_under(const Law& law, const Plan& plan,
                                             std::span<const std::span<const double>> sets,
                                             Executor& executor, Progress& progress);

struct PlanUncertainty {
  // By name: those of kPlanQuantities that vary.
  std::vector<std::pair<std::string, Uncertainty>> of;
  std::size_t draws = 0;    // under which the question was asked
  std::size_t without = 0;  // draws without an answer: no optimum, or a loss out of reach

  [[nodiscard]] const Uncertainty* find(std::string_view name) const;
};

// One for each of the plans, empty for one without a run. `law` has the fitted values, `draws` are
// of its fit. `level` is what intervals are to cover. Asked to stop, the list is empty.
std::vector<PlanUncertainty> plan_uncertainty(const Law& law, const Draws& draws,
                                              std::span<const Plan> plans, double level,
                                              Executor& executor, Progress& progress);

// What a careful user should know: draws without an answer.
std::vector<std::string> notes_on(const PlanUncertainty& uncertainty);

}  // namespace isoflop
