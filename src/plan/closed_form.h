// The compute-optimal size by the formula of the law's own file.
#pragma once

#include <optional>

#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "plan/question.h"

namespace isoflop {

// N for the budget C = 6 N D. Nothing where the law has no such formula, where the question has
// more to it than a budget, or where the formula has no meaning for these coefficients (a negative
// scale under a power, an optimum with less than a parameter or a token).
std::optional<double> closed_form(const Law& law, const PlanQuestion& question,
                                  const PlanTask& task);

}  // namespace isoflop
