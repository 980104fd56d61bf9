// A model of the function, fitted to all trials of an optimiser: a surrogate.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <span>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/optimizer.h"
#include "optimizer/unit_cube.h"

namespace isoflop {

struct GpHyperparameters;

// What a surrogate says of one place.
struct SurrogatePrediction {
  double mean = 0;
  double deviation = 0;  // standard
};

// What a surrogate is fitted to.
struct SurrogateData {
  Eigen::MatrixXd places;         // of the unit cube, a row each
  Eigen::VectorXd values;         // all finite
  std::vector<bool> categorical;  // for each dimension

  // One more row.
  void add(const Eigen::RowVectorXd& place, double value);
};

// The indices of the numbers, that of the smallest first; of equals, the earlier.
std::vector<Eigen::Index> ascending(const Eigen::VectorXd& numbers);

// Whether the logarithms of values are nearer to a symmetric distribution than the values: then a
// surrogate explains them better. All must be above 0.
bool logarithm_helps(std::span<const double> values);

// `places` are those of the trials, of which one at least did not fail. Values are logarithms where
// that helps; a trial that failed has the highest value of those that did not.
SurrogateData surrogate_data(const SearchSpace& space, std::span<const Trial> trials,
                             std::span<const UnitPlace> places);

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
