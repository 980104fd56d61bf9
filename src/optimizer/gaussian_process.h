// Gaussian process regression (Rasmussen and Williams 2006) on the unit cube.
//
//   y(x) = beta + sigma (z(x) + sqrt(eta) e),   cov(z(x), z(x')) = k(r)
//   k(r) = (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r)                       (Matern 5/2)
//   r^2  = sum_d ((x_d - x'_d)/l_d)^2;  for a categorical d the difference is 0 or 1
//
// beta and sigma are those of largest likelihood, in closed form; l and eta are given, or chosen by
// gp_likelihood.h. With R = k + eta I, beta = 1'R^-1 y / 1'R^-1 1, sigma^2 = (y - beta)'R^-1(y -
// beta)/n, and at x, with k_i = k(x, x_i):
//
//   mean = beta + k'R^-1 (y - beta),   variance = sigma^2 (1 - k'R^-1 k)   (of z, without noise)
#pragma once

#include <Eigen/Core>
#include <vector>

#include "optimizer/surrogate.h"

namespace isoflop {

struct GpHyperparameters {
  Eigen::VectorXd log_length;  // ln l_d, one a dimension
  double log_noise = 0;        // ln eta
};

// Correlations and what their derivatives need.
class Matern {
 public:
  // `categorical` has one entry a dimension.
  Matern(const Eigen::VectorXd& log_length, std::vector<bool> categorical);

  // Places as this kernel wants them: rows divided by length scales.
  [[nodiscard]] Eigen::MatrixXd scaled(const Eigen::MatrixXd& places) const;
  // r^2 between each row of `scaled` and a row that is scaled as well.
  [[nodiscard]] Eigen::VectorXd squared_distances(const Eigen::MatrixXd& scaled,
                                                  const Eigen::RowVectorXd& at) const;
  // The part of dimension d of these.
  [[nodiscard]] Eigen::ArrayXd squared_part(const Eigen::MatrixXd& scaled, Eigen::Index d,
                                            double at) const;
  [[nodiscard]] bool is_categorical(Eigen::Index d) const {
    return categorical_[static_cast<std::size_t>(d)];
  }
  [[nodiscard]] double length(Eigen::Index d) const { return length_[d]; }

  // k, and -2 dk/d(r^2) = 5/3 (1 + sqrt(5) r) exp(-sqrt(5) r), both of r^2.
  static Eigen::ArrayXd correlation(const Eigen::ArrayXd& squared);
  static Eigen::ArrayXd slope(const Eigen::ArrayXd& squared);

 private:
  Eigen::VectorXd length_;
  std::vector<bool> categorical_;
};

class GaussianProcess {
 public:
  // `places` has a row for each value, in the unit cube.
  GaussianProcess(const Eigen::MatrixXd& places, const Eigen::VectorXd& values,
                  const GpHyperparameters& hyperparameters, std::vector<bool> categorical);

  // The deviation is that of the function, without noise.
  [[nodiscard]] SurrogatePrediction predict(const Eigen::RowVectorXd& place) const;
  // One for each row of `places`: the variances of many together cost less than one by one.
  [[nodiscard]] std::vector<SurrogatePrediction> predict_all(const Eigen::MatrixXd& places) const;
  // With the derivatives of mean and deviation by the place; 0 for categorical dimensions.
  SurrogatePrediction predict(const Eigen::RowVectorXd& place, Eigen::VectorXd& mean_slope,
                              Eigen::VectorXd& deviation_slope) const;

  [[nodiscard]] double mean() const { return beta_; }
  [[nodiscard]] double variance() const { return sigma_ * sigma_; }
  [[nodiscard]] Eigen::Index size() const { return scaled_.rows(); }

 private:
  [[nodiscard]] Eigen::VectorXd correlations(const Eigen::RowVectorXd& scaled) const;

  Matern kernel_;
  Eigen::MatrixXd scaled_;
  Eigen::MatrixXd factor_;  // lower triangular: factor factor' = R
  double beta_ = 0, sigma_ = 1;
  Eigen::VectorXd weights_;  // R^-1 (y - beta)
};

}  // namespace isoflop
