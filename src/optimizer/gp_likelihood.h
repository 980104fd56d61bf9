// How likely a table of values is under a Gaussian process with some hyperparameters, and those
// that make it most likely.
//
//   -ln p = n/2 ln(2 pi sigma^2) + n/2 + 1/2 ln det R + the priors' part
//
// with beta and sigma^2 at their best (gaussian_process.h). Priors keep what few values cannot tell
// from running away: ln l_d is normal around sqrt(2) + ln(D)/2 with a deviation of sqrt(3)
// (Hvarfner et al. 2024, arXiv:2402.02229), ln eta around ln 1e-6 with one of 4.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "optimizer/gaussian_process.h"
#include "optimizer/surrogate.h"

namespace isoflop {

class GpLikelihood {
 public:
  // `places` has a row for each value.
  GpLikelihood(Eigen::MatrixXd places, Eigen::VectorXd values, std::vector<bool> categorical);

  // -ln p, and its derivatives by (ln l_1, ..., ln l_D, ln eta); infinite where R cannot be
  // factored.
  double negative(const GpHyperparameters& at, Eigen::VectorXd& gradient) const;

  // From `start`, with at most `evaluations` of the above.
  [[nodiscard]] GpHyperparameters best_from(const GpHyperparameters& start,
                                            std::size_t evaluations) const;
  [[nodiscard]] GpHyperparameters prior_mean() const;

 private:
  Eigen::MatrixXd places_;
  Eigen::VectorXd values_;
  std::vector<bool> categorical_;
};

// Those that make the rows most likely, within a bounded time: of many rows, the lowest, around
// which the search is, and some of the others.
GpHyperparameters most_likely_hyperparameters(const SurrogateData& data, std::uint64_t seed);

}  // namespace isoflop
