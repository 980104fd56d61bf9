// `isoflop fit --bootstrap K`: intervals for the coefficients of a fit.
#pragma once

#include <vector>

#include "cli/command.h"
#include "cli/fit_by.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "store/fit_record.h"

namespace isoflop::cli {

std::vector<Flag> bootstrap_flags(FitOptions& options);

// The flags among each other.
Result<void> check_bootstrap(const FitOptions& options);

// Adds draws and intervals to a fit, where they are asked for and it is usable.
Result<void> add_bootstrap(const FitOptions& options, FitRecord& record, Executor& executor,
                           Progress& progress);

}  // namespace isoflop::cli
