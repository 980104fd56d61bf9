#include "optimizer/random_forest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "optimizer/surrogate.h"

namespace isoflop {

namespace {

constexpr double kSameChoice = 1e-9;

struct NodeSums {
  double count = 0, sum = 0, squares = 0;
  void add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  [[nodiscard]] double squared_error() const {
    return count > 0 ? std::max(0.0, squares - sum * sum / count) : 0;
  }
};

class ForestModel final : public SurrogateModel {
 public:
  ForestModel(const SurrogateData& data, Eigen::MatrixXd axes, const ForestOptions& options,
              Executor& executor)
      : axes_(std::move(axes)),
        forest_({data.places * axes_, data.values, data.categorical}, options, executor) {}

  [[nodiscard]] std::vector<SurrogatePrediction> at_all(
      const Eigen::MatrixXd& places) const override {
    return forest_.at_all(places * axes_);
  }
  [[nodiscard]] bool is_smooth() const override { return false; }
  SurrogatePrediction at(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
                         Eigen::VectorXd& deviation_slope) const override {
    mean_slope.setZero(place.size());
    deviation_slope.setZero(place.size());
    return forest_.at(place * axes_);
  }

 private:
  Eigen::MatrixXd axes_;
  RandomForest forest_;
};

}  // namespace

class TreeGrower {
 public:
  TreeGrower(const SurrogateData& data, std::size_t leaf, RandomStream random, RegressionTree& tree)
      : data_(data), leaf_(leaf), random_(random), tree_(tree) {
    for (Eigen::Index row = 0; row < data.values.size(); ++row) rows_.push_back(row);
    tree_.nodes_.emplace_back();
    grow(0, rows_);
  }

 private:
  using Rows = std::span<Eigen::Index>;
  struct Split {
    Eigen::Index dimension = -1;
    double threshold = 0;
    double error = std::numeric_limits<double>::infinity();
  };

  [[nodiscard]] bool is_below(Eigen::Index row, const Split& split) const {
    const double place = data_.places(row, split.dimension);
    return tree_.categorical_[static_cast<std::size_t>(split.dimension)]
               ? std::abs(place - split.threshold) < kSameChoice
               : place < split.threshold;
  }

  // One threshold for the dimension; no dimension where all rows are at one place of it.
  Split draw(Rows rows, Eigen::Index dimension) {
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const Eigen::Index row : rows) {
      least = std::min(least, data_.places(row, dimension));
      most = std::max(most, data_.places(row, dimension));
    }
    const double drawn = least + random_.uniform() * (most - least);
    if (!(least < most)) return {};
    Split split{dimension, drawn};
    if (tree_.categorical_[static_cast<std::size_t>(dimension)]) {
      const auto distance = [&](Eigen::Index row) {
        return std::abs(data_.places(row, dimension) - drawn);
      };
      split.threshold = data_.places(*std::ranges::min_element(rows, {}, distance), dimension);
    }
    NodeSums below, above;
    for (const Eigen::Index row : rows)
      (is_below(row, split) ? below : above).add(data_.values[row] - shift_);
    if (below.count == 0 || above.count == 0) return {};
    split.error = below.squared_error() + above.squared_error();
    return split;
  }

  SurrogatePrediction prediction(Rows rows) {
    double sum = 0, squares = 0;
    for (const Eigen::Index row : rows) sum += data_.values[row];
    const double mean = sum / static_cast<double>(rows.size());
    for (const Eigen::Index row : rows) {
      const double off = data_.values[row] - mean;
      squares += off * off;
    }
    return {mean, std::sqrt(squares / static_cast<double>(rows.size()))};
  }

  void grow(std::size_t node, Rows rows) {
    const SurrogatePrediction all = prediction(rows);
    tree_.nodes_[node].prediction = all;
    if (rows.size() < leaf_ || all.deviation == 0) return;
    shift_ = all.mean;
    Split best;
    for (Eigen::Index d = 0; d < data_.places.cols(); ++d)
      if (const Split split = draw(rows, d); split.error < best.error) best = split;
    if (best.dimension < 0) return;
    const auto above =
        std::ranges::partition(rows, [&](Eigen::Index row) { return is_below(row, best); });
    const auto below = static_cast<std::size_t>(above.begin() - rows.begin());
    const std::size_t child = tree_.nodes_.size();
    tree_.nodes_.resize(child + 2);
    tree_.nodes_[node].dimension = static_cast<std::int32_t>(best.dimension);
    tree_.nodes_[node].below = static_cast<std::int32_t>(child);
    tree_.nodes_[node].threshold = best.threshold;
    grow(child, rows.first(below));
    grow(child + 1, rows.subspan(below));
  }

  const SurrogateData& data_;
  std::size_t leaf_;
  RandomStream random_;
  RegressionTree& tree_;
  std::vector<Eigen::Index> rows_;
  double shift_ = 0;  // sums are taken of values around the node's mean: squares lose no digits
};

RegressionTree::RegressionTree(const SurrogateData& data, std::size_t leaf, RandomStream random)
    : categorical_(data.categorical) {
  TreeGrower(data, leaf, random, *this);
}

const SurrogatePrediction& RegressionTree::at(const double* place) const {
  std::size_t at = 0;
  while (nodes_[at].dimension >= 0) {
    const Node& node = nodes_[at];
    const double coordinate = place[node.dimension];
    const bool below = categorical_[static_cast<std::size_t>(node.dimension)]
                           ? std::abs(coordinate - node.threshold) < kSameChoice
                           : coordinate < node.threshold;
    at = static_cast<std::size_t>(node.below) + (below ? 0 : 1);
  }
  return nodes_[at].prediction;
}

RandomForest::RandomForest(const SurrogateData& data, const ForestOptions& options,
                           Executor& executor) {
  std::vector<std::unique_ptr<RegressionTree>> grown(options.trees);
  executor.run(options.trees, [&](std::size_t tree) {
    grown[tree] = std::make_unique<RegressionTree>(
        data, options.leaf, random_stream(StreamUse::kForest, options.seed, options.trials, tree));
  });
  for (const auto& tree : grown) trees_.push_back(std::move(*tree));
}

// Tree by tree, as one fits into the cache and all do not. NodeSums are of what the first tree's
// mean leaves: squares lose no digits.
std::vector<SurrogatePrediction> RandomForest::at_all(const Eigen::MatrixXd& places) const {
  const Eigen::MatrixXd columns = places.transpose();
  const Eigen::Index count = columns.cols();
  Eigen::VectorXd first(count);
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(count);
  Eigen::VectorXd squares = sums, within = sums;
  for (const RegressionTree& tree : trees_)
    for (Eigen::Index i = 0; i < count; ++i) {
      const SurrogatePrediction& leaf = tree.at(columns.col(i).data());
      if (&tree == &trees_.front()) first[i] = leaf.mean;
      const double off = leaf.mean - first[i];
      sums[i] += off;
      squares[i] += off * off;
      within[i] += leaf.deviation * leaf.deviation;
    }
  const auto trees = static_cast<double>(trees_.size());
  std::vector<SurrogatePrediction> predictions;
  for (Eigen::Index i = 0; i < count; ++i) {
    const double mean = sums[i] / trees;
    const double between = std::max(0.0, squares[i] / trees - mean * mean);
    predictions.push_back({first[i] + mean, std::sqrt(between + within[i] / trees)});
  }
  return predictions;
}

SurrogatePrediction RandomForest::at(const Eigen::RowVectorXd& place) const {
  return at_all(place).front();
}

std::unique_ptr<SurrogateModel> make_forest_model(const SurrogateData& data,
                                                  const Eigen::MatrixXd& axes,
                                                  const ModelSeed& seed, Executor& executor) {
  return std::make_unique<ForestModel>(
      data, axes, ForestOptions{.seed = seed.seed, .trials = seed.trials}, executor);
}

}  // namespace isoflop
