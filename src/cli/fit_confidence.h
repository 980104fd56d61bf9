// What every fit says of how sure it is, without refits to resampled runs.
#pragma once

#include <vector>

#include "cli/command.h"
#include "cli/fit_by.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "store/fit_record.h"

namespace isoflop::cli {

// --intervals and --level.
std::vector<Flag> confidence_flags(FitOptions& options);

// Adds intervals and what the runs do not tell, where the fit is usable and its search not stopped.
Result<void> add_confidence(const FitOptions& options, FitRecord& record, Executor& executor,
                            Progress& progress);

}  // namespace isoflop::cli
