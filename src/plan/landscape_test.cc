#include "plan/landscape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "support/book.h"

namespace isoflop {
namespace {

bool can_be_planned(const Law& law) {
  return law.has_input("D") && (law.has_input("N") || law.has_input("P"));
}

struct Point {
  double n, z, d;
};

double surface_loss(LossSurface& surface, const Point& at, LossSurface::Values& values) {
  surface.at(std::span(&at.n, 1), std::span(&at.z, 1), std::span(&at.d, 1), values);
  return values.loss[0];
}

// The planner's own form of a law must be that law, and its slopes must be those of its values: a
// wrong slope gives a plan that looks right and is not optimal.
TEST(LossSurface, IsTheLawAndItsDerivativesAreThoseOfItsValues) {
  const std::uint64_t seed = 20260411;
  std::mt19937_64 random(seed);
  const auto uniform = [&random](double low, double high) {
    return std::uniform_real_distribution(low, high)(random);
  };
  for (const Law& law : test::every_set()) {
    if (!can_be_planned(law)) continue;
    const PlanQuestion question{.inputs = test::usual_inputs(law)};
    LossSurface surface(law, question, 1);
    surface.set_coefficients(0, law.values());
    for (int i = 0; i < 20; ++i) {
      const Point at{uniform(15, 25), uniform(0.01, 4), uniform(20, 30)};
      Inputs inputs = test::usual_inputs(law);
      inputs.insert({{"N", std::exp(at.n)},
                     {"P", std::exp(at.n + at.z)},
                     {"S", -std::expm1(-at.z)},
                     {"D", std::exp(at.d)}});
      LossSurface::Values values, other;
      const double loss = surface_loss(surface, at, values);
      EXPECT_NEAR(loss / test::loss_of(law, inputs), 1, 1e-11)
          << law.label() << " of seed " << seed;
      const double step = 1e-5;
      const auto difference = [&](double Point::* of) {
        Point low = at, high = at;
        low.*of -= step;
        high.*of += step;
        return (surface_loss(surface, high, other) - surface_loss(surface, low, other)) /
               (2 * step);
      };
      const double tolerance = 1e-8 * (1 + std::abs(loss));
      EXPECT_NEAR(values.by_n[0], difference(&Point::n), tolerance) << law.label() << " " << seed;
      EXPECT_NEAR(values.by_z[0], difference(&Point::z), tolerance) << law.label() << " " << seed;
      EXPECT_NEAR(values.by_d[0], difference(&Point::d), tolerance) << law.label() << " " << seed;
    }
  }
}

}  // namespace
}  // namespace isoflop
