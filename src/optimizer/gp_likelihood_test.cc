#include "optimizer/gp_likelihood.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "optimizer/random_stream.h"

namespace isoflop {
namespace {

struct Sample {
  Eigen::MatrixXd places;
  Eigen::VectorXd values;
  std::vector<bool> categorical = {false, false, true};

  Sample(Eigen::Index count, std::uint64_t seed, double noise) : places(count, 3), values(count) {
    RandomStream random(seed, 0);
    for (Eigen::Index i = 0; i < count; ++i) {
      places.row(i) << random.uniform(), random.uniform(),
          (std::floor(2 * random.uniform()) + 0.5) / 2;
      values[i] =
          std::sin(9 * places(i, 0)) + (places(i, 2) > 0.5 ? 1 : 0) + noise * random.normal();
    }
  }
  [[nodiscard]] GpLikelihood likelihood() const { return {places, values, categorical}; }
};

double matern(double r) {
  return (1 + std::sqrt(5.0) * r + 5 * r * r / 3) * std::exp(-std::sqrt(5.0) * r);
}

// The normal density written out with determinant and inverse; the prior's part is known alone.
TEST(GpLikelihood, IsTheNormalDensityAtTheBestMeanAndVariance) {
  const Sample sample(6, 3, 0.1);
  const GpHyperparameters at{Eigen::Vector3d(-0.7, 0.4, 0.2), std::log(0.05)};
  Eigen::MatrixXd R(6, 6);
  for (Eigen::Index i = 0; i < 6; ++i)
    for (Eigen::Index j = 0; j < 6; ++j) {
      const Eigen::RowVector3d apart = sample.places.row(i) - sample.places.row(j);
      const double choice = apart[2] != 0 ? 1 : 0;
      R(i, j) = matern(std::sqrt(std::pow(apart[0] / std::exp(-0.7), 2) +
                                 std::pow(apart[1] / std::exp(0.4), 2) +
                                 std::pow(choice / std::exp(0.2), 2))) +
                (i == j ? 0.05 : 0);
    }
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(6);
  const Eigen::MatrixXd inverse = R.inverse();
  const double beta = ones.dot(inverse * sample.values) / ones.dot(inverse * ones);
  const Eigen::VectorXd rest = sample.values - beta * ones;
  const double variance = rest.dot(inverse * rest) / 6;
  const double density = 0.5 * std::log((2 * std::numbers::pi * variance * R).determinant()) +
                         0.5 * rest.dot(inverse * rest) / variance;
  const double usual = std::numbers::sqrt2 + std::log(3.0) / 2;
  double prior = std::pow((std::log(0.05) - std::log(1e-6)) / 4, 2) / 2;
  for (const double each : {-0.7, 0.4, 0.2}) prior += (each - usual) * (each - usual) / 6;
  Eigen::VectorXd gradient;
  EXPECT_NEAR(sample.likelihood().negative(at, gradient), density + prior, 1e-9);
}

TEST(GpLikelihood, GradientIsThatOfDifferences) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    const GpLikelihood likelihood = Sample(25, seed, 0.1).likelihood();
    RandomStream random(seed, 1);
    Eigen::Vector4d at;
    for (double& each : at) each = random.normal() - 0.5;
    at[3] -= 3;
    const auto value = [&](const Eigen::Vector4d& x) {
      Eigen::VectorXd ignored;
      return likelihood.negative({x.head(3), x[3]}, ignored);
    };
    Eigen::VectorXd gradient;
    likelihood.negative({at.head(3), at[3]}, gradient);
    constexpr double kStep = 1e-5;
    for (Eigen::Index i = 0; i < 4; ++i) {
      const Eigen::Vector4d step = kStep * Eigen::Vector4d::Unit(i);
      EXPECT_NEAR(gradient[i], (value(at + step) - value(at - step)) / (2 * kStep),
                  1e-6 * (1 + std::abs(gradient[i])))
          << i;
    }
  }
}

// A dimension that means nothing gets a longer scale than one that does, and noise is told from the
// function: its deviation is sigma sqrt(eta).
TEST(GpLikelihood, TellsWhatMatters) {
  const Sample clean(60, 5, 0), noisy(120, 5, 0.5);
  const GpHyperparameters a = clean.likelihood().best_from(clean.likelihood().prior_mean(), 100);
  const GpHyperparameters b = noisy.likelihood().best_from(noisy.likelihood().prior_mean(), 100);
  EXPECT_GT(a.log_length[1], a.log_length[0] + 1);
  const auto noise = [](const Sample& sample, const GpHyperparameters& at) {
    const GaussianProcess process(sample.places, sample.values, at, sample.categorical);
    return std::sqrt(process.variance() * std::exp(at.log_noise));
  };
  EXPECT_LT(noise(clean, a), 0.01);
  EXPECT_NEAR(noise(noisy, b), 0.5, 0.1);
}

}  // namespace
}  // namespace isoflop
