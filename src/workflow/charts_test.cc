#include "workflow/charts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "support/sample_comparison.h"
#include "support/sample_fit.h"
#include "workflow/figure_parts.h"

namespace isoflop {
namespace {

Result<Figure> chart_of(const ChartRequest& request, const Model& model) {
  SerialExecutor executor;
  Progress progress;
  return make_chart(request, model, executor, progress);
}

// A cone's contour is a circle: every point of it has the radius of its level.
TEST(Contour, OfAConeIsACircle) {
  std::vector<double> axis, heights;
  for (int i = 0; i <= 100; ++i) axis.push_back(-1 + 0.02 * i);
  for (const double x : axis)
    for (const double y : axis) heights.push_back(std::hypot(x, y));
  const Contour circle = contour(axis, axis, heights, 0.5);
  std::size_t points = 0;
  for (std::size_t i = 0; i < circle.x.size(); ++i) {
    if (std::isnan(circle.x[i])) continue;
    EXPECT_NEAR(std::hypot(circle.x[i], circle.y[i]), 0.5, 1e-3);
    ++points;
  }
  EXPECT_GT(points, 200u);
  EXPECT_TRUE(contour(axis, axis, heights, 5).x.empty());
}

// An optimum that every refit finds to the last digits, one run, or a size of 1e300: an axis of
// finite ends that differ by what its tick texts can show.
TEST(Charts, EveryAxisHasARange) {
  using Values = std::vector<double>;
  for (const Values& values : {Values{},
                               {0},
                               {2.5},
                               {2.5, 2.5 + 1e-15},
                               {-1e300, 1e300},
                               {1e-300, 1e300},
                               {1e308, NAN},
                               {0.5, 1},
                               {5e-324},
                               {-INFINITY, 1}})
    for (const auto scale :
         {FigureAxis::Scale::kLinear, FigureAxis::Scale::kLog, FigureAxis::Scale::kDensity}) {
      const Range range = range_of(std::span(&values, 1), scale);
      EXPECT_TRUE(std::isfinite(range.low) && std::isfinite(range.high)) << range.high;
      const double size = std::max(std::abs(range.low), std::abs(range.high));
      EXPECT_GT(range.high - range.low, 1e-4 * size);
    }
}

// A law's answer without an optimum has no ring, and says so in words.
TEST(Charts, ASparsityWithoutAnOptimumIsSaidInItsTitle) {
  const Result<Model> model = model_of(*find_law("hossain2025:code"));
  ASSERT_TRUE(model);
  const Result<Figure> figure = chart_of({.kind = "sparsity", .plan = {.budgets = {1e23}}}, *model);
  ASSERT_TRUE(figure) << figure.error().text();
  EXPECT_NE(figure->title.find("monotone"), std::string::npos) << figure->title;
  for (const Mark& mark : figure->panels[0].marks) EXPECT_NE(mark.kind, Mark::Kind::kOptimum);
}

// The list of kinds is what a person reads: each must be there, with a title that says something.
TEST(Charts, EveryKindIsDrawnOfAFitOrSaysWhatItNeeds) {
  const Result<Model> model = model_of(sample_bootstrap(), "fit.json");
  ASSERT_TRUE(model) << model.error().text();
  for (const ChartKind& kind : chart_kinds()) {
    const Result<Figure> figure = chart_of({.kind = std::string(kind.name)}, *model);
    if (figure)
      EXPECT_NE(figure->title, "") << kind.name;
    else
      EXPECT_TRUE(!kind.needs_fit || figure.error().text().find("needs") != std::string::npos)
          << kind.name << ": " << figure.error().text();
  }
}

// What is not sure must not be in the title as if it were.
TEST(ComparisonFigure, TheTitleSaysWhetherTheLawsAreParted) {
  ComparisonSummary summary = summary_of(test::sample_comparison());
  EXPECT_NE(comparison_figure(summary).title.find("do not part small2025 and other2025"),
            std::string::npos);
  summary.laws[1].beaten = 0.99;
  EXPECT_NE(comparison_figure(summary).title.find("small2025 predicts the held-out runs best"),
            std::string::npos);
  summary.laws.pop_back();
  EXPECT_NE(comparison_figure(summary).title.find("small2025 alone"), std::string::npos);
}

}  // namespace
}  // namespace isoflop
