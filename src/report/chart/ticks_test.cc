#include "report/chart/ticks.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

std::vector<std::string> texts(const FigureAxis& axis, std::size_t most) {
  std::vector<std::string> list;
  for (const Tick& tick : ticks(axis, most)) list.push_back(tick.text);
  return list;
}

using Scale = FigureAxis::Scale;
using Unit = FigureAxis::Unit;
using Texts = std::vector<std::string>;

TEST(Ticks, LinearOnesAreRound) {
  EXPECT_EQ(texts({.range = {2.03, 3.14}}, 6), (Texts{"2.2", "2.4", "2.6", "2.8", "3"}));
  EXPECT_EQ(texts({.range = {-0.86, 0.86}}, 4), (Texts{"-0.5", "0", "0.5"}));
  EXPECT_EQ(texts({.range = {0, 1}}, 11).size(), 11u);
}

TEST(Ticks, LogarithmicOnesFollowTheRoomThereIs) {
  const FigureAxis sizes{.unit = Unit::kCount, .scale = Scale::kLog, .range = {1e7, 6e10}};
  EXPECT_EQ(texts(sizes, 12), (Texts{"10M", "20M", "50M", "100M", "200M", "500M", "1B", "2B", "5B",
                                     "10B", "20B", "50B"}));
  EXPECT_EQ(texts(sizes, 8), (Texts{"10M", "30M", "100M", "300M", "1B", "3B", "10B", "30B"}));
  EXPECT_EQ(texts(sizes, 5), (Texts{"10M", "100M", "1B", "10B"}));
  const FigureAxis budgets{.unit = Unit::kFlops, .scale = Scale::kLog, .range = {1e18, 1e30}};
  EXPECT_EQ(texts(budgets, 5), (Texts{"1e18", "1e21", "1e24", "1e27", "1e30"}));
  // Within a decade a logarithmic axis is nearly a linear one.
  const FigureAxis losses{.scale = Scale::kLog, .range = {2.0, 2.9}};
  EXPECT_EQ(texts(losses, 5), (Texts{"2", "2.2", "2.4", "2.6", "2.8"}));
}

TEST(Ticks, ThoseOfDensityAreTheSparsitiesPeopleSay) {
  const FigureAxis axis{.unit = Unit::kShare, .scale = Scale::kDensity, .range = {0, 0.995}};
  EXPECT_EQ(texts(axis, 8), (Texts{"0", "0.5", "0.75", "0.9", "0.95", "0.98", "0.99", "0.995"}));
  EXPECT_EQ(texts(axis, 5), (Texts{"0", "0.5", "0.9", "0.95", "0.99"}));
}

// Whatever the range: at least two, no more than asked, in order, within.
TEST(Ticks, AreWithinTheRangeAndInOrder) {
  for (const double low : {1e-9, 0.3, 7.0, 123.4, 4e17})
    for (const double factor : {1.01, 1.7, 9.0, 4e3, 1e12})
      for (const Scale scale : {Scale::kLinear, Scale::kLog})
        for (const std::size_t most : {4, 7, 12}) {
          const FigureAxis axis{.scale = scale, .range = {low, low * factor}};
          const std::vector<Tick> list = ticks(axis, most);
          EXPECT_GE(list.size(), 2u) << low << " " << factor << " " << most;
          EXPECT_LE(list.size(), most) << low << " " << factor;
          for (std::size_t i = 0; i < list.size(); ++i) {
            const double rounding = 1e-8 * (axis.range.high - axis.range.low);
            EXPECT_GE(list[i].value, axis.range.low - rounding);
            EXPECT_LE(list[i].value, axis.range.high + rounding);
            if (i > 0) {
              EXPECT_GT(list[i].value, list[i - 1].value);
            }
          }
        }
}

// Counting in steps of the axis never ended where a step does not change a double of its size.
TEST(Ticks, EndOnAnyRange) {
  const double ends[] = {-INFINITY, -1e308, -1e16,    -1,        0,
                         5e-324,    1e-300, 1,        1 + 1e-15, 9007199254740993e3,
                         1e300,     1e308,  INFINITY, NAN};
  for (const Scale scale : {Scale::kLinear, Scale::kLog, Scale::kDensity})
    for (const double low : ends)
      for (const double high : ends)
        EXPECT_LE(ticks({.scale = scale, .range = {low, high}}, 7).size(), 7u)
            << low << " " << high;
}

}  // namespace
}  // namespace isoflop
