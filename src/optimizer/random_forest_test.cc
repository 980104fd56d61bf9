#include "optimizer/random_forest.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

SurrogateData sample(Eigen::Index count, std::uint64_t seed) {
  SurrogateData data{Eigen::MatrixXd(count, 3), Eigen::VectorXd(count), {false, false, true}};
  RandomStream random(seed, 0);
  for (Eigen::Index i = 0; i < count; ++i) {
    data.places.row(i) << random.uniform(), random.uniform(),
        (std::floor(3 * random.uniform()) + 0.5) / 3;
    data.values[i] = 3 * data.places(i, 0) + (data.places(i, 2) > 0.5 ? 10 : 0);
  }
  return data;
}

RandomForest forest_of(const SurrogateData& data, std::size_t leaf = 3) {
  SerialExecutor executor;
  return {data, {.leaf = leaf}, executor};
}

// Every leaf is an average of values, so no prediction is beyond them.
TEST(RandomForest, StaysWithinTheValues) {
  const SurrogateData data = sample(80, 1);
  const RandomForest forest = forest_of(data);
  RandomStream random(2, 0);
  for (int i = 0; i < 500; ++i) {
    const SurrogatePrediction prediction =
        forest.at(Eigen::RowVector3d(3 * random.uniform() - 1, random.uniform(), 0.5));
    EXPECT_GE(prediction.mean, data.values.minCoeff() - 1e-12);
    EXPECT_LE(prediction.mean, data.values.maxCoeff() + 1e-12);
    EXPECT_GE(prediction.deviation, 0);
    EXPECT_LE(prediction.deviation, data.values.maxCoeff() - data.values.minCoeff());
  }
}

// Trees that are grown to single rows know every value, and agree on it.
TEST(RandomForest, GrownToTheEndItKnowsWhatItWasTold) {
  const SurrogateData data = sample(60, 3);
  const RandomForest forest = forest_of(data, 2);
  for (Eigen::Index i = 0; i < 60; ++i) {
    const SurrogatePrediction prediction = forest.at(data.places.row(i));
    EXPECT_NEAR(prediction.mean, data.values[i], 1e-9);
    EXPECT_NEAR(prediction.deviation, 0, 1e-6);
  }
}

// The law of total variance, from the trees themselves.
TEST(RandomForest, TheSpreadIsThatOfItsTrees) {
  const RandomForest forest = forest_of(sample(50, 4), 8);
  const Eigen::RowVector3d at(0.3, 0.8, 0.5);
  double mean = 0, second = 0;
  for (const RegressionTree& tree : forest.trees()) {
    const SurrogatePrediction& leaf = tree.at(at.data());
    mean += leaf.mean;
    second += leaf.mean * leaf.mean + leaf.deviation * leaf.deviation;
  }
  const auto count = static_cast<double>(forest.trees().size());
  const SurrogatePrediction prediction = forest.at(at);
  EXPECT_NEAR(prediction.mean, mean / count, 1e-9);
  EXPECT_NEAR(prediction.deviation, std::sqrt(second / count - mean / count * mean / count), 1e-6);
}

// Adding a constant to all values, or doubling them, does the same to all that it says.
TEST(RandomForest, FollowsShiftsAndScales) {
  const SurrogateData data = sample(50, 5);
  SurrogateData other = data;
  other.values = 2 * data.values.array() + 1000;
  const RandomForest a = forest_of(data), b = forest_of(other);
  const Eigen::RowVector3d at(0.3, 0.8, 0.5);
  EXPECT_NEAR(b.at(at).mean, 2 * a.at(at).mean + 1000, 1e-8);
  EXPECT_NEAR(b.at(at).deviation, 2 * a.at(at).deviation, 1e-6);
}

TEST(RandomForest, EqualValuesAreOneLeaf) {
  SurrogateData data = sample(30, 6);
  data.values.setConstant(4);
  const RandomForest forest = forest_of(data);
  for (const RegressionTree& tree : forest.trees()) EXPECT_EQ(tree.nodes().size(), 1u);
  EXPECT_EQ(forest.at(Eigen::RowVector3d(0.5, 0.5, 0.5)).deviation, 0);
}

TEST(RandomForest, IsTheSameOnAnyNumberOfThreads) {
  const SurrogateData data = sample(60, 7);
  ThreadExecutor two(2), seven(7);
  const RandomForest a = forest_of(data), b(data, {}, two), c(data, {}, seven);
  RandomStream random(8, 0);
  for (int i = 0; i < 50; ++i) {
    const Eigen::RowVector3d at(random.uniform(), random.uniform(), 0.5);
    EXPECT_EQ(a.at(at).mean, b.at(at).mean);
    EXPECT_EQ(a.at(at).deviation, c.at(at).deviation);
  }
}

}  // namespace
}  // namespace isoflop
