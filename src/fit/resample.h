// Resampled tables as changes of an objective: other weights or another response over the same
// programs. Draw `replicate` depends on the seed and its number alone.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "fit/objective.h"
#include "isoflop/bootstrap.h"

namespace isoflop {

class Resampler {
 public:
  // `labels`: the cluster of each row, for kClusters. `fitted`: the free coefficients of the fit,
  // for kResiduals.
  Resampler(const FitObjective& objective, const Bootstrap& how, std::span<const double> labels,
            const Eigen::VectorXd& fitted);

  // Rows, clusters or residuals.
  [[nodiscard]] std::size_t units() const { return units_; }

  // How often each row is in a resample of rows or clusters.
  [[nodiscard]] Eigen::VectorXd row_counts(std::size_t replicate) const;
  // The measured losses in a resample of residuals.
  [[nodiscard]] Eigen::VectorXd response(std::size_t replicate) const;
  [[nodiscard]] FitObjective resampled(std::size_t replicate) const;

  // Groups of units for the jackknife, and the objective without one of them.
  [[nodiscard]] std::size_t groups() const;
  [[nodiscard]] FitObjective without(std::size_t group) const;

 private:
  [[nodiscard]] std::size_t drawn(std::size_t replicate, std::size_t index) const;

  const FitObjective& objective_;
  const Bootstrap how_;
  std::size_t units_;
  std::vector<std::size_t> unit_of_row_;
  Eigen::VectorXd fitted_;     // what the response is at the fit: its logarithm, for log residuals
  Eigen::VectorXd residuals_;  // recentred
};

// Where the summed loss of (residuals - c) has a minimum over c: the mean for squares, the median
// for absolute values, in between for Huber's.
double centre(const RobustLoss& loss, const Eigen::VectorXd& residuals);

}  // namespace isoflop
