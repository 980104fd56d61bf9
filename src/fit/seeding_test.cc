#include "fit/seeding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace isoflop {
namespace {

constexpr std::size_t kRuns = 40;

// Runs of N and D over four decades each, with the loss that `loss` says.
template <class Function>
Table runs(const Function& loss) {
  std::vector<double> N, D, L;
  for (std::size_t i = 0; i < kRuns; ++i) {
    N.push_back(1e7 * std::pow(10, static_cast<double>(i % 8) / 2));
    D.push_back(1e9 * std::pow(10, static_cast<double>(i / 8)));
    L.push_back(loss(N.back(), D.back()));
  }
  Table table;
  EXPECT_TRUE(table.set("N", N) && table.set("D", D) && table.set("loss", L));
  return table;
}

FitObjective objective(std::string_view formula, const Table& table, const Recipe& recipe = {}) {
  const Result<Law> law = Law::from_formula(formula);
  EXPECT_TRUE(law) << (law ? "" : law.error().text());
  return *FitObjective::make(*law, table, recipe);
}

// The form that many fit in: only the two exponents are left to search, as where scales are
// written as they are.
TEST(Seeding, SolvesForLogarithmsOfScales) {
  const Table table = runs([](double N, double D) {
    return std::exp(0.5) + std::exp(6 - 0.34 * std::log(N)) + std::exp(7 - 0.28 * std::log(D));
  });
  const FitObjective fit =
      objective("exp(e) + exp(a - alpha*log(N)) + exp(b - beta*log(D))", table);
  const Seeding seeding(fit, table);
  ASSERT_EQ(seeding.dimensions(), 2U);
  Seeding::State state = seeding.make_state();
  const Eigen::VectorXd seed = seeding.candidate({0.34 / 2, 0.28 / 2}, state);  // of [0, 2]
  const std::vector<double> found = fit.coefficients(seed);
  const auto at = [&](std::string_view name) { return found[*fit.law().coefficient_index(name)]; };
  EXPECT_NEAR(at("e"), 0.5, 1e-6);
  EXPECT_NEAR(at("a"), 6, 1e-6);
  EXPECT_NEAR(at("b"), 7, 1e-6);
}

// A term that adds a hundred-thousandth to the loss is still a term: it must not be made larger.
TEST(Seeding, LeavesASmallTermAsItIs) {
  const Table table = runs([](double N, double D) {
    return 2 + 400 / std::pow(N, 0.3) + 2e-5 * std::pow(1e9 / D, 0.5);
  });
  const FitObjective fit = objective("E + A/N^alpha + B*(1e9/D)^beta", table);
  const Seeding seeding(fit, table);
  Seeding::State state = seeding.make_state();
  const std::vector<double> found = fit.coefficients(seeding.candidate({0.3 / 2, 0.5 / 2}, state));
  EXPECT_NEAR(found[*fit.law().coefficient_index("B")], 2e-5, 1e-9);
}

// With a in +-1000 and k in +-1, almost every a*N^k would overflow an exponential.
TEST(Seeding, SpreadsWhatMultipliesAPowerInAnExponentialByWhatItDoes) {
  const Table table = runs([](double N, double D) {
    return std::exp(-0.03 * std::pow(N, 0.15) + 1) + 400 / std::pow(D, 0.3);
  });
  const FitObjective fit =
      objective("exp(a*N^k + b) + B/D^beta", table,
                {.range = {{"a", {-1000, 1000}}, {"k", {-1, 1}}, {"b", {-100, 100}}}});
  const Seeding seeding(fit, table);
  const auto index = [&](std::string_view name) { return *fit.law().coefficient_index(name); };
  EXPECT_EQ(fit.law().coefficients()[index("a")].role, Role::kScale);
  ASSERT_EQ(seeding.dimensions(), 3U);  // a, k, beta
  Seeding::State state = seeding.make_state();
  bool negative = false, positive = false;
  for (const double u : {0.05, 0.35, 0.65, 0.95})
    for (const double v : {0.1, 0.4, 0.6, 0.9}) {
      const std::vector<double> found = fit.coefficients(seeding.candidate({u, v, 0.2}, state));
      const double a = found[index("a")], k = found[index("k")];
      const double most =
          std::max(std::abs(a) * std::pow(1e7, k), std::abs(a) * std::pow(std::pow(10, 10.5), k));
      EXPECT_LE(most, 30 * (1 + 1e-9)) << a << " " << k;
      (a < 0 ? negative : positive) = true;
    }
  EXPECT_TRUE(negative && positive);
}

}  // namespace
}  // namespace isoflop
