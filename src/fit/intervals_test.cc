#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "isoflop/bootstrap.h"

namespace isoflop {
namespace {

constexpr std::array<double, 12> kSample = {0.3, 1.1, 0.2, 4.7, 0.9, 2.5,
                                            0.1, 0.6, 7.9, 1.6, 0.4, 3.2};

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// 200 resamples of the sample, by a rule that any program can repeat: item j of resample k is
// number (k^2 (j + 1) + 3 k j^2 + 5 j) mod 97 mod 12.
std::vector<double> means_of_resamples() {
  std::vector<double> means;
  for (std::size_t k = 0; k < 200; ++k) {
    std::vector<double> resample;
    for (std::size_t j = 0; j < 12; ++j)
      resample.push_back(kSample[(k * k * (j + 1) + 3 * k * j * j + 5 * j) % 97 % 12]);
    means.push_back(mean_of(resample));
  }
  return means;
}

std::vector<double> jackknife_means() {
  std::vector<double> means;
  for (std::size_t left_out = 0; left_out < 12; ++left_out) {
    std::vector<double> rest;
    for (std::size_t i = 0; i < 12; ++i)
      if (i != left_out) rest.push_back(kSample[i]);
    means.push_back(mean_of(rest));
  }
  return means;
}

// SciPy 1.10.1: scipy.stats.bootstrap((sample,), np.mean, n_resamples=0, bootstrap_result=r,
// confidence_level=level, method="percentile" or "BCa"), where r.bootstrap_distribution holds the
// means of the resamples.
TEST(Uncertainty, IsThatOfSciPy) {
  const std::vector<double> sample(kSample.begin(), kSample.end());
  const Uncertainty at95 =
      uncertainty(mean_of(sample), means_of_resamples(), jackknife_means(), 0.95);
  EXPECT_NEAR(at95.standard_error, 0.6270429689508243, 1e-12);
  EXPECT_NEAR(at95.percentile.low, 0.8666666666666668, 1e-12);
  EXPECT_NEAR(at95.percentile.high, 3.125, 1e-12);
  EXPECT_NEAR(at95.bca.low, 0.9839461991340593, 1e-9);
  EXPECT_NEAR(at95.bca.high, 3.6666666666666674, 1e-9);
  const Uncertainty at80 =
      uncertainty(mean_of(sample), means_of_resamples(), jackknife_means(), 0.8);
  EXPECT_NEAR(at80.percentile.low, 1.075, 1e-12);
  EXPECT_NEAR(at80.percentile.high, 2.611666666666667, 1e-12);
  EXPECT_NEAR(at80.bca.low, 1.116656549256008, 1e-9);
  EXPECT_NEAR(at80.bca.high, 2.725, 1e-9);
}

// A refit that failed has no value; the others must not notice.
TEST(Uncertainty, LeavesOutWhatIsNotANumber) {
  std::vector<double> draws = means_of_resamples(), jackknife = jackknife_means();
  const Uncertainty without = uncertainty(2, draws, jackknife, 0.9);
  draws.insert(draws.begin() + 7, std::numeric_limits<double>::quiet_NaN());
  jackknife.push_back(std::numeric_limits<double>::quiet_NaN());
  const Uncertainty with = uncertainty(2, draws, jackknife, 0.9);
  EXPECT_EQ(with.standard_error, without.standard_error);
  EXPECT_EQ(with.percentile.low, without.percentile.low);
  EXPECT_EQ(with.bca.high, without.bca.high);
}

// A coefficient that is fixed has one value in all draws.
TEST(Uncertainty, OfAConstantIsTheConstant) {
  const std::vector<double> same(50, 3.5);
  const Uncertainty none = uncertainty(3.5, same, same, 0.95);
  EXPECT_EQ(none.standard_error, 0);
  EXPECT_EQ(none.percentile.low, 3.5);
  EXPECT_EQ(none.bca.low, 3.5);
  EXPECT_EQ(none.bca.high, 3.5);
}

// Nothing says how far beyond all draws an end would be; without a jackknife there is no skewness.
TEST(Uncertainty, SaysNothingThatItCannotKnow) {
  const Uncertainty outside = uncertainty(100, means_of_resamples(), jackknife_means(), 0.9);
  EXPECT_TRUE(std::isnan(outside.bca.low));
  EXPECT_TRUE(std::isfinite(outside.percentile.low));
  EXPECT_TRUE(std::isnan(uncertainty(2, means_of_resamples(), {}, 0.9).bca.high));
  EXPECT_TRUE(std::isnan(uncertainty(2, {}, {}, 0.9).percentile.high));
  const std::vector<double> one = {2};
  EXPECT_TRUE(std::isnan(uncertainty(2, one, jackknife_means(), 0.9).percentile.low));
}

}  // namespace
}  // namespace isoflop
