#include "isoflop/plan_draws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "support/book.h"

namespace isoflop {
namespace {

// Draws around published values, as a bootstrap would leave them.
Draws drawn_around(const Law& law, std::size_t count, double spread, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Draws draws;
  draws.status.assign(count, FitStatus::kConverged);
  draws.objective.assign(count, 1);
  for (std::size_t i = 0; i < count + 20; ++i)
    for (const double value : law.values())
      (i < count ? draws.values : draws.jackknife)
          .push_back(value * std::exp(spread * normal(random)));
  return draws;
}

std::vector<PlanUncertainty> uncertainty_of(const Law& law, const Draws& draws,
                                            std::span<const Plan> plans, unsigned threads = 1) {
  ThreadExecutor executor(threads);
  Progress silent;
  return plan_uncertainty(law, draws, plans, 0.9, executor, silent);
}

// The intervals must be those of planning under every draw by itself, one plan() after another.
TEST(PlanDraws, AreThePlansUnderEachDraw) {
  const Law law = test::book_law("hossain2025:moe");
  const std::uint64_t seed = 17;
  const Draws draws = drawn_around(law, 300, 0.02, seed);
  const PlanQuestion questions[] = {{.flops = 1e22, .sparsity = 0.9},
                                    {.flops = 1e21, .free_sparsity = true, .total_params = 1e10},
                                    {.flops = 1e22,
                                     .free_sparsity = true,
                                     .limits = {{Limit::On::kTotal, 5e10, "question.max_total"}}},
                                    {.sparsity = 0.5, .loss = 2.1},
                                    {.sparsity = 0.5, .tokens = 1e12, .loss = 2.0}};
  for (const PlanQuestion& question : questions) {
    const Result<Plan> best = plan(law, question);
    ASSERT_TRUE(best) << best.error().text();
    const auto found = uncertainty_of(law, draws, std::span(&*best, 1));
    ASSERT_EQ(found.size(), 1u);
    std::vector<double> N, S, loss, dense;
    const std::size_t width = law.coefficients().size();
    for (std::size_t i = 0; i < draws.size(); ++i) {
      const auto first = draws.values.begin() + static_cast<std::ptrdiff_t>(i * width);
      const Law one = *law.with_values("draw", {first, first + static_cast<std::ptrdiff_t>(width)});
      const Result<Plan> each = plan(one, question);
      ASSERT_TRUE(each) << each.error().text() << " draw " << i << " of seed " << seed;
      N.push_back(each->run->N);
      S.push_back(each->run->S);
      loss.push_back(each->run->loss);
      dense.push_back(each->run->dense_equivalent);
    }
    EXPECT_EQ(found[0].without, 0u);
    for (const auto& [name, values] :
         {std::pair("N", N), {"S", S}, {"loss", loss}, {"dense_equivalent", dense}}) {
      const Uncertainty expected = uncertainty(0, values, {}, 0.9);
      const Uncertainty* seen = found[0].find(name);
      if (seen == nullptr) {  // it does not vary
        EXPECT_LT(expected.standard_error, 1e-6 * values[0]) << name;
        continue;
      }
      EXPECT_NEAR(seen->percentile.low / expected.percentile.low, 1, 1e-7) << name;
      EXPECT_NEAR(seen->percentile.high / expected.percentile.high, 1, 1e-7) << name;
    }
  }
}

TEST(PlanDraws, AFrontierIsItsPlansOneByOne) {
  const Law law = test::book_law("hoffmann2022");
  const Draws draws = drawn_around(law, 600, 0.02, 3);
  std::vector<Plan> plans;
  for (const double C : {1e20, 1e22, 1e24}) plans.push_back(*plan(law, {.flops = C}));
  const auto together = uncertainty_of(law, draws, plans, 2);
  ASSERT_EQ(together.size(), 3u);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const auto alone = uncertainty_of(law, draws, std::span(&plans[i], 1));
    EXPECT_EQ(alone[0].find("N")->bca.low, together[i].find("N")->bca.low);
    EXPECT_EQ(alone[0].find("D")->percentile.high, together[i].find("D")->percentile.high);
    EXPECT_LT(together[i].find("N")->bca.low, plans[i].run->N);
    EXPECT_GT(together[i].find("N")->bca.high, plans[i].run->N);
  }
}

// A draw whose loss falls to an edge has no optimum; its edge is no answer, and it is counted.
TEST(PlanDraws, DrawsWithoutAnAnswerAreLeftOutAndCounted) {
  const Law law = test::book_law("hoffmann2022");
  Draws draws = drawn_around(law, 100, 0.01, 9);
  for (const std::size_t draw : {0, 50, 77}) draws.values[draw * 5 + 2] = 0;  // no data term
  const Plan best = *plan(law, {.flops = 1e22});
  const auto found = uncertainty_of(law, draws, std::span(&best, 1));
  EXPECT_EQ(found[0].without, 3u);
  EXPECT_LT(found[0].find("N")->percentile.high, best.run->N * 2);
  ASSERT_EQ(notes_on(found[0]).size(), 1u);
  EXPECT_NE(notes_on(found[0])[0].find("3 of 100 draws"), std::string::npos);
}

// A draw whose only optimum is out of reach has no answer, as a plan has none.
TEST(PlanDraws, HaveTheReachOfThePlan) {
  const Law law = test::book_law("hoffmann2022");
  PlanQuestion question{.flops = 1e24};
  const Result<Plan> best = plan(law, question);
  ASSERT_TRUE(best);
  std::vector<double> far(law.values().begin(), law.values().end());
  far[*law.coefficient_index("A")] *= 1e4;
  const std::span<const double> sets[] = {law.values(), far};
  SerialExecutor executor;
  Progress silent;
  const auto planned = quantities_under(law, *best, sets, executor, silent);
  EXPECT_NEAR(planned[0][0] / best->run->N, 1, 1e-9);
  EXPECT_TRUE(std::isnan(planned[1][0]));
  Plan longer = *best;
  longer.question.reach = 10;
  EXPECT_GT(quantities_under(law, longer, sets, executor, silent)[1][0], 1e13);
}

}  // namespace
}  // namespace isoflop
