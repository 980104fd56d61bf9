#include <utility>

#include "optimizer/random_forest.h"
#include "optimizer/surrogate.h"

namespace isoflop {

namespace {

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

void SurrogateData::add(const Eigen::RowVectorXd& place, double value) {
  const Eigen::Index rows = values.size();
  places.conservativeResize(rows + 1, place.size());
  places.row(rows) = place;
  values.conservativeResize(rows + 1);
  values[rows] = value;
}

std::unique_ptr<SurrogateModel> make_forest_model(const SurrogateData& data,
                                                  const Eigen::MatrixXd& axes,
                                                  const ModelSeed& seed, Executor& executor) {
  return std::make_unique<ForestModel>(
      data, axes, ForestOptions{.seed = seed.seed, .trials = seed.trials}, executor);
}

}  // namespace isoflop
