#include <utility>

#include "optimizer/gaussian_process.h"
#include "optimizer/surrogate.h"

namespace isoflop {

namespace {

class GaussianProcessModel final : public SurrogateModel {
 public:
  GaussianProcessModel(GaussianProcess process, Eigen::MatrixXd axes)
      : process_(std::move(process)), axes_(std::move(axes)) {}

  [[nodiscard]] std::vector<SurrogatePrediction> at_all(
      const Eigen::MatrixXd& places) const override {
    return process_.predict_all(places * axes_);
  }
  [[nodiscard]] bool is_smooth() const override { return true; }
  SurrogatePrediction at(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
                         Eigen::VectorXd& deviation_slope) const override {
    const SurrogatePrediction prediction =
        process_.predict(place * axes_, mean_slope, deviation_slope);
    mean_slope = axes_ * mean_slope;
    deviation_slope = axes_ * deviation_slope;
    return prediction;
  }

 private:
  GaussianProcess process_;
  Eigen::MatrixXd axes_;
};

}  // namespace

std::unique_ptr<SurrogateModel> make_gaussian_process_model(
    const SurrogateData& data, const GpHyperparameters& hyperparameters,
    const Eigen::MatrixXd& axes) {
  return std::make_unique<GaussianProcessModel>(
      GaussianProcess(data.places * axes, data.values, hyperparameters, data.categorical), axes);
}

}  // namespace isoflop
