#include <utility>

#include "tune/gaussian_process.h"
#include "tune/model.h"

namespace isoflop {

namespace {

class GaussianProcessModel final : public Model {
 public:
  GaussianProcessModel(GaussianProcess process, Eigen::MatrixXd axes)
      : process_(std::move(process)), axes_(std::move(axes)) {}

  [[nodiscard]] std::vector<Belief> at_all(const Eigen::MatrixXd& places) const override {
    return process_.predict_all(places * axes_);
  }
  [[nodiscard]] bool is_smooth() const override { return true; }
  Belief at(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
            Eigen::VectorXd& deviation_slope) const override {
    const Belief belief = process_.predict(place * axes_, mean_slope, deviation_slope);
    mean_slope = axes_ * mean_slope;
    deviation_slope = axes_ * deviation_slope;
    return belief;
  }

 private:
  GaussianProcess process_;
  Eigen::MatrixXd axes_;
};

}  // namespace

std::unique_ptr<Model> make_gaussian_process_model(const Knowledge& knowledge,
                                                   const GpHyperparameters& hyperparameters,
                                                   const Eigen::MatrixXd& axes) {
  return std::make_unique<GaussianProcessModel>(
      GaussianProcess(knowledge.places * axes, knowledge.values, hyperparameters,
                      knowledge.categorical),
      axes);
}

}  // namespace isoflop
