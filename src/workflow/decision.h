// What a plan decides, in one sentence: the words of the console, of pages and of documents alike.
#pragma once

#include <string>

#include "workflow/plans.h"

namespace isoflop {

// "Train 41.2B parameters (95 %: 38B to 45B) on 4.04T tokens (3.7T to 4.4T), 98 a parameter, with
// 1e24 FLOPs: loss 1.97 (1.95 to 1.98)."
//
// An interval stands where there is one that holds: where the law is in doubt, that which allows
// for misfit. A size that the runs do not determine is no advice, and the sentence says so instead.
std::string decision_text(const PlanRecord& record);
// Of several budgets: of the largest, and how N and D grow up to it.
std::string decision_text(const FrontierRecord& record);

}  // namespace isoflop
