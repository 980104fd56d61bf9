// What an optimiser believes of the function: a surrogate fitted to all trials.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/optimizer.h"
#include "optimizer/gaussian_process.h"
#include "optimizer/prediction.h"

namespace isoflop {

// What a surrogate is fitted to.
struct SurrogateData {
  Eigen::MatrixXd places;         // of the unit cube, a row each
  Eigen::VectorXd values;         // all finite
  std::vector<bool> categorical;  // for each dimension

  // One more row.
  void add(const Eigen::RowVectorXd& place, double value);
};

class SurrogateModel {
 public:
  SurrogateModel() = default;
  SurrogateModel(const SurrogateModel&) = delete;
  SurrogateModel& operator=(const SurrogateModel&) = delete;
  virtual ~SurrogateModel() = default;

  // One for each row of `places`, in the scale of SurrogateData::values.
  [[nodiscard]] virtual std::vector<SurrogatePrediction> at_all(
      const Eigen::MatrixXd& places) const = 0;
  // Whether predictions are smooth functions of the place, so that at() can be called.
  [[nodiscard]] virtual bool is_smooth() const = 0;
  // With derivatives by the place.
  virtual SurrogatePrediction at(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
                                 Eigen::VectorXd& deviation_slope) const = 0;
};

// Where random numbers come from: the seed, and how many trials there are.
struct ModelSeed {
  std::uint64_t seed = 1;
  std::size_t trials = 0;
};

// Both see places times `axes`.
std::unique_ptr<SurrogateModel> make_gaussian_process_model(
    const SurrogateData& data, const GpHyperparameters& hyperparameters,
    const Eigen::MatrixXd& axes);
std::unique_ptr<SurrogateModel> make_forest_model(const SurrogateData& data,
                                                  const Eigen::MatrixXd& axes,
                                                  const ModelSeed& seed, Executor& executor);

}  // namespace isoflop
