#include "tune/random_forest.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

Knowledge sample(Eigen::Index count, std::uint64_t seed) {
  Knowledge knowledge{Eigen::MatrixXd(count, 3), Eigen::VectorXd(count), {false, false, true}};
  Dice dice(seed, 0);
  for (Eigen::Index i = 0; i < count; ++i) {
    knowledge.places.row(i) << dice.uniform(), dice.uniform(),
        (std::floor(3 * dice.uniform()) + 0.5) / 3;
    knowledge.values[i] = 3 * knowledge.places(i, 0) + (knowledge.places(i, 2) > 0.5 ? 10 : 0);
  }
  return knowledge;
}

RandomForest forest_of(const Knowledge& knowledge, std::size_t leaf = 3) {
  SerialExecutor executor;
  return {knowledge, {.leaf = leaf}, executor};
}

// Every leaf is an average of values, so no prediction is beyond them.
TEST(RandomForest, StaysWithinTheValues) {
  const Knowledge knowledge = sample(80, 1);
  const RandomForest forest = forest_of(knowledge);
  Dice dice(2, 0);
  for (int i = 0; i < 500; ++i) {
    const Belief belief =
        forest.at(Eigen::RowVector3d(3 * dice.uniform() - 1, dice.uniform(), 0.5));
    EXPECT_GE(belief.mean, knowledge.values.minCoeff() - 1e-12);
    EXPECT_LE(belief.mean, knowledge.values.maxCoeff() + 1e-12);
    EXPECT_GE(belief.deviation, 0);
    EXPECT_LE(belief.deviation, knowledge.values.maxCoeff() - knowledge.values.minCoeff());
  }
}

// Trees that are grown to single rows know every value, and agree on it.
TEST(RandomForest, GrownToTheEndItKnowsWhatItWasTold) {
  const Knowledge knowledge = sample(60, 3);
  const RandomForest forest = forest_of(knowledge, 2);
  for (Eigen::Index i = 0; i < 60; ++i) {
    const Belief belief = forest.at(knowledge.places.row(i));
    EXPECT_NEAR(belief.mean, knowledge.values[i], 1e-9);
    EXPECT_NEAR(belief.deviation, 0, 1e-6);
  }
}

// The law of total variance, from the trees themselves.
TEST(RandomForest, TheSpreadIsThatOfItsTrees) {
  const RandomForest forest = forest_of(sample(50, 4), 8);
  const Eigen::RowVector3d at(0.3, 0.8, 0.5);
  double mean = 0, second = 0;
  for (const RegressionTree& tree : forest.trees()) {
    const Belief& leaf = tree.at(at.data());
    mean += leaf.mean;
    second += leaf.mean * leaf.mean + leaf.deviation * leaf.deviation;
  }
  const auto count = static_cast<double>(forest.trees().size());
  const Belief belief = forest.at(at);
  EXPECT_NEAR(belief.mean, mean / count, 1e-9);
  EXPECT_NEAR(belief.deviation, std::sqrt(second / count - mean / count * mean / count), 1e-6);
}

// Adding a constant to all values, or doubling them, does the same to all that it says.
TEST(RandomForest, FollowsShiftsAndScales) {
  const Knowledge knowledge = sample(50, 5);
  Knowledge other = knowledge;
  other.values = 2 * knowledge.values.array() + 1000;
  const RandomForest a = forest_of(knowledge), b = forest_of(other);
  const Eigen::RowVector3d at(0.3, 0.8, 0.5);
  EXPECT_NEAR(b.at(at).mean, 2 * a.at(at).mean + 1000, 1e-8);
  EXPECT_NEAR(b.at(at).deviation, 2 * a.at(at).deviation, 1e-6);
}

TEST(RandomForest, EqualValuesAreOneLeaf) {
  Knowledge knowledge = sample(30, 6);
  knowledge.values.setConstant(4);
  const RandomForest forest = forest_of(knowledge);
  for (const RegressionTree& tree : forest.trees()) EXPECT_EQ(tree.nodes().size(), 1u);
  EXPECT_EQ(forest.at(Eigen::RowVector3d(0.5, 0.5, 0.5)).deviation, 0);
}

TEST(RandomForest, IsTheSameOnAnyNumberOfThreads) {
  const Knowledge knowledge = sample(60, 7);
  ThreadExecutor two(2), seven(7);
  const RandomForest a = forest_of(knowledge), b(knowledge, {}, two), c(knowledge, {}, seven);
  Dice dice(8, 0);
  for (int i = 0; i < 50; ++i) {
    const Eigen::RowVector3d at(dice.uniform(), dice.uniform(), 0.5);
    EXPECT_EQ(a.at(at).mean, b.at(at).mean);
    EXPECT_EQ(a.at(at).deviation, c.at(at).deviation);
  }
}

}  // namespace
}  // namespace isoflop
