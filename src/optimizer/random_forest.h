// A forest of regression trees whose thresholds are drawn at random (Geurts, Ernst and Wehenkel
// 2006, "Extremely randomized trees"): at each node one threshold is drawn for each dimension, even
// between the least and the largest value there, and the one that leaves the smallest squared error
// is taken. Trees agree where there are data and differ where there are none, so their spread tells
// the two apart:
//
//   mean      = average over trees of a leaf's mean
//   variance  = variance over trees of a leaf's mean + average of a leaf's variance
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "isoflop/executor.h"
#include "optimizer/random_stream.h"
#include "optimizer/surrogate.h"

namespace isoflop {

struct ForestOptions {
  std::size_t trees = 64;
  std::size_t leaf = 3;  // a node of fewer rows, or of one value, is not split
  std::uint64_t seed = 1;
  std::size_t trials = 0;  // of the study: the forest's place among random numbers
};

class RegressionTree {
 public:
  struct Node {
    std::int32_t dimension = -1;  // -1: a leaf
    std::int32_t below = 0;       // the child where the place is below the threshold; the other
                                  // child comes after it
    double threshold = 0;
    SurrogatePrediction prediction;  // of a leaf: the mean and the deviation of its rows
  };
  // A categorical dimension is split into the one choice that is nearest to the threshold and all
  // others.
  RegressionTree(const SurrogateData& data, std::size_t leaf, RandomStream random);

  // A coordinate for each dimension.
  [[nodiscard]] const SurrogatePrediction& at(const double* place) const;
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  friend class TreeGrower;
  std::vector<Node> nodes_;
  std::vector<bool> categorical_;
};

class RandomForest {
 public:
  RandomForest(const SurrogateData& data, const ForestOptions& options, Executor& executor);
  // One for each row of `places`.
  [[nodiscard]] std::vector<SurrogatePrediction> at_all(const Eigen::MatrixXd& places) const;
  [[nodiscard]] SurrogatePrediction at(const Eigen::RowVectorXd& place) const;
  [[nodiscard]] const std::vector<RegressionTree>& trees() const { return trees_; }

 private:
  std::vector<RegressionTree> trees_;
};

}  // namespace isoflop
