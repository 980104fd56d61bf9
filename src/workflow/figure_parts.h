// Parts that charts share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/residuals.h"
#include "isoflop/table.h"
#include "workflow/figure.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {

// The range of all values on an axis of that scale, a `margin` of its width wider on both sides.
Range range_of(std::span<const std::vector<double>> values, FigureAxis::Scale scale,
               double margin = 0.04);
// Gives both axes the ranges of the panel's marks.
void set_ranges(Panel& panel, double x_margin = 0.02);
// The axis of an input, by its name: "active parameters N", on the scale that suits it.
FigureAxis axis_of(std::string_view input);
// The axis of what a law predicts: "loss, nats a token".
FigureAxis axis_of_output(const Law& law);

// Where budgets lie that nobody gave, by those of the runs.
enum class Budgets {
  kOwn,      // a few of the runs' own, or round numbers within them
  kCurve,    // from the least to a hundred times the most, evenly
  kLargest,  // the most alone
};
PlanRequest with_budgets(PlanRequest request, const Model& model, Budgets which);
// So many from the one end to the other, evenly in logarithm.
std::vector<double> evenly(const Range& range, std::size_t count);
// Points of a profile that is drawn.
inline constexpr std::size_t kProfilePoints = 65;
// The plans that a chart can show, those with a run. Errors: those of plan_all(), and none.
Result<FrontierRecord> drawn_plans(const Model& model, const PlanRequest& request,
                                   Executor& executor, Progress& progress);
FrontierRecord with_runs(FrontierRecord record);
// The runs of a model that is a fit.
std::optional<Table> runs_of(const Model& model);
// " (880M to 1.3B)", the interval of what is named in a plan; "" where it has none.
std::string interval_text(const PlanRecord& record, std::string_view name,
                          std::string (*write)(double));

struct Contour {
  std::vector<double> x, y;  // segments, parted by NaN
};
// Lines of equal height on a grid, by marching squares with linear interpolation. `heights` has
// x.size() rows of y.size() values; cells with a value that is not finite are left out.
Contour contour(std::span<const double> x, std::span<const double> y,
                std::span<const double> heights, double level);

// The rows of a table as points at (x, y), each with its number and its tip.
Mark run_points(const Table& table, std::vector<double> x, std::vector<double> y,
                Mark::Colour colour = Mark::Colour::kQuiet);
// A line of the `i`-th of `count` budgets, which ends in its FLOPs.
Mark budget_line(double flops, std::size_t i, std::size_t count, std::vector<double> x,
                 std::vector<double> y);
// What is named, "N", "D" or "loss", of plans along their budgets: a line, below it the band of its
// intervals.
void add_plan_line(std::span<const PlanRecord> plans, const std::string& name, std::size_t series,
                   std::string label, Panel& panel);
// "line 17: N = 1B D = 20B loss = 2.5" for each row, which has the name that the file gives it.
std::vector<std::string> tips_of(const Table& table);
// A dashed line at a limit, across the other axis, with its name.
void add_limit_line(double at, bool vertical, std::string label, Panel& panel);
// "at most 50B total".
std::string limit_text(const Limit& limit);
// The last part of a path.
std::string file_name(const std::string& path);
// Where the i-th of `count` is on a scale from 0 to 1.
double place_of(std::size_t i, std::size_t count);
// "3.62B", "2.11454", "1e21", for people.
std::string count(double value);
std::string loss_text(double loss);
std::string flops_text(double value);
// "0.31 %"
std::string percent(double share);
// The same of a residual, or where there are no logarithms in the unit of the law's output.
std::string residual_text(const Law& law, const Residuals& residuals, double residual);

}  // namespace isoflop
