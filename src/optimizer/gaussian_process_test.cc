#include "optimizer/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>

#include "optimizer/random_stream.h"

namespace isoflop {
namespace {

double matern(double r) {
  return (1 + std::sqrt(5.0) * r + 5 * r * r / 3) * std::exp(-std::sqrt(5.0) * r);
}

// Two values: everything has a closed form that fits on a line.
TEST(GaussianProcess, TwoValuesAsByHand) {
  const double k = matern(0.5 / 0.4), eta = 0.01;
  Eigen::MatrixXd places(2, 1);
  places << 0.25, 0.75;
  const GaussianProcess process(places, Eigen::Vector2d(1, 3),
                                {Eigen::VectorXd::Constant(1, std::log(0.4)), std::log(eta)},
                                {false});
  // By symmetry beta is the mean; R^-1 (y - beta) is (-1, 1)/(1 + eta - k).
  EXPECT_NEAR(process.mean(), 2, 1e-12);
  EXPECT_NEAR(process.variance(), 1 / (1 + eta - k), 1e-12);
  const double left = matern(0.15 / 0.4), right = matern(0.35 / 0.4);
  const auto [mean, deviation] = process.predict(Eigen::RowVectorXd::Constant(1, 0.4));
  EXPECT_NEAR(mean, 2 + (right - left) / (1 + eta - k), 1e-12);
  const double determinant = (1 + eta) * (1 + eta) - k * k;
  const double explained =
      ((1 + eta) * (left * left + right * right) - 2 * k * left * right) / determinant;
  EXPECT_NEAR(deviation * deviation, (1 - explained) / (1 + eta - k), 1e-12);
}

// Random values in three dimensions, one of them categorical.
struct Sample {
  Eigen::MatrixXd places = Eigen::MatrixXd(20, 3);
  Eigen::VectorXd values = Eigen::VectorXd(20);
  GpHyperparameters hyperparameters{Eigen::Vector3d(-0.5, 0.3, 0.1), std::log(1e-8)};
  std::vector<bool> categorical = {false, false, true};

  Sample() {
    RandomStream random(7, 0);
    for (Eigen::Index i = 0; i < 20; ++i) {
      places.row(i) << random.uniform(), random.uniform(),
          (std::floor(3 * random.uniform()) + 0.5) / 3;
      values[i] = std::sin(4 * places(i, 0)) + places(i, 1) * places(i, 2);
    }
  }
  [[nodiscard]] GaussianProcess process() const {
    return {places, values, hyperparameters, categorical};
  }
};

TEST(GaussianProcess, GoesThroughValuesWithoutNoise) {
  const Sample sample;
  const GaussianProcess process = sample.process();
  for (Eigen::Index i = 0; i < sample.values.size(); ++i) {
    const auto [mean, deviation] = process.predict(sample.places.row(i));
    EXPECT_NEAR(mean, sample.values[i], 1e-5);
    EXPECT_LT(deviation, 1e-3);
  }
}

TEST(GaussianProcess, SlopesAreThoseOfDifferences) {
  const Sample sample;
  const GaussianProcess process = sample.process();
  const Eigen::RowVector3d at(0.37, 0.61, 0.5);
  Eigen::VectorXd mean_slope, deviation_slope;
  process.predict(at, mean_slope, deviation_slope);
  constexpr double kStep = 1e-5;
  for (Eigen::Index d = 0; d < 2; ++d) {
    Eigen::RowVector3d up = at, down = at;
    up[d] += kStep;
    down[d] -= kStep;
    const SurrogatePrediction above = process.predict(up), below = process.predict(down);
    EXPECT_NEAR(mean_slope[d], (above.mean - below.mean) / (2 * kStep), 1e-5);
    EXPECT_NEAR(deviation_slope[d], (above.deviation - below.deviation) / (2 * kStep), 1e-5);
  }
  EXPECT_EQ(mean_slope[2], 0) << "a choice has no slope";
}

TEST(GaussianProcess, ManyPredictionsAreThoseOneByOne) {
  const Sample sample;
  const GaussianProcess process = sample.process();
  const Eigen::MatrixXd places = (sample.places.array() + 0.05).matrix();
  const std::vector<SurrogatePrediction> all = process.predict_all(places);
  for (Eigen::Index i = 0; i < places.rows(); ++i) {
    const SurrogatePrediction one = process.predict(places.row(i));
    EXPECT_NEAR(all[static_cast<std::size_t>(i)].mean, one.mean, 1e-10);
    EXPECT_NEAR(all[static_cast<std::size_t>(i)].deviation, one.deviation, 1e-8);
  }
}

// Choices have no order: the first and the last are as far apart as neighbours.
TEST(GaussianProcess, AllChoicesAreEquallyFarApart) {
  const Matern kernel(Eigen::VectorXd::Zero(1), {true});
  Eigen::MatrixXd places(3, 1);
  places << 0.5 / 3, 1.5 / 3, 2.5 / 3;
  const Eigen::VectorXd squared =
      kernel.squared_distances(places, Eigen::RowVectorXd::Constant(1, 0.5 / 3));
  EXPECT_EQ(squared[0], 0);
  EXPECT_EQ(squared[1], 1);
  EXPECT_EQ(squared[2], 1);
}

}  // namespace
}  // namespace isoflop
