#include "base/distributions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

// Values of Boost.Math 1.74.
TEST(Distributions, QuantilesAreThoseOfTables) {
  EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400536, 1e-15);
  EXPECT_NEAR(normal_quantile(1e-300), -37.047096299361, 1e-12);
  EXPECT_NEAR(student_quantile(0.5, 1), 1, 1e-15);
  EXPECT_NEAR(student_quantile(0.95, 2), 4.3026527297494619, 1e-13);
  EXPECT_NEAR(student_quantile(0.9, 3), 2.3533634348018233, 1e-13);
  EXPECT_NEAR(student_quantile(0.95, 10), 2.2281388519862735, 1e-13);
  EXPECT_NEAR(student_quantile(0.999, 21), 3.8192771642744615, 1e-11);
  EXPECT_NEAR(student_quantile(0.95, 100001), 1.9599877072973788, 1e-10);
}

TEST(Distributions, QuantilesInvertShares) {
  for (double z = -37; z < 5; z += 0.25)
    EXPECT_NEAR(normal_quantile(normal_share(z)), z, z < 0 ? 1e-12 : 1e-9) << z;
}

// With 2 degrees over n it has a closed form, with 1 it is Student's t squared, and the median of
// equal degrees is 1.
TEST(Distributions, FishersTailIsRightFarOut) {
  for (const double n : {1.0, 5.5, 40.0, 300.0, 5000.0})
    for (const double F : {1e-3, 0.5, 1.0, 7.0, 400.0})
      EXPECT_NEAR(fisher_tail(F, 2, n) / std::exp(-n / 2 * std::log1p(2 * F / n)), 1, 1e-10)
          << n << " " << F;
  for (const double level : {0.5, 0.95, 0.999})
    EXPECT_NEAR(fisher_tail(std::pow(student_quantile(level, 17), 2), 1, 17), 1 - level, 1e-12);
  EXPECT_NEAR(fisher_tail(1, 9, 9), 0.5, 1e-14);
  EXPECT_EQ(fisher_tail(0, 3, 8), 1);
  EXPECT_TRUE(std::isnan(fisher_tail(NAN, 3, 8)));
}

TEST(Distributions, TheEndsAreWhatTheFunctionsTendTo) {
  EXPECT_EQ(normal_quantile(0), -INFINITY);
  EXPECT_EQ(normal_quantile(1), INFINITY);
  EXPECT_EQ(normal_share(-INFINITY), 0);
  EXPECT_EQ(normal_share(INFINITY), 1);
  EXPECT_TRUE(std::isnan(normal_quantile(-1)));
  EXPECT_TRUE(std::isnan(normal_quantile(NAN)));
  EXPECT_TRUE(std::isnan(student_quantile(0.95, 0)));
  EXPECT_TRUE(std::isnan(student_quantile(1, 5)));
}

}  // namespace
}  // namespace isoflop
