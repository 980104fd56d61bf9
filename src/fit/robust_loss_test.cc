#include "fit/robust_loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "kernel/loss_sums.h"
#include "support/losses.h"

namespace isoflop {
namespace {

class RobustLosses : public testing::TestWithParam<KnownLoss> {};

INSTANTIATE_TEST_SUITE_P(All, RobustLosses, testing::ValuesIn(kKnownLosses), [](const auto& test) {
  std::string name = test.param.text;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

// A kind that is not among the known ones would be tried nowhere.
TEST(RobustLoss, EveryKindIsKnown) {
  for (const LossKind& kind : loss_kinds())
    EXPECT_TRUE(std::ranges::any_of(kKnownLosses, [&](const KnownLoss& known) {
      return known.loss().kind == kind.kind;
    })) << kind.name;
}

// On both sides of every delta, not so near to 0 or to a kink that a difference quotient crosses
// it.
const std::vector<double> kResiduals = {-3.1, -0.4,  -0.09, -0.011, -0.004, -0.0005, -1e-5, 0.00002,
                                        7e-4, 0.003, 0.02,  0.07,   0.19,   0.8,     1.7,   12};
const std::vector<double> kWeights = {1, 2, 0.5, 1, 0, 3, 1, 1, 1, 0.25, 1, 1, 4, 1, 1, 1};

double slope(const KnownLoss& rho, double r) {
  const double h = 1e-5 * std::abs(r);
  return (rho(r + h) - rho(r - h)) / (2 * h);
}
double curvature(const KnownLoss& rho, double r) {
  const double h = 1e-3 * std::abs(r);
  return (slope(rho, r + h) - slope(rho, r - h)) / (2 * h);
}

TEST_P(RobustLosses, TheTextReadsBack) { EXPECT_EQ(to_text(GetParam().loss()), GetParam().text); }

TEST_P(RobustLosses, PsiIsTheDerivative) {
  const RobustLoss loss = GetParam().loss();
  for (const double r : kResiduals)
    EXPECT_NEAR(psi(loss, r), slope(GetParam(), r), 1e-8 * std::abs(psi(loss, r))) << r;
  EXPECT_EQ(psi(loss, 0), 0);
}

// The vector code of a loss against its definition.
TEST_P(RobustLosses, SumsAndWeightsAreThoseOfTheDefinition) {
  const RobustLoss loss = GetParam().loss();
  double sum = 0;
  for (std::size_t i = 0; i < kResiduals.size(); ++i)
    sum += kWeights[i] * GetParam()(kResiduals[i]);
  const std::size_t rows = kResiduals.size();
  EXPECT_NEAR(sum_of_losses(loss, kResiduals.data(), kWeights.data(), rows) / sum, 1, 1e-14);
  std::vector<double> slopes(rows), curvatures(rows), reweighted(rows);
  weigh({loss}, kResiduals.data(), kWeights.data(), rows,
        {slopes.data(), curvatures.data(), reweighted.data()});
  for (std::size_t i = 0; i < rows; ++i) {
    const double r = kResiduals[i], w = kWeights[i];
    SCOPED_TRACE(r);
    EXPECT_NEAR(slopes[i], w * psi(loss, r), 1e-14 * std::abs(slopes[i]));
    EXPECT_NEAR(reweighted[i] * r, slopes[i], 1e-14 * std::abs(slopes[i]));
    // The second difference has an error of about 1e-8 psi/r from rounding.
    EXPECT_NEAR(curvatures[i], w * curvature(GetParam(), r),
                1e-4 * std::abs(curvatures[i]) + 1e-7 * reweighted[i]);
  }
}

TEST_P(RobustLosses, AlongALineTheDerivativesAreThoseOfTheSum) {
  const WidenedLoss loss{GetParam().loss()};
  const std::vector<double> direction(kResiduals.rbegin(), kResiduals.rend());
  const std::size_t rows = kResiduals.size();
  const auto at = [&](double t) {
    return along_line(loss, kResiduals.data(), direction.data(), t, kWeights.data(), rows);
  };
  const double t = 0.3, h = 1e-7;
  double slope = 0;
  for (std::size_t i = 0; i < rows; ++i)
    slope += kWeights[i] * direction[i] * psi(loss.loss, kResiduals[i] + t * direction[i]);
  EXPECT_NEAR(at(t).slope, slope, 1e-13 * std::abs(slope));
  EXPECT_NEAR(at(t).curvature, (at(t + h).slope - at(t - h).slope) / (2 * h),
              1e-6 * std::abs(at(t).curvature) + 1e-6);
}

TEST(LossSums, TheNearestCrossingIsThatOfTheRows) {
  const std::vector<double> direction(kResiduals.rbegin(), kResiduals.rend());
  const std::size_t rows = kResiduals.size();
  for (const double wanted : {-1.5, -0.2, 0.01, 0.4, 3.0}) {
    const double low = -2, high = 2;
    double nearest = wanted;
    for (std::size_t i = 0; i < rows; ++i) {
      const double crossing = -kResiduals[i] / direction[i];
      const bool is_first = nearest == wanted;
      if (crossing > low && crossing < high &&
          (is_first || std::abs(crossing - wanted) < std::abs(nearest - wanted)))
        nearest = crossing;
    }
    EXPECT_EQ(nearest_crossing(kResiduals.data(), direction.data(), low, high, wanted, rows),
              nearest);
  }
  const std::vector<double> still(rows);
  EXPECT_EQ(nearest_crossing(kResiduals.data(), still.data(), -2, 2, 0.5, rows), 0.5);
}

// A refinement goes over widened losses: with the loss's own delta there must be nothing left to
// do.
TEST_P(RobustLosses, AWidenedLossBecomesTheLoss) {
  const RobustLoss loss = GetParam().loss();
  if (loss.kind == RobustLoss::Kind::kSquare) return;
  const double delta = loss_kind(loss).has_delta() ? loss.delta : 1e-9;
  const double scale = loss_kind(loss).has_delta() ? 1 : delta / loss.under_weight();
  for (const double r : kResiduals)
    EXPECT_NEAR(psi(widened(loss, delta), r), scale * psi(loss, r), 1e-15 * std::abs(r));
}

}  // namespace
}  // namespace isoflop
