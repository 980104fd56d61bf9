#include "report/chart/figure_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace isoflop {
namespace {

Figure square_figure() {
  return {.title = "A line",
          .what = "",
          .numbers = "",
          .panels = {{.title = "",
                      .x = {.title = "x", .range = {0, 1}},
                      .y = {.title = "y", .range = {0, 1}},
                      .marks = {}}}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t characters(const std::string& line) {
  std::size_t count = 0;
  for (const char each : line) count += (static_cast<unsigned char>(each) & 0xC0U) != 0x80 ? 1 : 0;
  return count;
}

// Ten characters across are twenty dots, and five lines are twenty, so a line from corner to corner
// sets the diagonal of each square of four dots: dots 1 and 5 of a character above dots 3 and 8.
TEST(FigureText, ALineIsDrawnInDots) {
  Figure figure = square_figure();
  figure.panels[0].marks.push_back({.kind = Mark::Kind::kLine, .x = {0, 1}, .y = {1, 0}});
  // "0.5" and a space stand left of the axis.
  const std::vector<std::string> lines =
      lines_of(figure_text(figure, {.width = 4 + 1 + 20, .height = 10}));
  ASSERT_EQ(lines.size(), 2 + 10 + 3u);
  EXPECT_EQ(lines[0], "A line");
  EXPECT_EQ(lines[1], "y");
  for (std::size_t row = 0; row < 10; ++row) {
    const std::string blank(2 * row, ' ');
    const std::string drawn = lines[2 + row].substr(lines[2 + row].find_first_of("\xE2") + 3);
    EXPECT_EQ(drawn, blank + "⠑⢄") << row;
  }
}

TEST(FigureText, OptimaAreRingsWithTheirLabels) {
  Figure figure = square_figure();
  figure.panels[0].marks.push_back({.kind = Mark::Kind::kOptimum,
                                    .x = {0.5, 0.5, 7},
                                    .y = {0.5, 0.5, NAN},
                                    .tips = {"here", "there", "off"}});
  const std::string text = figure_text(figure, {.width = 60, .height = 9});
  EXPECT_NE(text.find("○ here"), std::string::npos) << text;
  EXPECT_NE(text.find("there"), std::string::npos) << text;
  EXPECT_EQ(text.find("off"), std::string::npos) << text;
}

// Names stand beside the ends of their lines, each on a line of its own.
TEST(FigureText, NothingIsWiderThanTheTerminal) {
  Figure figure = square_figure();
  for (int i = 0; i < 5; ++i)
    figure.panels[0].marks.push_back({.kind = Mark::Kind::kLine,
                                      .x = {0, 1},
                                      .y = {0.1 * i, 0.5},
                                      .label = "a line with a long name " + std::to_string(i)});
  figure.panels[0].y.names = {"a law", "another"};
  for (const std::size_t width : {50u, 80u, 100u})
    for (const std::string& line : lines_of(figure_text(figure, {.width = width})))
      EXPECT_LE(characters(line), width) << line;
}

TEST(FigureText, ATerminalThatIsTooNarrowGetsTheTitle) {
  EXPECT_EQ(figure_text(square_figure(), {.width = 10}), "A line\n");
}

TEST(FigureText, WhatIsNotFiniteIsLeftOut) {
  Figure figure = square_figure();
  const std::string empty = figure_text(figure);
  figure.panels[0].marks.push_back(
      {.kind = Mark::Kind::kLine, .x = {0, NAN, 1}, .y = {0.5, 0.5, INFINITY}});
  figure.panels[0].marks.push_back(
      {.kind = Mark::Kind::kPoints, .x = {NAN, 1e300}, .y = {0, -INFINITY}});
  EXPECT_EQ(figure_text(figure), empty);
}

}  // namespace
}  // namespace isoflop
