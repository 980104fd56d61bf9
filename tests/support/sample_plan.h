// A plan that never was, with something in every field.
#pragma once

#include <limits>

#include "support/sample_fit.h"
#include "workflow/plans.h"

namespace isoflop::test {

inline PlanRecord sample_plan() {
  const Uncertainty spread{.standard_error = 1e8, .percentile = {8e8, 1.2e9}, .bca = {9e8, 1.3e9}};
  // Draws from a covariance have no jackknife, and so no BCa.
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const Uncertainty normal{
      .standard_error = 1.1e8, .percentile = {8.5e8, 1.25e9}, .bca = {kNone, kNone}};
  return {.law = sample_law(),
          .plan = {.question = {.flops = 1e21,
                                .free_sparsity = true,
                                .limits = {{Limit::On::kTotal, 2e9, "question.max_total"}},
                                .unique_tokens = 1e11},
                   .run = PlannedRun{.flops = 1e21,
                                     .total_flops = 1e21,
                                     .N = 1e9,
                                     .P = 2e9,
                                     .S = 0.5,
                                     .D = 1e21 / 6e9,
                                     .tokens_per_parameter = 1e21 / 6e18,
                                     .loss = 2.5,
                                     .epochs = 1.67,
                                     .effective_tokens = 1.5e11,
                                     .dense_equivalent = 1.5},
                   .method = PlanMethod::kRoot,
                   .sparsity_answer = SparsityAnswer::kInterior,
                   .binding = {{"question.max_total", 2e9, 0.0125}},
                   .outside = {{"N", 1e9, {10, 40}, 7.4}},
                   .notes = {"N = 1B is outside 10 to 40"},
                   .warnings = {"far out"}},
          .spend = Spend{.gpu_hours = 702, .days = 3.66, .money = 1404},
          .bootstrap = PlanUncertainty{.of = {{"N", spread}}, .draws = 100, .without = 3},
          .sandwich = PlanUncertainty{.of = {{"N", normal}}, .draws = 1000},
          .profile = NamedProfiles{{"N", {{8.8e8, std::numeric_limits<double>::infinity()}}}},
          .level = 0.9};
}

inline ProfileRecord sample_profile() {
  return {.law = sample_law(),
          .profile = {.axis = Axis::kActive,
                      .flops = 1e21,
                      .N = {1e9, 2e9},
                      .P = {1e9, 2e9},
                      .S = {0, 0},
                      .D = {1e11, 5e10},
                      .tokens_per_parameter = {100, 25},
                      .loss = {2.5, 2.6}},
          .optimum = sample_plan().plan.run,
          .others = {{"other:set", {2.4, 2.7}}}};
}

}  // namespace isoflop::test
