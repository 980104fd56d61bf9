#include "optimizer/gp_likelihood.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "optimizer/box_descent.h"
#include "optimizer/random_stream.h"

namespace isoflop {

namespace {

constexpr double kLengthSpread = std::numbers::sqrt3;
constexpr double kNoiseSpread = 4;
const double kUsualLogNoise = std::log(1e-6);
// Ends of the search; nothing wanted lies beyond.
const double kLeastLogLength = std::log(0.01), kMostLogLength = std::log(100.0);
const double kLeastLogNoise = std::log(1e-9), kMostLogNoise = std::log(1.0);

constexpr std::size_t kMostRows = 128;
constexpr std::size_t kEvaluations = 30;
constexpr double kMuchNoise = 0.03;

std::vector<Eigen::Index> chosen_rows(const Eigen::VectorXd& values, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(values.size());
  if (count <= kMostRows) {
    std::vector<Eigen::Index> all;
    for (Eigen::Index row = 0; row < values.size(); ++row) all.push_back(row);
    return all;
  }
  std::vector<Eigen::Index> rows = ascending(values);
  RandomStream random = random_stream(StreamUse::kSubset, seed, count);
  for (std::size_t i = kMostRows / 2; i < kMostRows; ++i)
    std::swap(rows[i], rows[i + random.below(count - i)]);
  rows.resize(kMostRows);
  return rows;
}

}  // namespace

GpLikelihood::GpLikelihood(Eigen::MatrixXd places, Eigen::VectorXd values,
                           std::vector<bool> categorical)
    : places_(std::move(places)),
      values_(std::move(values)),
      categorical_(std::move(categorical)) {}

GpHyperparameters GpLikelihood::prior_mean() const {
  const double usual = std::numbers::sqrt2 + std::log(static_cast<double>(places_.cols())) / 2;
  return {Eigen::VectorXd::Constant(places_.cols(), usual), kUsualLogNoise};
}

double GpLikelihood::negative(const GpHyperparameters& at, Eigen::VectorXd& gradient) const {
  const Eigen::Index count = places_.rows(), dimensions = places_.cols();
  const Matern kernel(at.log_length, categorical_);
  const double noise = std::exp(at.log_noise);
  const Eigen::MatrixXd scaled = kernel.scaled(places_);
  Eigen::MatrixXd matrix(count, count), slopes(count, count);  // lower triangles
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::ArrayXd squared =
        kernel.squared_distances(scaled.bottomRows(count - i), scaled.row(i));
    matrix.col(i).tail(count - i) = Matern::correlation(squared);
    slopes.col(i).tail(count - i) = Matern::slope(squared);
  }
  matrix.diagonal().array() += noise;
  const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> factor(matrix);
  gradient.setZero(dimensions + 1);
  if (factor.info() != Eigen::Success) return std::numeric_limits<double>::infinity();

  Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(count, count));
  const Eigen::VectorXd ones = inverse.rowwise().sum();
  const double beta = ones.dot(values_) / ones.sum();
  const Eigen::VectorXd rest = values_.array() - beta;
  const Eigen::VectorXd weights = inverse * rest;
  const auto n = static_cast<double>(count);
  const double variance = rest.dot(weights) / n;
  if (!(variance > 0)) return std::numeric_limits<double>::infinity();

  // d(-ln p) = 1/2 tr((R^-1 - w w'/sigma^2) dR)
  inverse.noalias() -= weights * (weights.transpose() / variance);
  for (Eigen::Index d = 0; d < dimensions; ++d)
    for (Eigen::Index i = 0; i + 1 < count; ++i) {
      const Eigen::Index below = count - i - 1;
      gradient[d] += (inverse.col(i).tail(below).array() * slopes.col(i).tail(below).array() *
                      kernel.squared_part(scaled.bottomRows(below), d, scaled(i, d)))
                         .sum();
    }
  gradient[dimensions] = 0.5 * noise * inverse.trace();

  double value = n / 2 * (std::log(2 * std::numbers::pi * variance) + 1);
  const Eigen::MatrixXd& lower = factor.matrixLLT();
  value += lower.diagonal().array().log().sum();
  const GpHyperparameters usual = prior_mean();
  const Eigen::VectorXd off = (at.log_length - usual.log_length) / kLengthSpread;
  const double noise_off = (at.log_noise - usual.log_noise) / kNoiseSpread;
  value += (off.squaredNorm() + noise_off * noise_off) / 2;
  gradient.head(dimensions) += off / kLengthSpread;
  gradient[dimensions] += noise_off / kNoiseSpread;
  return value;
}

GpHyperparameters GpLikelihood::best_from(const GpHyperparameters& start,
                                          std::size_t evaluations) const {
  const Eigen::Index dimensions = places_.cols();
  Eigen::VectorXd low = Eigen::VectorXd::Constant(dimensions + 1, kLeastLogLength);
  Eigen::VectorXd high = Eigen::VectorXd::Constant(dimensions + 1, kMostLogLength);
  low[dimensions] = kLeastLogNoise;
  high[dimensions] = kMostLogNoise;
  Eigen::VectorXd from(dimensions + 1);
  from << start.log_length, start.log_noise;
  const Descent end = descend_in_box(
      [&](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
        return negative({at.head(dimensions), at[dimensions]}, gradient);
      },
      from.cwiseMax(low).cwiseMin(high), low, high, evaluations);
  return {end.at.head(dimensions), end.at[dimensions]};
}

GpHyperparameters most_likely_hyperparameters(const SurrogateData& data, std::uint64_t seed) {
  const std::vector<Eigen::Index> rows = chosen_rows(data.values, seed);
  const GpLikelihood likelihood(data.places(rows, Eigen::all), data.values(rows), data.categorical);
  // From two sides, as there may be two explanations: a function that is smooth with noise, and one
  // that is rough without.
  GpHyperparameters best = likelihood.prior_mean();
  double least = std::numeric_limits<double>::infinity();
  for (const double log_noise : {best.log_noise, std::log(kMuchNoise)}) {
    const GpHyperparameters end =
        likelihood.best_from({likelihood.prior_mean().log_length, log_noise}, kEvaluations);
    Eigen::VectorXd gradient;
    const double value = likelihood.negative(end, gradient);
    if (!(value < least)) continue;
    least = value;
    best = end;
  }
  return best;
}

}  // namespace isoflop
