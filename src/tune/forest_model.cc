#include <utility>

#include "tune/model.h"
#include "tune/random_forest.h"

namespace isoflop {

namespace {

class ForestModel final : public Model {
 public:
  ForestModel(const Knowledge& knowledge, Eigen::MatrixXd axes, const ForestOptions& options,
              Executor& executor)
      : axes_(std::move(axes)),
        forest_({knowledge.places * axes_, knowledge.values, knowledge.categorical}, options,
                executor) {}

  [[nodiscard]] std::vector<Belief> at_all(const Eigen::MatrixXd& places) const override {
    return forest_.at_all(places * axes_);
  }
  [[nodiscard]] bool is_smooth() const override { return false; }
  Belief at(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
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

void Knowledge::add(const Eigen::RowVectorXd& place, double value) {
  const Eigen::Index rows = values.size();
  places.conservativeResize(rows + 1, place.size());
  places.row(rows) = place;
  values.conservativeResize(rows + 1);
  values[rows] = value;
}

std::unique_ptr<Model> make_forest_model(const Knowledge& knowledge, const Eigen::MatrixXd& axes,
                                         const ModelSeed& seed, Executor& executor) {
  return std::make_unique<ForestModel>(
      knowledge, axes, ForestOptions{.seed = seed.seed, .trials = seed.trials}, executor);
}

}  // namespace isoflop
