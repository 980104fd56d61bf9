// The same law, table and recipe give the same fit: bit for bit on any number of threads, and with
// an objective within 1e-12 on any processor.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/simulate.h"
#include "kernel/run.h"
#include "support/book.h"

namespace isoflop {
namespace {

constexpr double kSameObjective = 1e-12;

struct Problem {
  std::string name;
  Law law;
  Table table;
  Recipe recipe;
};

Table simulated(const Law& law, const Design& design, double noise) {
  const Result<Table> table = simulate(law, design, noise, 11);
  EXPECT_TRUE(table) << (table ? "" : table.error().text());
  return table ? *table : Table();
}

// Laws with one and with many basins, each kind of start, and a table that is searched in parts.
std::vector<Problem> problems() {
  const Law dense = test::book_law("hoffmann2022"), pruned = test::book_law("frantar2023"),
            sparse = test::book_law("hossain2025");
  const Design small{.flops = {1e19, 1e20, 1e21}, .sizes = 5};
  const Design levels{.flops = {1e19, 1e21}, .sizes = 4, .sparsity = {0, 0.5, 0.9}};
  Design large{.flops = {}, .sizes = 15};
  for (int i = 0; i < 600; ++i) large.flops.push_back(1e18 * std::pow(1.02, i));
  const Table runs = simulated(dense, small, 0.01);
  return {
      {"hoffmann2022, auto", dense, runs, {}},
      {"hoffmann2022, random", dense, runs, {.starts = {Starts::Kind::kRandom, 300}}},
      {"hoffmann2022, least absolute",
       dense,
       runs,
       {.loss = {RobustLoss::Kind::kAbsolute}, .starts = {Starts::Kind::kRandom, 40}}},
      {"hoffmann2022, grid, squares",
       dense,
       runs,
       {.loss = {RobustLoss::Kind::kSquare},
        .starts = {Starts::Kind::kGrid},
        .fix = {{"alpha", 0.34}}}},
      {"hoffmann2022, 9000 rows", dense, simulated(dense, large, 0.05), {}},
      {"frantar2023, auto", pruned, simulated(pruned, levels, 0.01), {}},
      {"hossain2025, auto", sparse, simulated(sparse, levels, 0.01), {}},
      {"hossain2025, random",
       sparse,
       simulated(sparse, levels, 0.01),
       {.starts = {Starts::Kind::kRandom, 30}}},
  };
}

Fit fitted(const Problem& problem, unsigned threads) {
  ThreadExecutor executor(threads);
  const Result<Fit> result = fit(problem.law, problem.table, problem.recipe, executor);
  EXPECT_TRUE(result) << (result ? "" : result.error().text());
  return result ? *result : Fit{.law = problem.law, .recipe = problem.recipe};
}

void expect_same(const Fit& a, const Fit& b) {
  EXPECT_EQ(a.objective.sum, b.objective.sum);
  EXPECT_EQ(a.message, b.message);
  ASSERT_TRUE(a.usable && b.usable);
  for (std::size_t i = 0; i < a.law.values().size(); ++i)
    EXPECT_EQ(a.law.values()[i], b.law.values()[i]) << a.law.coefficients()[i].name;
  ASSERT_EQ(a.search.optima.size(), b.search.optima.size());
  for (std::size_t i = 0; i < a.search.optima.size(); ++i) {
    EXPECT_EQ(a.search.optima[i].objective, b.search.optima[i].objective);
    EXPECT_EQ(a.search.optima[i].reached, b.search.optima[i].reached);
    EXPECT_EQ(a.search.optima[i].coefficients, b.search.optima[i].coefficients);
  }
}

// What is summed, and in which order, must not depend on who was first.
TEST(Determinism, TheSameBitsOnAnyNumberOfThreads) {
  for (const Problem& problem : problems()) {
    SCOPED_TRACE(problem.name);
    const Fit one = fitted(problem, 1);
    for (const unsigned threads : {2U, 7U}) expect_same(one, fitted(problem, threads));
  }
}

// Of a table so large that few starts are refined between two reports.
TEST(Determinism, BlocksOfStartsAreCutByTheRowsAlone) {
  const Law law = test::book_law("hoffmann2022");
  Design design{.flops = {}, .sizes = 15};
  for (int i = 0; i < 4000; ++i) design.flops.push_back(1e18 * std::pow(1.002, i));
  const Problem problem{
      "60000 rows", law, simulated(law, design, 0.05), {.starts = {Starts::Kind::kRandom, 9}}};
  expect_same(fitted(problem, 1), fitted(problem, 7));
}

// Vectors of another width round differently (FMA, the order within a vector); the optimum is the
// same.
TEST(Determinism, TheSameObjectiveOnEveryVectorTarget) {
  std::vector<std::string> seen;
  std::vector<double> first;
  const std::vector<Problem> all = problems();
  for (std::int64_t targets = hwy::SupportedTargets(); targets != 0; targets &= targets - 1) {
    hwy::SetSupportedTargetsForTest(targets & -targets);
    hwy::GetChosenTarget().DeInit();
    if (std::ranges::find(seen, vector_target()) != seen.end()) continue;
    seen.emplace_back(vector_target());
    SCOPED_TRACE(seen.back() + " against " + seen.front());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double objective = fitted(all[i], 1).objective.sum;
      if (first.size() <= i) first.push_back(objective);
      EXPECT_NEAR(objective / first[i], 1, kSameObjective) << all[i].name;
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
  RecordProperty("targets", testing::PrintToString(seen));
}

}  // namespace
}  // namespace isoflop
