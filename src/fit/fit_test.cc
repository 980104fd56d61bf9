#include "isoflop/fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/losses.h"

namespace isoflop {
namespace {

Table table_of(std::vector<std::pair<std::string, std::vector<double>>> columns) {
  Table table;
  for (auto& [name, values] : columns) EXPECT_TRUE(table.set(name, std::move(values)));
  return table;
}

Law formula(std::string_view text) {
  const Result<Law> law = Law::from_formula(text);
  EXPECT_TRUE(law) << (law ? "" : law.error().text());
  return *law;
}

double value(const Fit& fit, std::string_view name) {
  return fit.law.values()[*fit.law.coefficient_index(name)];
}

// L = 2 + 30/N^0.5 + noise: a small table with a little of everything.
Table noisy_line(std::size_t rows, double noise, std::uint64_t seed) {
  std::vector<double> N, loss;
  for (std::size_t i = 0; i < rows; ++i) {
    N.push_back(100.0 + 37.0 * static_cast<double>(i));
    loss.push_back(2 + 300 / N.back() + noise * normal(seed, 0, i));
  }
  return table_of({{"N", N}, {"loss", loss}});
}

// With squares and linear residuals a law linear in its coefficients is a line: the normal
// equations are the truth.
TEST(Fit, LeastSquaresOfALineIsTheClosedForm) {
  const Table runs = noisy_line(25, 0.1, 5);
  const Recipe recipe{.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kSquare, 0}};
  const Result<Fit> fitted = fit(formula("E + A/N"), runs, recipe);
  ASSERT_TRUE(fitted) << fitted.error().text();
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  const double n = 25;
  for (std::size_t i = 0; i < 25; ++i) {
    const double x = 1 / runs.column("N")[i], y = runs.column("loss")[i];
    sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  EXPECT_EQ(fitted->status, FitStatus::kConverged);
  EXPECT_NEAR(value(*fitted, "A") / slope, 1, 1e-9);
  EXPECT_NEAR(value(*fitted, "E"), (sy - slope * sx) / n, 1e-9);
}

// A least absolute line goes through two of its points: trying all pairs gives the truth.
TEST(Fit, LeastAbsoluteLineGoesThroughTwoPoints) {
  const Table runs = noisy_line(24, 0.2, 6);
  const std::span<const double> N = runs.column("N"), y = runs.column("loss");
  double best = INFINITY;
  for (std::size_t i = 0; i < N.size(); ++i) {
    for (std::size_t j = i + 1; j < N.size(); ++j) {
      const double A = (y[i] - y[j]) / (1 / N[i] - 1 / N[j]), E = y[i] - A / N[i];
      double sum = 0;
      for (std::size_t k = 0; k < N.size(); ++k) sum += std::abs(E + A / N[k] - y[k]);
      if (E >= 0 && A >= 0) best = std::min(best, sum);
    }
  }
  const Result<Fit> fitted =
      fit(formula("E + A/N"), runs,
          {.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kAbsolute, 0}});
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_NEAR(fitted->objective.sum / best, 1, 1e-8);
}

// Whatever the loss, no point near the answer may be better; the objective that is reported must be
// that of the definition, summed by hand.
TEST(Fit, NothingNearTheOptimumIsLower) {
  const Table runs = noisy_line(40, 0.05, 7);
  const Law law = formula("E + A/N^alpha");
  for (const KnownLoss& known : kKnownLosses) {
    for (const Residual residual : {Residual::kLog, Residual::kLinear}) {
      SCOPED_TRACE(std::string(known.text) + " " + to_text(residual));
      const Result<Fit> fitted = fit(law, runs, {.residual = residual, .loss = known.loss()});
      ASSERT_TRUE(fitted) << fitted.error().text();
      ASSERT_TRUE(fitted->status == FitStatus::kConverged || fitted->status == FitStatus::kAtBound)
          << fitted->message;
      const auto objective = [&](double E, double A, double alpha) {
        double sum = 0;
        for (std::size_t i = 0; i < runs.rows(); ++i) {
          const double model = E + A / std::pow(runs.column("N")[i], alpha),
                       y = runs.column("loss")[i];
          sum += known(residual == Residual::kLog ? std::log(model / y) : model - y);
        }
        return sum;
      };
      const double E = value(*fitted, "E"), A = value(*fitted, "A"),
                   alpha = value(*fitted, "alpha");
      const double at = objective(E, A, alpha);
      EXPECT_NEAR(fitted->objective.sum / at, 1, 1e-9);
      EXPECT_NEAR(fitted->objective.mean, at / 40, 1e-12);
      for (std::uint64_t i = 0; i < 3000; ++i) {
        const double size = std::pow(10, -6 * uniform(1, 1, i));
        const double lower = objective(std::max(0.0, E * (1 + size * normal(1, 2, i))),
                                       A * (1 + size * normal(1, 3, i)),
                                       std::clamp(alpha + size * normal(1, 4, i), 0.0, 2.0));
        ASSERT_FALSE(lower < at * (1 - 1e-9)) << lower << "better by moving " << size;
      }
    }
  }
}

Table chinchilla_like(double noise) {
  std::vector<double> N, D, loss;
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 6; ++j) {
      N.push_back(1e7 * std::pow(3.0, i));
      D.push_back(1e9 * std::pow(4.0, j));
      loss.push_back((1.69 + 406.4 / std::pow(N.back(), 0.34) + 410.7 / std::pow(D.back(), 0.28)) *
                     std::exp(noise * normal(3, 0, N.size())));
    }
  }
  return table_of({{"N", N}, {"D", D}, {"loss", loss}});
}

TEST(Fit, NoiseFreeDataGiveTheCoefficientsBack) {
  const Result<Fit> fitted = fit(*find_law("hoffmann2022"), chinchilla_like(0));
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_NEAR(value(*fitted, "E") / 1.69, 1, 1e-7);
  EXPECT_NEAR(value(*fitted, "A") / 406.4, 1, 1e-7);
  EXPECT_NEAR(value(*fitted, "beta") / 0.28, 1, 1e-7);
}

// A sum of absolute values has no curvature: steps that see the sums alone used up all iterations.
TEST(Fit, ALongTableConvergesByAbsoluteValues) {
  std::vector<double> N, D, loss;
  for (std::size_t i = 0; i < 9000; ++i) {
    N.push_back(1e7 * std::pow(1e3, uniform(4, 0, i)));
    D.push_back(1e9 * std::pow(1e3, uniform(4, 1, i)));
    loss.push_back((1.69 + 406.4 / std::pow(N.back(), 0.34) + 410.7 / std::pow(D.back(), 0.28)) *
                   std::exp(0.01 * normal(4, 2, i)));
  }
  const Recipe recipe{.loss = {RobustLoss::Kind::kAbsolute, 0}};
  const Result<Fit> fitted =
      fit(*find_law("hoffmann2022"), table_of({{"N", N}, {"D", D}, {"loss", loss}}), recipe);
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(fitted->status, FitStatus::kConverged) << fitted->message;
}

// The promise of recipe.h: the same bits on any number of threads.
TEST(Fit, DoesNotDependOnThreads) {
  const Table runs = chinchilla_like(0.01);
  SerialExecutor one;
  const Result<Fit> alone = fit(*find_law("hoffmann2022"), runs, {}, one);
  for (const unsigned threads : {2U, 7U}) {
    ThreadExecutor executor(threads);
    const Result<Fit> together = fit(*find_law("hoffmann2022"), runs, {}, executor);
    EXPECT_TRUE(std::ranges::equal(alone->law.values(), together->law.values()));
    EXPECT_EQ(alone->objective.sum, together->objective.sum);
    EXPECT_EQ(alone->search.reached_best, together->search.reached_best);
  }
}

// Order and repetition are no information: order changes rounding only, and a row given twice is a
// row of weight two.
TEST(Fit, RowOrderDoesNotMatterAndWeightsCountRows) {
  const Table runs = chinchilla_like(0.01);
  std::vector<std::size_t> order(runs.rows());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::shuffle(order, std::mt19937(9));
  const Law law = *find_law("hoffmann2022");
  const double sum = fit(law, runs)->objective.sum;
  EXPECT_NEAR(fit(law, runs.select(order))->objective.sum / sum, 1, 1e-11);

  std::vector<std::size_t> doubled(order);
  for (std::size_t i = 0; i < 10; ++i) doubled.push_back(order[i]);
  std::vector<double> weights(runs.rows(), 1);
  for (std::size_t i = 0; i < 10; ++i) weights[order[i]] = 2;
  Table weighted = runs;
  ASSERT_TRUE(weighted.set("weight", weights));
  EXPECT_NEAR(fit(law, weighted)->objective.sum / fit(law, runs.select(doubled))->objective.sum, 1,
              1e-11);
}

// Rows without weight are as good as absent, even where the law is undefined.
TEST(Fit, RowsOfWeightZeroAreLeftOut) {
  Table runs = chinchilla_like(0.01);
  std::vector<double> weights(runs.rows(), 1), N(runs.column("N").begin(), runs.column("N").end());
  weights[3] = 0;
  N[3] = -1;
  ASSERT_TRUE(runs.set("N", N));
  ASSERT_TRUE(runs.set("weight", weights));
  const Result<Fit> fitted = fit(*find_law("hoffmann2022"), runs);
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(fitted->objective.rows, runs.rows() - 1);
  EXPECT_EQ(fitted->status, FitStatus::kConverged);
}

TEST(Fit, FixesTiesAndRangesAreKept) {
  const Table runs = chinchilla_like(0.01);
  const Law law = *find_law("hoffmann2022");
  const Result<Fit> fixed = fit(law, runs, {.fix = {{"E", 1.8}}});
  EXPECT_EQ(value(*fixed, "E"), 1.8);
  const Result<Fit> tied = fit(law, runs, {.tie = {{"beta", "alpha"}}});
  EXPECT_EQ(value(*tied, "beta"), value(*tied, "alpha"));
  EXPECT_EQ(tied->status, FitStatus::kConverged);
  const Result<Fit> ranged = fit(law, runs, {.range = {{"alpha", {0.4, 0.5}}}});
  EXPECT_EQ(value(*ranged, "alpha"), 0.4);
  EXPECT_EQ(ranged->status, FitStatus::kAtBound);
  EXPECT_EQ(ranged->at_bound, std::vector<std::string>{"alpha"});
  EXPECT_NE(ranged->message.find("alpha at the low end of its range, 0.4"), std::string::npos);
  // Each of these restricts the same problem, so none can be better than the free fit.
  const double free = fit(law, runs)->objective.sum;
  for (const Result<Fit>* restricted : {&fixed, &tied, &ranged})
    EXPECT_GT((*restricted)->objective.sum, free);
}

// An optimum on the edge at 0 is reached and named, not approached for ever.
TEST(Fit, ATermThatIsNotThereEndsAtItsBound) {
  std::vector<double> N, D, loss;
  for (int i = 0; i < 30; ++i) {
    N.push_back(1e7 * std::pow(1.4, i));
    D.push_back(1e9 * std::pow(1.7, (i * 7) % 30));
    loss.push_back(2 + 406 / std::pow(N.back(), 0.34) + 1e-3 * std::log(D.back()));  // grows with D
  }
  const Result<Fit> fitted =
      fit(*find_law("hoffmann2022"), table_of({{"N", N}, {"D", D}, {"loss", loss}}));
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(fitted->status, FitStatus::kAtBound) << fitted->message;
  EXPECT_FALSE(fitted->at_bound.empty());
}

std::string problem(const Law& law, const Table& table, const Recipe& recipe = {}) {
  const Result<Fit> fitted = fit(law, table, recipe);
  return fitted ? "fitted" : fitted.error().text();
}

TEST(Fit, WrongInputIsNamed) {
  const Law law = *find_law("hoffmann2022");
  const Table runs = chinchilla_like(0.01);
  const std::size_t three[] = {0, 1, 2};
  EXPECT_EQ(problem(law, runs.select(three)),
            "3 rows cannot determine 5 coefficients of hoffmann2022: fix some with recipe.fix, or "
            "add runs");
  EXPECT_EQ(problem(law, runs, {.fix = {{"alhpa", 1}}}),
            "recipe.fix: hoffmann2022 has no coefficient 'alhpa'; it has E, A, B, alpha, beta; did "
            "you mean "
            "\"alpha\"?");
  EXPECT_EQ(problem(law, runs, {.range = {{"A", {2, 1}}}}),
            "recipe.range: the range of 'A' runs from 2 down to 1: swap them");
  EXPECT_EQ(problem(law, table_of({{"N", {1e6, 1e7}}, {"loss", {3, 2}}})).substr(0, 37),
            "table: hoffmann2022 needs a column D,");
  Table negative = runs;
  std::vector<double> loss(runs.rows(), 2);
  loss[4] = -0.5;
  ASSERT_TRUE(negative.set("loss", loss));
  EXPECT_EQ(problem(law, negative),
            "table: row 5: loss -0.5 has no logarithm: use recipe.residual=linear");
  EXPECT_NE(problem(law, runs, {.starts = {Starts::Kind::kGrid, 0}}), "");
  EXPECT_NE(problem(*find_law("abnar2025"), runs).find("needs a column P"), std::string::npos);
}

// What contradicts itself must not pass in silence as a converged fit.
TEST(Fit, ContradictoryRecipesAreNamed) {
  const Law law = *find_law("hoffmann2022");
  const Table runs = chinchilla_like(0.01);
  EXPECT_EQ(problem(law, runs, {.fix = {{"E", -5}}}),
            "recipe.fix: E = -5 is outside its range, 0 to 100: change one of them");
  EXPECT_EQ(problem(law, runs, {.fix = {{"E", 5}}, .range = {{"E", {0, 2}}}}),
            "recipe.fix: E = 5 is outside its range, 0 to 2: change one of them");
  EXPECT_EQ(problem(law, runs, {.fix = {{"E", 1}}, .start = {{"E", 2}}}),
            "recipe.start: 'E' does not move, as it is fixed or tied: leave its start out");
  EXPECT_EQ(
      problem(law, runs,
              {.tie = {{"alpha", "beta"}}, .range = {{"alpha", {0.5, 0.6}}, {"beta", {0, 0.4}}}}),
      "recipe.tie: the ranges of 'alpha' and 'beta' have no value in common");
  EXPECT_EQ(problem(law, runs, {.range = {{"alpha", {0.5, 0.5}}}}),
            "recipe.range: the range of 'alpha' is the one value 0.5: fix it there instead");
  EXPECT_EQ(problem(law, runs, {.loss = {RobustLoss::Kind::kHuber, -1}}),
            "recipe.loss: a delta of -1 must be above 0, such as 1e-3");
  EXPECT_EQ(problem(law, runs, {.starts = {Starts::Kind::kRandom, 0}}),
            "recipe.starts: 0 random starts find nothing: ask for 1 or more");
  EXPECT_EQ(problem(law, runs, {.decrease_tolerance = 1e-6}),
            "recipe.decrease_tolerance: a tolerance of 1e-06 must be from 0 to 1e-08");
  EXPECT_EQ(problem(law, runs, {.step_tolerance = -1}),
            "recipe.step_tolerance: a tolerance of -1 must be from 0 to 0.0001");
  EXPECT_EQ(problem(law, runs, {.max_iterations = 0}),
            "recipe.max_iterations: 0 iterations find nothing: allow 1 or more");
}

// From one start in a curved valley, so that what ends the steps is seen in where they end.
TEST(Fit, TheRecipeSaysWhenAStartHasConverged) {
  const auto fitted = [](Recipe recipe) {
    recipe.starts = {Starts::Kind::kGiven, 0};
    recipe.start = {{"E", 0.1}, {"A", 1e7}, {"B", 1}, {"alpha", 1}, {"beta", 0.05}};
    return *fit(*find_law("hoffmann2022"), chinchilla_like(0.01), recipe);
  };
  const Fit usual = fitted({}),
            loose = fitted({.decrease_tolerance = 1e-8, .step_tolerance = 1e-4}),
            short_of_it = fitted({.max_iterations = 1});
  EXPECT_EQ(usual.status, FitStatus::kConverged);
  EXPECT_EQ(loose.status, FitStatus::kConverged);
  EXPECT_GT(loose.objective.sum, usual.objective.sum);
  EXPECT_NEAR(loose.objective.sum / usual.objective.sum, 1, 1e-6);
  EXPECT_EQ(short_of_it.status, FitStatus::kLimit) << short_of_it.message;
}

// Coefficients that are tied share what their ranges have in common.
TEST(Fit, TiedCoefficientsKeepBothRanges) {
  const Result<Fit> fitted = fit(*find_law("hoffmann2022"), chinchilla_like(0.01),
                                 {.tie = {{"alpha", "beta"}}, .range = {{"alpha", {0.5, 0.6}}}});
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(value(*fitted, "alpha"), 0.5);
  EXPECT_EQ(value(*fitted, "beta"), 0.5);
  EXPECT_EQ(fitted->status, FitStatus::kAtBound);
}

// With nothing to move there is one answer, and its objective is worth knowing.
TEST(Fit, EverythingFixedIsEvaluated) {
  const Recipe recipe{
      .fix = {{"E", 1.69}, {"A", 406.4}, {"B", 410.7}, {"alpha", 0.34}, {"beta", 0.28}}};
  const Result<Fit> fitted = fit(*find_law("hoffmann2022"), chinchilla_like(0), recipe);
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(fitted->status, FitStatus::kConverged);
  EXPECT_LT(fitted->objective.sum, 1e-25);
  EXPECT_EQ(value(*fitted, "A"), 406.4);
}

// Rows are counted as the caller counts them, also where rows of weight 0 come before.
TEST(Fit, RowNumbersAreTheCallers) {
  Table runs = chinchilla_like(0.01);
  std::vector<double> weights(runs.rows(), 1), loss(runs.rows(), 2);
  weights[0] = 0;
  loss[4] = -1;
  ASSERT_TRUE(runs.set("weight", weights));
  ASSERT_TRUE(runs.set("loss", loss));
  EXPECT_EQ(problem(*find_law("hoffmann2022"), runs),
            "table: row 5: loss -1 has no logarithm: use recipe.residual=linear");
  ASSERT_TRUE(runs.set("weight", std::vector<double>(runs.rows(), 0)));
  EXPECT_EQ(problem(*find_law("hoffmann2022"), runs),
            "table: all weights are 0: there is nothing to fit");
}

// Where the law has no value for any coefficients the fit has failed: it says so, and gives no
// numbers.
TEST(Fit, WithoutAFiniteObjectiveItFails) {
  std::vector<double> N(20, -1), D(20, 1e9), loss(20, 2);
  const Result<Fit> fitted =
      fit(*find_law("hoffmann2022"), table_of({{"N", N}, {"D", D}, {"loss", loss}}));
  ASSERT_TRUE(fitted) << fitted.error().text();
  EXPECT_EQ(fitted->status, FitStatus::kFailed);
  EXPECT_FALSE(fitted->usable);
  EXPECT_FALSE(fitted->law.has_values());
  EXPECT_EQ(fitted->objective.rows, 20U);
}

// The search looks at a part of a long table first: the answer must be that of all its rows.
TEST(Fit, ManyRowsAreFittedWhole) {
  std::vector<double> N, D, loss;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    N.push_back(1e7 * std::pow(1e4, uniform(4, 0, i)));
    D.push_back(1e9 * std::pow(1e3, uniform(4, 1, i)));
    loss.push_back((1.69 + 406.4 / std::pow(N[i], 0.34) + 410.7 / std::pow(D[i], 0.28)) *
                   std::exp(0.01 * normal(4, 2, i)));
  }
  const Table runs = table_of({{"N", N}, {"D", D}, {"loss", loss}});
  const Result<Fit> whole = fit(*find_law("hoffmann2022"), runs);
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_EQ(whole->objective.rows, 20000U);
  EXPECT_EQ(whole->status, FitStatus::kConverged);
  EXPECT_NEAR(value(*whole, "alpha"), 0.34, 0.01);
  const Result<Fit> direct =
      fit(*find_law("hoffmann2022"), runs,
          {.starts = {Starts::Kind::kRandom, 1}, .start = {{"alpha", 0.3}, {"beta", 0.3}}});
  EXPECT_NEAR(whole->objective.sum / direct->objective.sum, 1, 1e-9);
}

// A column that never varies, losses that no term can explain, a wild outlier: data, not errors.
// The answer is a clear status and finite numbers.
// A term of 1e-5 of the loss: a range to 1e15 once held its coefficient at 0.
TEST(Fit, TheWidthOfARangeDoesNotHoldASmallCoefficient) {
  std::vector<double> N, x, loss;
  for (std::size_t i = 0; i < 60; ++i) {
    N.push_back(100 * std::pow(1.2, static_cast<double>(i)));
    x.push_back(0.5 + 0.5 * std::sin(static_cast<double>(3 * i)));
    const double outlier = i % 7 == 0 ? 5e-6 : 0;
    loss.push_back(2.5 + 30 / std::sqrt(N[i]) + 2e-5 * x[i] + 1e-6 * normal(3, 0, i) + outlier);
  }
  const std::vector<std::string> inputs = {"x"};
  const Law law = *Law::from_formula("E + A/N^alpha + c*x", inputs, "formula");
  const Table runs = table_of({{"N", N}, {"x", x}, {"loss", loss}});
  Recipe wide{.residual = Residual::kLinear, .loss = {RobustLoss::Kind::kHuber, 1e-6}};
  wide.range["c"] = {0, 1e15};
  Recipe narrow = wide;
  narrow.range["c"] = {0, 1};
  const Result<Fit> in_wide = fit(law, runs, wide), in_narrow = fit(law, runs, narrow);
  ASSERT_TRUE(in_wide && in_narrow);
  EXPECT_EQ(in_wide->status, FitStatus::kConverged) << in_wide->message;
  EXPECT_NEAR(value(*in_wide, "c"), value(*in_narrow, "c"), 1e-9);
  EXPECT_NEAR(value(*in_wide, "c"), 2e-5, 2e-6);
}

TEST(Fit, OddTablesEndWithAClearStatus) {
  const Law law = *find_law("hoffmann2022");
  for (const double odd : {1.0, 1e-6, 1e6}) {
    std::vector<double> N(20, 1e8), D, loss;
    for (int i = 0; i < 20; ++i) {
      D.push_back(1e9 * std::pow(1.5, i));
      loss.push_back(i == 7 ? odd : 2 + 0.1 * i);
    }
    const Result<Fit> fitted = fit(law, table_of({{"N", N}, {"D", D}, {"loss", loss}}));
    ASSERT_TRUE(fitted) << fitted.error().text();
    EXPECT_TRUE(fitted->usable);
    EXPECT_TRUE(std::isfinite(fitted->objective.sum));
    EXPECT_NE(fitted->status, FitStatus::kFailed);
  }
}

// The recipe of the result has the delta as a number, and gives the same bits.
TEST(Fit, HuberAutoScalesItsDeltaToTheNoise) {
  const Law law = *find_law("hoffmann2022");
  for (const double noise : {0.002, 0.05}) {
    const Table runs = chinchilla_like(noise);
    const Fit found = *fit(law, runs, {.loss = *parse_loss("huber:auto")});
    EXPECT_NEAR(found.recipe.loss.delta / (1.345 * noise), 1, 0.35);
    const Fit again = *fit(law, runs, found.recipe);
    EXPECT_TRUE(std::ranges::equal(again.law.values(), found.law.values()));
  }
  EXPECT_EQ(to_text(*parse_loss("huber: auto")), "huber:auto");
  EXPECT_FALSE(parse_loss("cauchy:auto"));
  EXPECT_FALSE(fit(law, chinchilla_like(0.01),
                   {.loss = *parse_loss("huber:auto"), .solver = Solver::kBayesGp}));
}

TEST(Fit, EveryWayToStartFindsTheSameOptimum) {
  const Table runs = chinchilla_like(0.01);
  const Law law = *find_law("hoffmann2022");
  const double sum = fit(law, runs)->objective.sum;
  EXPECT_NEAR(fit(law, runs, {.starts = *parse_starts("random:60")})->objective.sum / sum, 1, 1e-9);
  EXPECT_NEAR(fit(law, runs, {.seed = 12345})->objective.sum / sum, 1, 1e-9);
  const Result<Fit> near =
      fit(law, runs,
          {.starts = *parse_starts("random:1"),
           .start = {{"E", 1.7}, {"A", 400}, {"B", 400}, {"alpha", 0.3}, {"beta", 0.3}}});
  EXPECT_EQ(near->search.tried, 2U);
  EXPECT_NEAR(near->objective.sum / sum, 1, 1e-9);
}

}  // namespace
}  // namespace isoflop
