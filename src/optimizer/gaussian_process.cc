#include "optimizer/gaussian_process.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <utility>

#include "optimizer/surrogate.h"

namespace isoflop {

namespace {

const double kRoot5 = std::sqrt(5.0);
// Added to the diagonal where rounding takes the last of a matrix's definiteness; grows by tens.
constexpr double kFirstJitter = 1e-10;

Eigen::MatrixXd factored(const Eigen::MatrixXd& matrix) {
  for (double jitter = 0;; jitter = jitter == 0 ? kFirstJitter : 10 * jitter) {
    Eigen::MatrixXd shifted = matrix;
    shifted.diagonal().array() += jitter;
    const Eigen::LLT<Eigen::MatrixXd> factor(shifted);
    if (factor.info() == Eigen::Success || jitter > 1) return factor.matrixL();
  }
}

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

Matern::Matern(const Eigen::VectorXd& log_length, std::vector<bool> categorical)
    : length_(log_length.array().exp()), categorical_(std::move(categorical)) {}

Eigen::MatrixXd Matern::scaled(const Eigen::MatrixXd& places) const {
  return places * length_.cwiseInverse().asDiagonal();
}

Eigen::ArrayXd Matern::squared_part(const Eigen::MatrixXd& scaled, Eigen::Index d,
                                    double at) const {
  const Eigen::ArrayXd difference = scaled.col(d).array() - at;
  if (!is_categorical(d)) return difference.square();
  const double apart = 1 / (length_[d] * length_[d]);
  return (difference.abs() > 1e-9 / length_[d])
      .select(Eigen::ArrayXd::Constant(difference.size(), apart), 0);
}

Eigen::VectorXd Matern::squared_distances(const Eigen::MatrixXd& scaled,
                                          const Eigen::RowVectorXd& at) const {
  Eigen::ArrayXd squared = Eigen::ArrayXd::Zero(scaled.rows());
  for (Eigen::Index d = 0; d < scaled.cols(); ++d) {
    if (is_categorical(d))
      squared += squared_part(scaled, d, at[d]);
    else
      squared += (scaled.col(d).array() - at[d]).square();
  }
  return squared;
}

Eigen::ArrayXd Matern::correlation(const Eigen::ArrayXd& squared) {
  const Eigen::ArrayXd r = kRoot5 * squared.sqrt();
  return (1 + r + 5.0 / 3 * squared) * (-r).exp();
}

Eigen::ArrayXd Matern::slope(const Eigen::ArrayXd& squared) {
  const Eigen::ArrayXd r = kRoot5 * squared.sqrt();
  return 5.0 / 3 * (1 + r) * (-r).exp();
}

GaussianProcess::GaussianProcess(const Eigen::MatrixXd& places, const Eigen::VectorXd& values,
                                 const GpHyperparameters& hyperparameters,
                                 std::vector<bool> categorical)
    : kernel_(hyperparameters.log_length, std::move(categorical)), scaled_(kernel_.scaled(places)) {
  const Eigen::Index count = scaled_.rows();
  Eigen::MatrixXd matrix(count, count);
  for (Eigen::Index i = 0; i < count; ++i)
    matrix.col(i).tail(count - i) = Matern::correlation(
        kernel_.squared_distances(scaled_.bottomRows(count - i), scaled_.row(i)).array());
  matrix.diagonal().array() += std::exp(hyperparameters.log_noise);
  factor_ = factored(matrix.selfadjointView<Eigen::Lower>());

  const auto lower = factor_.triangularView<Eigen::Lower>();
  const Eigen::VectorXd ones = lower.solve(Eigen::VectorXd::Ones(count));
  const Eigen::VectorXd half = lower.solve(values);
  beta_ = ones.dot(half) / ones.squaredNorm();
  sigma_ = std::sqrt((half - beta_ * ones).squaredNorm() / static_cast<double>(count));
  if (!(sigma_ > 0)) sigma_ = std::numeric_limits<double>::min();
  weights_ = half - beta_ * ones;
  factor_.transpose().triangularView<Eigen::Upper>().solveInPlace(weights_);
}

Eigen::VectorXd GaussianProcess::correlations(const Eigen::RowVectorXd& scaled) const {
  return Matern::correlation(kernel_.squared_distances(scaled_, scaled).array());
}

SurrogatePrediction GaussianProcess::predict(const Eigen::RowVectorXd& place) const {
  const Eigen::VectorXd k = correlations(kernel_.scaled(place));
  const Eigen::VectorXd half = factor_.triangularView<Eigen::Lower>().solve(k);
  return {beta_ + k.dot(weights_), sigma_ * std::sqrt(std::max(0.0, 1 - half.squaredNorm()))};
}

std::vector<SurrogatePrediction> GaussianProcess::predict_all(const Eigen::MatrixXd& places) const {
  const Eigen::MatrixXd at = kernel_.scaled(places);
  Eigen::MatrixXd k(size(), places.rows());
  for (Eigen::Index i = 0; i < places.rows(); ++i) k.col(i) = correlations(at.row(i));
  const Eigen::VectorXd means = k.transpose() * weights_;
  factor_.triangularView<Eigen::Lower>().solveInPlace(k);
  const Eigen::VectorXd explained = k.colwise().squaredNorm().transpose();
  std::vector<SurrogatePrediction> predictions;
  for (Eigen::Index i = 0; i < places.rows(); ++i)
    predictions.push_back({beta_ + means[i], sigma_ * std::sqrt(std::max(0.0, 1 - explained[i]))});
  return predictions;
}

SurrogatePrediction GaussianProcess::predict(const Eigen::RowVectorXd& place,
                                             Eigen::VectorXd& mean_slope,
                                             Eigen::VectorXd& deviation_slope) const {
  const auto lower = factor_.triangularView<Eigen::Lower>();
  const Eigen::RowVectorXd at = kernel_.scaled(place);
  const Eigen::ArrayXd squared = kernel_.squared_distances(scaled_, at);
  const Eigen::VectorXd k = Matern::correlation(squared);
  const Eigen::ArrayXd slope = Matern::slope(squared);
  const Eigen::VectorXd half = lower.solve(k);
  const double deviation = std::sqrt(std::max(0.0, 1 - half.squaredNorm()));
  const Eigen::VectorXd solved = factor_.transpose().triangularView<Eigen::Upper>().solve(half);
  mean_slope.setZero(place.size());
  deviation_slope.setZero(place.size());
  for (Eigen::Index d = 0; d < place.size(); ++d) {
    if (kernel_.is_categorical(d)) continue;
    const Eigen::VectorXd by_place = -slope * (at[d] - scaled_.col(d).array()) / kernel_.length(d);
    mean_slope[d] = by_place.dot(weights_);
    if (deviation > 0) deviation_slope[d] = -sigma_ * by_place.dot(solved) / deviation;
  }
  return {beta_ + k.dot(weights_), sigma_ * deviation};
}

std::unique_ptr<SurrogateModel> make_gaussian_process_model(
    const SurrogateData& data, const GpHyperparameters& hyperparameters,
    const Eigen::MatrixXd& axes) {
  return std::make_unique<GaussianProcessModel>(
      GaussianProcess(data.places * axes, data.values, hyperparameters, data.categorical), axes);
}

}  // namespace isoflop
