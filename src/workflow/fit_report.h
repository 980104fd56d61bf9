// All that is shown of one fit: on a page, and by a check of its runs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isoflop/approaches.h"
#include "isoflop/executor.h"
#include "isoflop/fit_file.h"
#include "isoflop/influence.h"
#include "isoflop/progress.h"
#include "isoflop/residuals.h"
#include "isoflop/result.h"
#include "isoflop/sensitivity.h"
#include "workflow/figure.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {

struct ReportFigure {
  std::string id, heading;  // "isoflop", "IsoFLOP profiles"
  Figure figure;
};

// What the sliders of a page may be set to, and the function that they move.
struct ReportPlanner {
  std::string script;     // planner_javascript()
  Range flops;            // of the budget
  double start = 0;       // where the budget stands at first
  bool sparsity = false;  // whether the law has a sparsity input
  double start_sparsity = 0;
};

// The fit's table and the residuals are those of the runs that are shown: all of them, or every
// k-th where there are too many for a page.
struct FitReport {
  FitRecord fit;
  Residuals residuals;
  std::size_t runs = 0;  // of the fit
  std::size_t every = 1;
  double rms = 0;  // of the residuals of all runs
  // For the planner's first budget; none where there is no optimum.
  std::optional<PlanRecord> plan{};
  std::optional<ReportPlanner> planner{};
  std::vector<ReportFigure> figures;
};
// Of a model that is a fit. Charts that the law or the runs do not allow are left out. Errors: a
// model without a fit, those of residuals().
Result<FitReport> make_report(Model model, const NextPlan& next, Executor& executor,
                              Progress& progress);

// Outliers, leverage and plan sensitivity of a fit.
struct CheckRecord {
  FitRecord fit;
  Influence influence;
  Sensitivity sensitivity;
  std::optional<Approaches> approaches;  // none of a law without N and D
};
// Errors: a model without a fit, those of influence() and sensitivity().
Result<CheckRecord> check_fit(const Model& model, const NextPlan& next, Executor& executor,
                              Progress& progress);

}  // namespace isoflop
