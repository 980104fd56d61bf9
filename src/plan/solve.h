// One planning question answered: the optimum in numbers, or why there is none.
#pragma once

#include <optional>

#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/result.h"
#include "plan/allocate.h"
#include "plan/landscape.h"
#include "plan/plan_problem.h"

namespace isoflop {

// What plan() answers, without what it adds on the answer: of the run there are flops, total_flops,
// N, P, S, D, tokens_per_parameter and loss; no binding limits, notes or warnings. Errors are those
// of plan().
Result<Plan> solve(const Law& law, const PlanQuestion& question);

// N for the budget C = 6 N D by the formula of the law's file. Nothing where the law has no such
// formula, where the question has more to it than a budget, or where the formula has no meaning for
// these coefficients (a negative scale under a power, an optimum with less than a parameter or a
// token).
std::optional<double> closed_form(const Law& law, const PlanProblem& problem);

// Whether an allocation is an optimum, and not one parameter or one token.
bool is_optimum(const PlanProblem& problem, const Allocation& at);

// Whether what was optimised is as near to the fitted runs as the question asks.
bool is_in_reach(const PlanProblem& problem, const Allocation& at);

// Whether the loss falls all the way to S = 1, where a free sparsity has no range of its own.
bool falls_to_full_sparsity(const PlanProblem& problem, const Allocation& at);

// What is given is taken as it was given, to the last bit.
Sizes sizes_of(const Allocation& at, const PlanQuestion& question);

// Which dense model has the same loss on the same data as a run: a measure of the run, so that it
// may be far outside what was fitted.
PlanQuestion dense_question(const PlanQuestion& question, const PlannedRun& run);

// The sparsest that the law was fitted on; nothing where that is unknown.
std::optional<double> sparsest_fitted(const Law& law);

}  // namespace isoflop
