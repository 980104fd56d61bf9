#include "isoflop/loss_draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/book.h"

namespace isoflop {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Inputs kPoint = {{"N", 3e9}, {"D", 6e10}};

// hoffmann2022:besiroglu with E moved, draw by draw: losses are moved by as much.
Draws moved_constants(const Law& law, const std::vector<double>& moves) {
  Draws draws;
  for (const double move : moves) {
    for (std::size_t i = 0; i < law.coefficients().size(); ++i)
      draws.values.push_back(law.values()[i] + (law.coefficients()[i].name == "E" ? move : 0));
    draws.status.push_back(FitStatus::kConverged);
  }
  return draws;
}

TEST(LossDraws, QuantilesAreOfTheLossOfEachDraw) {
  const Law law = test::book_law("hoffmann2022:besiroglu");
  const Draws draws = moved_constants(law, {-0.2, -0.1, 0, 0.1, 0.2});
  const Result<Uncertainty> sure = loss_uncertainty(law, draws, kPoint, 0.5);
  ASSERT_TRUE(sure) << sure.error().text();
  const double loss = predict(law, kPoint)->loss;
  EXPECT_NEAR(sure->percentile.low, loss - 0.1, 1e-12);
  EXPECT_NEAR(sure->percentile.high, loss + 0.1, 1e-12);
  EXPECT_NEAR(sure->standard_error, std::sqrt(0.1 / 4), 1e-12);
}

// A refit that failed has no loss.
TEST(LossDraws, FailedDrawsAreLeftOut) {
  const Law law = test::book_law("hoffmann2022:besiroglu");
  const Result<Uncertainty> all =
      loss_uncertainty(law, moved_constants(law, {-0.2, 0, 0.1}), kPoint, 0.5);
  const Result<Uncertainty> some =
      loss_uncertainty(law, moved_constants(law, {-0.2, kNan, 0, 0.1}), kPoint, 0.5);
  ASSERT_TRUE(all && some);
  EXPECT_EQ(all->percentile.low, some->percentile.low);
  EXPECT_EQ(all->standard_error, some->standard_error);
}

TEST(LossDraws, AMissingInputIsRefused) {
  const Law law = test::book_law("hoffmann2022:besiroglu");
  EXPECT_FALSE(loss_uncertainty(law, moved_constants(law, {0, 0.1}), {{"N", 3e9}}, 0.5));
}

}  // namespace
}  // namespace isoflop
