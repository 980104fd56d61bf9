// A fit with all that a page on it shows.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isoflop/residuals.h"
#include "report/chart/figure.h"
#include "store/fit_record.h"
#include "workflow/plan_record.h"

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
  bool sparsity = false;  // whether the law knows sparsity
  double start_sparsity = 0;
};

// The fit's table and the residuals are those of the runs that are shown: all of them, or every so
// many'th where there are too many for a page.
struct FitReport {
  FitRecord fit;
  Residuals residuals;
  std::size_t runs = 0;  // of the fit
  std::size_t every = 1;
  double rms = 0;  // of the residuals of all runs
  std::optional<PlanRecord>
      plan{};  // for the planner's first budget; none where there is no optimum
  std::optional<ReportPlanner> planner{};
  std::vector<ReportFigure> figures;
};

}  // namespace isoflop
