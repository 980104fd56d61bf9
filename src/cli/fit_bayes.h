// `isoflop fit --solver bayes`: the coefficients by Bayesian optimisation, beside what the default
// solver finds.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/fit_by.h"
#include "isoflop/result.h"

namespace isoflop::cli {

// --solver, --evaluations, --box, --journal and --trials.
std::vector<Flag> solver_flags(FitOptions& options);

// The error: one of these without the solver that it belongs to, or beside flags of another one.
Result<void> check_solver(const FitOptions& options);

// The exit code; `line` is the command line.
Result<int> fit_bayes(const FitOptions& options, const std::string& line);

}  // namespace isoflop::cli
