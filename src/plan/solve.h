// One planning question answered: the optimum, or why there is none.
#pragma once

#include <optional>

#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/result.h"
#include "plan/allocate.h"
#include "plan/question.h"

namespace isoflop {

struct PlanSolution {
  PlanTask task;  // as it was solved
  Allocation at;
  Sizes sizes;
  double D = 0;
  TokenCost token;
  PlanMethod method = PlanMethod::kRoot;
  std::optional<SparsityAnswer> sparsity_answer;
  bool answered = true;        // else no sparsity is optimal, and the fitted range is unknown
  bool within_fitted = false;  // see Plan::within_fitted

  [[nodiscard]] double training_flops() const { return token.training * D; }
  [[nodiscard]] double serving_flops() const {
    return token.serving * task.setting.inference_tokens;
  }
};

// Errors are those of plan().
Result<PlanSolution> solve(const Law& law, const PlanQuestion& question);

// Whether an allocation is an optimum, and not the edge of what a budget can be spent on.
bool is_answer(const PlanTask& task, const Allocation& at);

// Whether the loss of a free sparsity falls all the way to S = 1.
bool runs_away(const PlanQuestion& question, const PlanTask& task, const Allocation& at);

// What plan() reads off an allocation, for the draws of a bootstrap as well: what is given is taken
// as it was given, to the last bit.
Sizes sizes_of(const Allocation& at, const PlanQuestion& question);
double tokens_of(const PlanQuestion& question, const Setting& setting, const Sizes& sizes,
                 const Allocation& at);

// Which dense model has the same loss on the same data as a plan.
PlanQuestion dense_question(const PlanQuestion& question, const PlannedRun& run);

// The sparsest that the law was fitted on; nothing where that is unknown.
std::optional<double> sparsest_fitted(const Law& law);

}  // namespace isoflop
