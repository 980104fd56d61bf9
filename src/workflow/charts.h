// Charts of fits, plans and laws, as data (figure.h): each kind computes what it shows and gives it
// a title that says the finding.
//
// A kind is one function in a file of its own, chart_KIND.cc, and a line in the list here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/comparison_file.h"
#include "isoflop/executor.h"
#include "isoflop/fit_file.h"
#include "isoflop/progress.h"
#include "isoflop/residuals.h"
#include "isoflop/result.h"
#include "workflow/figure.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {

struct ChartRequest {
  std::string kind;
  std::string input{};  // what residuals are drawn along; of isoflop, "P" for total parameters
  // The question of the kinds that plan; without budgets, those around the runs of the model.
  PlanRequest plan{};
  std::vector<Model> against{};  // further ones, of compare
};

using MakeChart = Result<Figure>(const ChartRequest& request, const Model& model,
                                 Executor& executor, Progress& progress);
struct ChartKind {
  std::string_view name;
  std::string_view shows;
  bool needs_fit;  // the model is to be a fit
  MakeChart* make;
};
MakeChart fit_chart, residuals_chart, coefficients_chart, isoflop_chart, frontier_chart,
    sparsity_chart, surface_chart, laws_chart;

inline constexpr ChartKind kChartKinds[] = {
    {"fit", "predicted against measured losses", true, fit_chart},
    {"residuals", "residuals along an input", true, residuals_chart},
    {"coefficients", "bootstrap draws, two coefficients at a time", true, coefficients_chart},
    {"isoflop", "loss along N on a few budgets, with optima and runs", false, isoflop_chart},
    {"frontier", "N and D of plans against their budgets", false, frontier_chart},
    {"sparsity", "loss against sparsity on a few budgets, with optima", false, sparsity_chart},
    {"surface", "contours of the loss over P and S on one budget", false, surface_chart},
    {"compare", "held-out errors of a comparison file, or optimal losses of several models", false,
     laws_chart}};
inline std::span<const ChartKind> chart_kinds() { return kChartKinds; }

// Errors: no such kind, a model without a fit where one is needed, and those of the kind.
MakeChart make_chart;

// Charts of results that are there.

// Predicted against measured losses.
Figure fit_figure(const FitRecord& record, const Residuals& residuals);
// The plans here have a run. N and D of compute-optimal plans against their budgets, with bands
// where there are draws, the runs of a fit, and models that were trained.
Figure frontier_figure(const FrontierRecord& record, const std::optional<Table>& runs);
// The profile of a plan's budget with its optimum and the runs near it; of several budgets the
// frontier of those that have a run. Nothing without any, or where the law allows no profile.
std::optional<Figure> plan_figure(const Model& model, const FrontierRecord& record);
// Held-out errors of compared laws with their intervals, best on top.
Figure comparison_figure(const ComparisonSummary& comparison);

}  // namespace isoflop
