// All that a page on a fit shows, made from the fit.
#pragma once

#include <optional>

#include "cli/law_argument.h"
#include "isoflop/executor.h"
#include "isoflop/predict.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "workflow/fit_report.h"

namespace isoflop::cli {

struct StudyOptions {
  std::optional<double> flops, sparsity;  // of the plan
  Inputs inputs;
};

// Charts that the law or the runs do not allow are left out.
Result<FitReport> make_study(Model model, const StudyOptions& options, Executor& executor,
                             Progress& progress);

}  // namespace isoflop::cli
