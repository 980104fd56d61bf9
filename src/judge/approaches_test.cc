#include "isoflop/approaches.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/numbers.h"
#include "base/random.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"
#include "judge/approaches.h"
#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;

// Runs of one budget whose losses lie on a parabola in ln N.
SizedRuns on_a_parabola(double vertex, double curvature) {
  SizedRuns runs;
  for (const double N : {1e8, 2e8, 4e8, 8e8, 1.6e9, 3.2e9}) {
    const double x = std::log(N / vertex);
    runs.N.push_back(N);
    runs.C.push_back(1e20);
    runs.loss.push_back(2.5 + curvature * x * x);
  }
  return runs;
}

ParabolaOptimum optimum_of(const SizedRuns& runs) {
  return parabola_optimum(runs, row_numbers(runs.N.size()));
}

TEST(Parabola, FindsItsOwnVertex) {
  const ParabolaOptimum found = optimum_of(on_a_parabola(5e8, 0.1));
  EXPECT_EQ(found.refused, "");
  EXPECT_NEAR(found.N / 5e8, 1, 1e-9);
  EXPECT_NEAR(found.flops / 1e20, 1, 1e-12);
  EXPECT_LT(found.log_error, 1e-6);
}

TEST(Parabola, IsRefusedWhereItIsConcaveOrAtAnEdgeOrOfTooFewRuns) {
  EXPECT_EQ(optimum_of(on_a_parabola(5e8, -0.1)).refused, "the parabola has no minimum");
  EXPECT_EQ(optimum_of(on_a_parabola(5e7, 0.1)).refused, "the minimum lies beyond its runs");
  const std::vector<std::size_t> few = {0, 1, 2, 3};
  const ParabolaOptimum found = parabola_optimum(on_a_parabola(5e8, 0.1), few);
  EXPECT_TRUE(found.too_few);
  EXPECT_NE(found.refused, "");
}

// Of many samples of noise, the spread of ln N is what each of them says.
TEST(Parabola, ItsErrorIsTheSpreadOfItsVertex) {
  const SizedRuns exact = on_a_parabola(5e8, 0.1);
  double sum = 0, squares = 0, errors = 0;
  constexpr int kSamples = 1000;
  for (int sample = 0; sample < kSamples; ++sample) {
    SizedRuns noisy = exact;
    for (std::size_t i = 0; i < noisy.loss.size(); ++i)
      noisy.loss[i] += 0.003 * normal(3, static_cast<std::uint64_t>(sample), i);
    const ParabolaOptimum found = optimum_of(noisy);
    ASSERT_EQ(found.refused, "");
    sum += std::log(found.N);
    squares += std::log(found.N) * std::log(found.N);
    errors += found.log_error * found.log_error;
  }
  const double variance = squares / kSamples - std::pow(sum / kSamples, 2);
  EXPECT_NEAR(std::sqrt(errors / kSamples) / std::sqrt(variance), 1, 0.1);
}

// Digitised budgets are a few per cent wide, and each run keeps its own C: losses that fall with C
// move no vertex.
TEST(Parabola, BudgetsMayBeAFewPerCentWide) {
  SizedRuns runs = on_a_parabola(5e8, 0.1);
  for (std::size_t i = 0; i < runs.C.size(); ++i) {
    runs.C[i] *= 1 + 0.02 * static_cast<double>(i * i % 3);
    runs.loss[i] -= 0.15 * std::log(runs.C[i] / 1e20);
  }
  EXPECT_EQ(budget_groups(runs.C).size(), 1u);
  EXPECT_NEAR(optimum_of(runs).N / 5e8, 1, 1e-9);
}

TEST(BudgetGroups, PartsWhereThereIsAGap) {
  const std::vector<double> C = {1e20, 3e19, 1.02e20, 3.05e19, 1.04e20, 1.1e20};
  const auto groups = budget_groups(C);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0], (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(groups[1], (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_EQ(groups[2], (std::vector<std::size_t>{5}));
}

// Without noise the parabola of the runs is that of the law's predictions: what it misses by is all
// bias, and the page says how much. A grid that reaches far to one side has more of it.
TEST(Parabolas, BiasIsWhatTheyMissOnTheLawItself) {
  const Law law = book_law("hoffmann2022:besiroglu");
  std::vector<double> biases;
  for (const double reach : {3.0, 30.0}) {
    std::vector<double> N, D;
    for (const double flops : {1e19, 1e20, 1e21}) {
      const double best = plan(law, {.flops = flops})->run->N;
      for (int i = 0; i <= 8; ++i) {
        N.push_back(best / 2 * std::pow(2 * reach, i / 8.0));
        D.push_back(flops / 6 / N.back());
      }
    }
    Table table;
    ASSERT_TRUE(table.set("N", N) && table.set("D", D));
    ASSERT_TRUE(table.set("loss", *predict(law, table)));
    const Result<Approaches> found = approaches(*fit(law.without_values(), table));
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->parabolas.budgets.size(), 3u);
    for (const ParabolaOptimum& each : found->parabolas.budgets) {
      ASSERT_EQ(each.refused, "");
      EXPECT_NEAR(each.law_N / plan(law, {.flops = each.flops})->run->N, 1, 1e-4);
      EXPECT_NEAR(each.N / each.law_N - 1, each.bias, 1e-4);
    }
    biases.push_back(std::abs(found->parabolas.budgets[0].bias));
  }
  EXPECT_GT(biases[1], 2 * biases[0]);
}

// Where FLOPs were counted as 40 N^0.9 a token, runs of one budget are those of one C, and the
// law's optimum for it is that of this cost.
TEST(Approaches, MeasuredFlopsMakeTheBudgetsAndTheCost) {
  const Law law = book_law("hoffmann2022:besiroglu");
  const CostModel cost = *find_cost("40*N^0.9");
  std::vector<double> N, D, C;
  for (const double flops : {1e19, 1e20, 1e21}) {
    const double best = plan(law, {.flops = flops, .cost = cost})->run->N;
    for (int i = 0; i <= 8; ++i) {
      N.push_back(best / 2 * std::pow(4, i / 8.0));
      D.push_back(flops / (40 * std::pow(N.back(), 0.9)));
      C.push_back(flops);
    }
  }
  Table table;
  ASSERT_TRUE(table.set("N", N) && table.set("D", D) && table.set("C", C));
  ASSERT_TRUE(table.set("loss", *predict(law, table)));
  const Result<Approaches> found = approaches(*fit(law.without_values(), table));
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->parabolas.budgets.size(), 3u);
  for (const ParabolaOptimum& each : found->parabolas.budgets) {
    EXPECT_NEAR(each.law_N / plan(law, {.flops = each.flops, .cost = cost})->run->N, 1, 1e-4);
    EXPECT_NEAR(each.N / each.law_N, 1, 0.02);
  }
  C[5] = -1;
  ASSERT_TRUE(table.set("C", C));
  EXPECT_FALSE(approaches(*fit(law.without_values(), table)));
}

// Training curves of many sizes, as a law has them: N of the lowest grows with the law's exponent,
// beta/(alpha + beta).
TEST(Envelope, GrowsWithTheExponentOfTheLawThatMadeTheCurves) {
  const Law law = book_law("hoffmann2022:besiroglu");
  Table table;
  std::vector<double> N, D;
  SizedRuns runs;
  for (int size = 0; size <= 24; ++size)
    for (int point = 0; point <= 60; ++point) {
      N.push_back(3e7 * std::pow(10, size / 8.0));
      D.push_back(N.back() * std::pow(10, -0.5 + point / 20.0));
      runs.N.push_back(N.back());
      runs.C.push_back(6 * N.back() * D.back());
    }
  ASSERT_TRUE(table.set("N", N) && table.set("D", D));
  runs.loss = *predict(law, table);
  const Envelope found = envelope(runs);
  EXPECT_EQ(found.refused, "");
  EXPECT_EQ(found.curves, 25u);
  ASSERT_TRUE(found.growth);
  const auto value = [&](const char* name) { return law.values()[*law.coefficient_index(name)]; };
  EXPECT_NEAR(found.growth->exponent, value("beta") / (value("alpha") + value("beta")), 0.005);
}

TEST(Envelope, IsRefusedWithoutCurves) {
  const Envelope found = envelope(on_a_parabola(5e8, 0.1));
  EXPECT_FALSE(found.growth);
  EXPECT_NE(found.refused, "");
}

}  // namespace
}  // namespace isoflop
