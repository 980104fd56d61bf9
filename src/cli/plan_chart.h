// --plot of plan: the chart below its page.
#pragma once

#include <string>

#include "cli/law_argument.h"
#include "workflow/plan_record.h"

namespace isoflop::cli {

// The profile of the plan's budget with its optimum and the runs near it; of several budgets N and
// D along them. "" where standard output is no terminal, or the law allows no profile.
std::string plan_chart(const Model& model, FrontierRecord record);

}  // namespace isoflop::cli
