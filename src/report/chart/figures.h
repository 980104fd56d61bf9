// Figures of results: what is drawn, and the title that says what it shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isoflop/plan.h"
#include "isoflop/profile.h"
#include "isoflop/residuals.h"
#include "report/chart/figure.h"
#include "store/comparison_file.h"
#include "store/fit_record.h"
#include "workflow/plan_record.h"

namespace isoflop {

// Predicted against measured losses.
Figure fit_figure(const FitRecord& record, const Residuals& residuals);
// Residuals against an input that the table has.
Figure residuals_figure(const FitRecord& record, const Residuals& residuals,
                        const std::string& input);
// The draws of a bootstrap, pairwise: of the four coefficients that vary most for their size.
Figure coefficients_figure(const FitRecord& record);

// Profiles of several budgets, smallest first, along N or P, with their optima; runs of a fit that
// are near a budget are drawn on top. Here and below the plans of records have a run.
struct IsoflopPicture {
  Law law;
  std::vector<IsoflopProfile> profiles;
  std::vector<PlanRecord> optima;  // one a profile
  std::optional<Table> runs{};     // with N, P or S, C and loss
};
Figure isoflop_figure(const IsoflopPicture& picture);

// N and D of compute-optimal plans against their budgets, with bands where there are draws, the
// runs of a fit, and models that were trained.
Figure frontier_figure(const FrontierRecord& record, const std::optional<Table>& runs);

// Loss against sparsity, one line a budget, with optima; and, where they are given, the optima by
// total size.
struct SparsityPicture {
  Law law;
  std::string held;                              // what the lines have in common: "P = 10B"
  std::vector<IsoflopProfile> profiles;          // along S, one a budget
  std::vector<std::optional<Plan>> optima;       // of a free sparsity, one a budget
  std::vector<std::vector<PlannedRun>> by_size;  // of a free sparsity along P, a list a budget
};
Figure sparsity_figure(const SparsityPicture& picture);

// Contours of the loss over total parameters and sparsity. The profile is a grid, P by P.
Figure surface_figure(const Law& law, const IsoflopProfile& grid,
                      const std::optional<PlannedRun>& optimum, const std::optional<Table>& runs);

// Compute-optimal losses of several laws over one range of budgets.
Figure laws_figure(const std::vector<FrontierRecord>& laws);

// Held-out errors of compared laws with their intervals, best on top.
Figure comparison_figure(const ComparisonSummary& comparison);

}  // namespace isoflop
