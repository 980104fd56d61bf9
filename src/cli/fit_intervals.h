// The flags of `isoflop fit` that say which intervals the coefficients are to have.
#pragma once

#include <vector>

#include "cli/command.h"
#include "cli/fit_by.h"
#include "isoflop/result.h"
#include "workflow/fit_runs.h"

namespace isoflop::cli {

// --intervals and --level; --bootstrap, --bootstrap-by and --cluster.
std::vector<Flag> interval_flags(FitOptions& options);

// The flags among each other.
Result<void> check_bootstrap(const FitOptions& options);

FitIntervals intervals_of(const FitOptions& options);

}  // namespace isoflop::cli
