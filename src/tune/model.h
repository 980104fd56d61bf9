// What an optimiser believes of the function: a surrogate fitted to all trials.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/optimizer.h"
#include "tune/belief.h"
#include "tune/gaussian_process.h"

namespace isoflop {

// What a surrogate is fitted to.
struct Knowledge {
  Eigen::MatrixXd places;         // of the unit cube, a row each
  Eigen::VectorXd values;         // all finite
  std::vector<bool> categorical;  // for each dimension

  // One more row.
  void add(const Eigen::RowVectorXd& place, double value);
};

class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  // One for each row of `places`, in the scale of Knowledge::values.
  [[nodiscard]] virtual std::vector<Belief> at_all(const Eigen::MatrixXd& places) const = 0;
  // Whether beliefs are smooth functions of the place, so that at() can be called.
  [[nodiscard]] virtual bool is_smooth() const = 0;
  // With derivatives by the place.
  virtual Belief at(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
                    Eigen::VectorXd& deviation_slope) const = 0;
};

// Where random numbers come from: the seed, and how many trials there are.
struct ModelSeed {
  std::uint64_t seed = 1;
  std::size_t trials = 0;
};

// Both see places times `axes`.
std::unique_ptr<Model> make_gaussian_process_model(const Knowledge& knowledge,
                                                   const GpHyperparameters& hyperparameters,
                                                   const Eigen::MatrixXd& axes);
std::unique_ptr<Model> make_forest_model(const Knowledge& knowledge, const Eigen::MatrixXd& axes,
                                         const ModelSeed& seed, Executor& executor);

}  // namespace isoflop
