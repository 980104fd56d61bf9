#include "isoflop/speedup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/distributions.h"

namespace isoflop {
namespace {

VariantRuns variant(std::string name, std::vector<double> flops, std::vector<double> loss) {
  VariantRuns runs{.name = std::move(name), .table = {}};
  EXPECT_TRUE(runs.table.set("C", std::move(flops)) && runs.table.set("loss", std::move(loss)));
  return runs;
}

CurvePart pinned(double value) { return {.kind = CurvePart::Kind::kPinned, .value = value}; }

// Three variants on a ladder of six scales, with noise of 0.2 %.
std::vector<VariantRuns> ladder() {
  const std::vector<double> flops = {1e18, 3e18, 1e19, 3e19, 1e20, 3e20};
  return {
      variant("muon", flops, {3.488129, 3.293124, 3.114276, 2.971355, 2.813011, 2.691638}),
      variant("adamw", flops, {3.527065, 3.343825, 3.163116, 3.003156, 2.852304, 2.723898}),
      variant("soap", flops, {3.494711, 3.312765, 3.130586, 2.980318, 2.830556, 2.703402}),
  };
}

// The worked values of marin's formula, ((L_b - E)/(L_v - E))^(1/alpha), to the digits that are
// published; the throughputs give the published speed-ups in time.
TEST(Speedup, PairsHaveThePublishedWorkedValues) {
  struct Case {
    double flops, baseline, loss, throughput, factor, in_time;
  };
  for (const Case& at : {Case{2.19e17, 3.566663, 3.544176, .9305, 1.1300, 1.0515},
                         Case{1.7e18, 3.227240, 3.208981, .9052, 1.1274, 1.0205}}) {
    const std::vector<VariantRuns> runs = {variant("base", {at.flops}, {at.baseline}),
                                           variant("var", {at.flops}, {at.loss})};
    const Result<Speedup> found = speedup(runs, {.baseline = "base",
                                                 .asymptote = pinned(1.6),
                                                 .exponent = pinned(.0941),
                                                 .throughput = {{"var", at.throughput}}});
    ASSERT_TRUE(found) << found.error().text();
    const VariantSpeedup& of = found->variants.at(0);
    ASSERT_EQ(of.pairs.size(), 1u);
    EXPECT_NEAR(of.pairs[0].factor, at.factor, 5e-5);
    EXPECT_NEAR(of.pairs[0].factor_in_time, at.in_time, 5e-5);
    // One run each: the curves go through them.
    EXPECT_NEAR(of.at.at(0).factor, of.pairs[0].factor, 1e-9);
    EXPECT_NEAR(of.at[0].factor_in_time, at.in_time, 5e-5);
    EXPECT_TRUE(std::isnan(of.at[0].interval.low));
    EXPECT_FALSE(found->notes.empty());
  }
}

// With a linear residual, E and alpha pinned, the curves are two straight lines through the origin:
// A = sum(c (L - E)) / sum(c^2), c = C^-alpha, and the interval of the ratio of two slopes is
// Fieller's (1954, J. R. Statist. Soc. B 16:175).
TEST(Speedup, PinnedCurvesAreFiellersRatio) {
  const double E = 1.6, alpha = .09, level = .9;
  const std::vector<double> flops = {1e18, 4e18, 1e19, 5e19, 2e20};
  const std::vector<double> base = {3.66, 3.40, 3.28, 3.05, 2.885},
                            loss = {3.61, 3.375, 3.235, 3.025, 2.852};
  const std::vector<VariantRuns> runs = {variant("b", flops, base), variant("v", flops, loss)};
  SpeedupRequest request{
      .baseline = "b", .asymptote = pinned(E), .exponent = pinned(alpha), .level = level};
  request.recipe.residual = Residual::kLinear;
  const Result<Speedup> found = speedup(runs, request);
  ASSERT_TRUE(found) << found.error().text();

  double squares = 0, of_base = 0, of_variant = 0, misfit = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const double c = std::pow(flops[i], -alpha);
    squares += c * c;
    of_base += c * (base[i] - E);
    of_variant += c * (loss[i] - E);
  }
  const double A = of_base / squares, B = of_variant / squares;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const double c = std::pow(flops[i], -alpha);
    misfit += std::pow(base[i] - E - A * c, 2) + std::pow(loss[i] - E - B * c, 2);
  }
  const double freedom = 2 * static_cast<double>(flops.size()) - 2;
  const double t = student_quantile(level, 8), g = t * t * misfit / freedom / squares;
  // |A - r B| <= sqrt(g (1 + r^2)) between the roots of (B^2 - g) r^2 - 2 A B r + A^2 - g.
  const double root = std::sqrt(A * A * B * B - (A * A - g) * (B * B - g));
  const SpeedupAt& at = found->variants[0].at.at(0);
  EXPECT_NEAR(at.factor, std::pow(A / B, 1 / alpha), 1e-8);
  EXPECT_NEAR(at.interval.low, std::pow((A * B - root) / (B * B - g), 1 / alpha), 1e-3);
  EXPECT_NEAR(at.interval.high, std::pow((A * B + root) / (B * B - g), 1 / alpha), 1e-3);
  EXPECT_NEAR(found->noise, std::sqrt(misfit / freedom), 1e-9);
  // 1 % wants the half of the interval of ln S down to ln 1.01, at the rate of a root.
  const double half = std::log(at.interval.high / at.interval.low) / 2;
  const double repeats = at.runs_to_resolve / 10;
  const double z = student_quantile(level, static_cast<std::size_t>(at.runs_to_resolve) - 2);
  EXPECT_NEAR(half / t * z / std::sqrt(repeats) / std::log(1.01), 1, .01);
}

// Optimum, profiles and test by SciPy 1.10 (least_squares to 1e-15, brentq).
TEST(Speedup, SharedCurvesAgreeWithSciPy) {
  const Result<Speedup> found = speedup(ladder(), {.baseline = "adamw", .flops = {1e23}});
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->curves.size(), 3u);
  EXPECT_EQ(found->curves[0].name, "adamw");
  EXPECT_EQ(found->curves[1].name, "muon");
  EXPECT_NEAR(found->curves[2].asymptote, 1.3630959, 1e-5);
  EXPECT_NEAR(found->curves[2].asymptote_interval.low, 1.215256, 2e-3);
  EXPECT_NEAR(found->curves[2].asymptote_interval.high, 1.489078, 2e-3);
  EXPECT_NEAR(found->curves[0].exponent, .08156175, 1e-6);
  EXPECT_NEAR(found->noise, .00115588196, 1e-9);
  const SpeedupAt &muon = found->variants[0].at.at(0), &soap = found->variants[1].at.at(0);
  EXPECT_NEAR(muon.factor, 1.33361455, 1e-6);
  EXPECT_NEAR(muon.interval.low, 1.29922947, 2e-4);
  EXPECT_NEAR(muon.interval.high, 1.36893432, 2e-4);
  EXPECT_NEAR(soap.factor, 1.21003333, 1e-6);
  EXPECT_NEAR(soap.interval.low, 1.17891961, 2e-4);
  EXPECT_NEAR(soap.interval.high, 1.24198285, 2e-4);
  ASSERT_TRUE(found->test);
  EXPECT_NEAR(found->test->F, 1.017971, 1e-5);
  EXPECT_EQ(found->test->terms, 2u);
  EXPECT_EQ(found->test->degrees_of_freedom, 11u);
  EXPECT_NEAR(found->test->p, .39298543, 1e-6);
  EXPECT_NEAR(*found->variants[0].trend, 1.01976404, 1e-5);
  EXPECT_NEAR(found->variants[0].trend_interval.low, .98798909, 2e-4);
  EXPECT_NEAR(found->variants[0].trend_interval.high, 1.05303891, 2e-4);
}

// Without noise the curves come back, and with them where one reaches the loss of the other.
TEST(Speedup, CurvesOfTheirOwnAreAtEqualLoss) {
  struct Truth {
    double E, A, alpha;
  };
  const Truth base{1.5, 60, .08}, own{1.45, 75, .086};
  const auto loss = [](const Truth& of, double C) { return of.E + of.A * std::pow(C, -of.alpha); };
  std::vector<double> flops, of_base, of_own;
  for (double C = 1e17; C < 2e21; C *= 4) {
    flops.push_back(C);
    of_base.push_back(loss(base, C));
    of_own.push_back(loss(own, C));
  }
  const Result<Speedup> found =
      speedup(std::vector{variant("own", flops, of_own), variant("base", flops, of_base)},
              {.baseline = "base",
               .asymptote = {.kind = CurvePart::Kind::kOwn},
               .exponent = {.kind = CurvePart::Kind::kOwn},
               .flops = {1e18, 1e20, 1e25}});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_NEAR(found->curves[1].asymptote, own.E, 1e-5);
  EXPECT_NEAR(found->curves[1].scale / own.A, 1, 1e-4);
  for (const SpeedupAt& at : found->variants[0].at) {
    const double target = loss(own, at.flops);
    const double wanted =
        target > base.E ? std::pow((target - base.E) / base.A, -1 / base.alpha) / at.flops : 0;
    if (wanted > 0)
      EXPECT_NEAR(at.factor / wanted, 1, 1e-3) << at.flops;
    else
      EXPECT_TRUE(std::isnan(at.factor)) << at.flops;
  }
}

// An exponent that differs by as much as ten standard errors is found, and said.
TEST(Speedup, ExponentsThatDifferAreSaid) {
  std::vector<VariantRuns> runs = ladder();
  std::vector<double> loss(runs[0].table.column("loss").begin(),
                           runs[0].table.column("loss").end());
  const std::span<const double> flops = runs[0].table.column("C");
  for (std::size_t i = 0; i < loss.size(); ++i) loss[i] *= std::pow(flops[i] / 1e19, -.004);
  ASSERT_TRUE(runs[0].table.set("loss", loss));
  const Result<Speedup> found = speedup(runs, {.baseline = "adamw", .asymptote = pinned(1.6)});
  ASSERT_TRUE(found && found->test);
  EXPECT_LT(found->test->p, 1e-3);
  EXPECT_GT(found->variants[0].trend_interval.low, 1);
  EXPECT_TRUE(std::ranges::any_of(found->notes, [](const std::string& note) {
    return note.starts_with("the exponents differ");
  }));
}

// Order of rows, of variants and the unit of compute change nothing.
TEST(Speedup, UnitsAndOrderDoNotMatter) {
  std::vector<VariantRuns> runs = ladder();
  const Result<Speedup> first = speedup(runs, {.baseline = "adamw"});
  std::ranges::reverse(runs);
  for (VariantRuns& each : runs) {
    std::vector<double> flops(each.table.column("C").begin(), each.table.column("C").end());
    for (double& C : flops) C /= 1e15;
    ASSERT_TRUE(each.table.set("C", flops));
  }
  const Result<Speedup> second = speedup(runs, {.baseline = "adamw"});
  ASSERT_TRUE(first && second);
  EXPECT_NEAR(first->variants[0].at[0].factor, second->variants[1].at[0].factor, 1e-7);
  EXPECT_NEAR(first->variants[0].at[0].interval.low, second->variants[1].at[0].interval.low, 2e-4);
}

TEST(Speedup, WhatCannotBeAnsweredIsSaid) {
  const auto problem = [](const std::vector<VariantRuns>& runs, const SpeedupRequest& request) {
    const Result<Speedup> found = speedup(runs, request);
    return found ? "" : found.error().text();
  };
  EXPECT_NE(problem(ladder(), {.baseline = "adam"}).find("did you mean \"adamw\"?"),
            std::string::npos);
  EXPECT_NE(problem({ladder()[0]}, {.baseline = "muon"}).find("no variant"), std::string::npos);
  EXPECT_NE(problem(ladder(), {.baseline = "adamw", .asymptote = pinned(2.9)})
                .find("not below the lowest loss"),
            std::string::npos);
  EXPECT_NE(problem(ladder(), {.baseline = "adamw", .throughput = {{"mun", 1}}}).find("mun"),
            std::string::npos);
  const std::vector<VariantRuns> two = {variant("a", {1e18, 1e19}, {3.5, 3.2}),
                                        variant("b", {1e18, 1e19}, {3.4, 3.1})};
  EXPECT_NE(problem(two, {.baseline = "a"}).find("pin the asymptote"), std::string::npos);
  // Losses that rise and fall with no curve in them, and none that fall.
  const std::vector<double> flops = {1e18, 1e19, 1e20, 1e21};
  for (const std::vector<double>& loss :
       {std::vector<double>{3.15, 3.06, 3.27, 3.10}, std::vector<double>{3, 3, 3, 3}})
    EXPECT_NE(problem({variant("a", flops, loss), variant("b", flops, loss)}, {.baseline = "a"})
                  .find("do not fall with compute"),
              std::string::npos);
  EXPECT_FALSE(parse_curve_part("shred"));
  EXPECT_EQ(to_text(*parse_curve_part("0.0941")), "0.0941");
}

}  // namespace
}  // namespace isoflop
