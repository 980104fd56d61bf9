#include <gtest/gtest.h>

#include <cmath>

#include "isoflop/optimizer.h"
#include "optimizer/design.h"
#include "optimizer/random_stream.h"
#include "optimizer/unit_cube.h"

namespace isoflop {
namespace {

using Kind = Parameter::Kind;

std::vector<Parameter> recipe_like() {
  return {{.name = "loss", .kind = Kind::kCategorical, .choices = {"mse", "huber", "cauchy"}},
          {.name = "delta",
           .range = {1e-4, 1},
           .log = true,
           .only_if = Condition{"loss", {"huber", "cauchy"}}},
          {.name = "drop", .kind = Kind::kInteger, .range = {0, 5}},
          {.name = "size", .kind = Kind::kInteger, .range = {1, 1000}, .log = true},
          {.name = "x", .range = {-5, 10}}};
}

TEST(SearchSpace, PointsAndPlacesGoBackAndForth) {
  const SearchSpace space = *SearchSpace::make(recipe_like());
  RandomStream random(11, 0);
  bool seen_inactive = false;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> unit(space.size());
    for (double& each : unit) each = random.uniform();
    const Point point = space.from_unit(unit);
    ASSERT_TRUE(space.contains(point));
    EXPECT_EQ(std::isnan(point[1]), point[0] == 0) << "delta is there where the loss has one";
    seen_inactive = seen_inactive || std::isnan(point[1]);
    const Point again = space.from_unit(space.to_unit(point));
    EXPECT_EQ(again[0], point[0]);
    EXPECT_EQ(again[2], point[2]);
    EXPECT_EQ(again[3], point[3]);
    EXPECT_NEAR(again[4], point[4], 1e-12);
    if (!std::isnan(point[1])) {
      EXPECT_NEAR(again[1] / point[1], 1, 1e-12);
    }
  }
  EXPECT_TRUE(seen_inactive);
}

// The ends are reached, and nothing beyond them: rounding must not leave a range.
TEST(SearchSpace, EndsBelongToIt) {
  const SearchSpace space = *SearchSpace::make(recipe_like());
  const Point high = space.from_unit(std::vector<double>(5, 1));
  EXPECT_EQ(high, (Point{2, 1, 5, 1000, 10}));
  const Point low = space.from_unit(std::vector<double>{0.5, 0, 0, 0, 0});
  EXPECT_NEAR(low[1], 1e-4, 1e-15);
  EXPECT_EQ(low[3], 1);
  EXPECT_EQ(low[4], -5);
  EXPECT_TRUE(space.contains(low));
  EXPECT_FALSE(space.contains({2, 1.01, 5, 1000, 10}));
  EXPECT_FALSE(space.contains({0, 1, 5, 1000, 10})) << "a delta that means nothing";
  EXPECT_FALSE(space.contains({2, 1, 4.5, 1000, 10}));
  EXPECT_FALSE(space.contains({2, 1, 5, 1000}));
}

TEST(SearchSpace, NamesAllThatIsWrong) {
  const auto made =
      SearchSpace::make({{.name = "a", .range = {1, 1}},
                         {.name = "a", .range = {0, 1}, .log = true},
                         {.name = "b", .range = {0, std::nan("")}},
                         {.name = "c", .kind = Kind::kInteger, .range = {0.5, 3}},
                         {.name = "d", .kind = Kind::kCategorical},
                         {.name = "e", .kind = Kind::kCategorical, .choices = {"x", "x"}},
                         {.name = "f", .range = {0, 1}, .only_if = Condition{"e", {"y"}}},
                         {.name = "g", .range = {0, 1}, .only_if = Condition{"b", {"y"}}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().problems.size(), 9u) << made.error().text();
  EXPECT_FALSE(SearchSpace::make({}));
}

// McKay's property, in each dimension.
TEST(LatinHypercube, HasOneInEachPart) {
  for (const std::uint64_t seed : {1, 2}) {
    const Eigen::MatrixXd places = latin_hypercube(13, 4, seed);
    for (Eigen::Index d = 0; d < 4; ++d) {
      std::vector<int> seen(13);
      for (Eigen::Index i = 0; i < 13; ++i) ++seen[static_cast<std::size_t>(13 * places(i, d))];
      EXPECT_EQ(seen, std::vector<int>(13, 1));
    }
  }
  EXPECT_NE(latin_hypercube(13, 4, 1), latin_hypercube(13, 4, 2));
}

TEST(AllPoints, CountsWhatConditionsLeave) {
  const SearchSpace space =
      *SearchSpace::make({{.name = "loss", .kind = Kind::kCategorical, .choices = {"mse", "huber"}},
                          {.name = "delta",
                           .kind = Kind::kInteger,
                           .range = {1, 5},
                           .only_if = Condition{"loss", {"huber"}}},
                          {.name = "drop", .kind = Kind::kInteger, .range = {0, 2}}});
  const auto points = all_points(space, 100);
  ASSERT_TRUE(points);
  EXPECT_EQ(points->size(), 3u + 5u * 3u);
  EXPECT_FALSE(all_points(space, 17));
  for (const Point& point : *points) EXPECT_TRUE(space.contains(point));
  EXPECT_FALSE(all_points(*SearchSpace::make(recipe_like()), 1000000)) << "x is real";
}

}  // namespace
}  // namespace isoflop
