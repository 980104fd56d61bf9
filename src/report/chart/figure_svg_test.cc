#include "report/chart/figure_svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "report/chart/svg.h"
#include "support/picture.h"
#include "support/sample_comparison.h"
#include "workflow/charts.h"

namespace isoflop {
namespace {

Figure crowded_figure() {
  Figure figure{.title = "A title that goes on for longer than a narrow picture is wide, and on",
                .what = "Many lines that end at nearly the same place",
                .numbers = "No numbers",
                .panels = {{.title = "",
                            .x = {.title = "x", .range = {0, 1}},
                            .y = {.title = "y", .range = {0, 10}},
                            .marks = {}}}};
  for (int i = 0; i < 7; ++i)
    figure.panels[0].marks.push_back({.kind = Mark::Kind::kLine,
                                      .x = {0, 1},
                                      .y = {1.0 * i, 5 + 0.01 * i},
                                      .place = static_cast<double>(i),
                                      .label = "line " + std::to_string(i)});
  for (int i = 0; i < 5; ++i)
    figure.panels[0].marks.push_back({.kind = Mark::Kind::kOptimum,
                                      .x = {0.5 + 0.001 * i},
                                      .y = {7},
                                      .tips = {"the same place " + std::to_string(i)}});
  return figure;
}

TEST(FigureSvg, NoTextCoversAnotherAtAnyWidth) {
  for (const double width : {640.0, 900.0, 1200.0, 1600.0}) {
    const std::string svg = figure_svg(crowded_figure(), {.width = width});
    EXPECT_EQ(overlapping_texts(svg), std::vector<std::string>{}) << width;
  }
}

// A column may be called so, and its values are texts of strangers.
TEST(FigureSvg, TextOfDataIsEscaped) {
  Figure figure = crowded_figure();
  figure.title = "<script>alert('1')</script> & \"more\"";
  figure.panels[0].x.title = "</text><script>";
  const std::string svg = figure_svg(figure);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;"),
            std::string::npos);
}

// Infinite and missing values are left out; they would be read as coordinates.
TEST(FigureSvg, WhatIsNotFiniteIsLeftOut) {
  Figure figure = crowded_figure();
  figure.panels[0].marks[0].y = {NAN, INFINITY};
  figure.panels[0].marks.push_back(
      {.kind = Mark::Kind::kBand, .x = {0, 0.5, 1}, .y = {1, NAN, 2}, .high = {2, 3, INFINITY}});
  const std::string svg = figure_svg(figure);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(FigureSvg, HasTextForWhoCannotSeeIt) {
  const std::string svg = figure_svg(crowded_figure());
  EXPECT_NE(svg.find("role=\"img\""), std::string::npos);
  EXPECT_NE(svg.find("<desc>Many lines that end at nearly the same place. No numbers</desc>"),
            std::string::npos);
}

TEST(FigureSvg, ThemesDifferInColourAlone) {
  const auto without_style = [](std::string svg) {
    const std::size_t begin = svg.find("<style>"), end = svg.find("</style>");
    return svg.erase(begin, end - begin);
  };
  const Figure figure = crowded_figure();
  const std::string light = figure_svg(figure, {.theme = FigureStyle::Theme::kLight});
  const std::string dark = figure_svg(figure, {.theme = FigureStyle::Theme::kDark});
  EXPECT_NE(light, dark);
  EXPECT_EQ(without_style(light), without_style(dark));
  EXPECT_NE(figure_svg(figure).find("prefers-color-scheme:dark"), std::string::npos);
}

TEST(Svg, CoordinatesHaveOneDecimalAndNoNegativeZero) {
  EXPECT_EQ(coordinate(12.34), "12.3");
  EXPECT_EQ(coordinate(-0.04), "0");
  EXPECT_EQ(coordinate(100), "100");
}

TEST(ComparisonFigure, NoTextCoversAnotherAlsoOfManyLaws) {
  ComparisonSummary summary = summary_of(test::sample_comparison());
  for (int i = 0; i < 18; ++i) {
    summary.laws.push_back(summary.laws[1]);
    summary.laws.back().name = "a law with a formula as long as E + A/N^alpha";
    summary.laws.back().held_out.rmse = 0.07 * (1 + 3 * i);
    summary.laws.back().held_out_interval = {0.06 * (1 + 3 * i), 0.08 * (1 + 3 * i)};
  }
  for (const double width : {640.0, 900.0, 1200.0, 1600.0})
    EXPECT_EQ(overlapping_texts(figure_svg(comparison_figure(summary), {.width = width})),
              std::vector<std::string>{})
        << width;
}

}  // namespace
}  // namespace isoflop
