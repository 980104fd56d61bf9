#include "plan/plan_follower.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/book.h"

namespace isoflop {
namespace {

using test::book_law;

// Whatever is asked, also of a target on the way to which the solver holds sizes.
TEST(PlanFollower, AnswersAsIfEachSetWereAskedAlone) {
  const Law law = book_law("hossain2025:moe");
  const PlanQuestion questions[] = {{.flops = 1e21, .sparsity = 0.9},
                                    {.flops = 1e21, .free_sparsity = true, .total_params = 1e10},
                                    {.sparsity = 0.9, .loss = 2.2},
                                    {.flops = 1e22, .sparsity = 0.9, .loss = 2.2},
                                    {.sparsity = 0.9, .tokens = 1e12, .loss = 2.2}};
  for (const PlanQuestion& question : questions) {
    const Result<Plan> best = plan(law, question);
    ASSERT_TRUE(best) << best.error().text();
    PlanFollower follower(law, *best);
    for (const double change : {1.0, 1.01, 0.98, 1.2}) {
      std::vector<double> values(law.values().begin(), law.values().end());
      for (double& value : values) value *= change;
      const std::span<const double> sets[] = {law.values(), values};
      SerialExecutor executor;
      Progress silent;
      const std::vector<PlanQuantities> alone =
          quantities_under(law, *best, sets, executor, silent);
      const std::vector<PlanQuantities> followed = follower(sets);
      for (std::size_t i = 0; i < alone.size(); ++i)
        for (std::size_t k = 0; k + 1 < alone[i].size(); ++k) {
          if (std::isnan(alone[i][k])) continue;
          EXPECT_NEAR(followed[i][k], alone[i][k], 1e-6 * alone[i][k]) << kPlanQuantities[k];
        }
    }
  }
}

}  // namespace
}  // namespace isoflop
