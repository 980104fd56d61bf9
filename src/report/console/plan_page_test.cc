#include <gtest/gtest.h>

#include <limits>

#include "report/console/console.h"
#include "support/sample_plan.h"

namespace isoflop {
namespace {

using test::sample_plan;

TEST(PlanPage, APlanHasItsUnits) {
  const Plan plan{.question = {.flops = 1e24},
                  .run = PlannedRun{.flops = 1e24,
                                    .total_flops = 1e24,
                                    .N = 12.3e9,
                                    .P = 12.3e9,
                                    .S = 0,
                                    .D = 1.355e13,
                                    .tokens_per_parameter = 1101.6,
                                    .loss = 1.83572},
                  .method = PlanMethod::kRoot};
  EXPECT_EQ(plan_page({.law = sample_law(), .plan = plan}),
            R"(small2025:first, compute-optimal for 1e24 training FLOPs

  active parameters   N    12.3B
  total parameters    P    12.3B
  sparsity            S    0
  training tokens     D    13.6T
  tokens a parameter  D/N  1100
  predicted loss      L    1.83572
  method                   root
)");
}

// All that a plan can say, in one.
TEST(PlanPage, SaysIntervalsRepetitionMoneyAndWhatHoldsIt) {
  EXPECT_EQ(plan_page(sample_plan()),
            R"(small2025:first, optimal sparsity for 1e21 training FLOPs

                                                       90 % bootstrap  90 % sandwich  90 % profile
  active parameters              N    1B               800M to 1.2B    850M to 1.25B  880M or more
  total parameters               P    2B
  sparsity                       S    0.5  (interior)
  training tokens                D    167B
  tokens a parameter             D/N  167
  passes over the unique tokens  D/U  1.67
  predicted loss                 L    2.5
  dense-equivalent size               1.5B (1.5 N)
  GPU-hours                           702
  days                                3.66
  cost                                1.4K
  method                              root

held by question.max_total at 2B: 10 % more would gain 0.0125 of loss
)");
}

// The one that there is, by its name.
TEST(PlanPage, WithoutABootstrapTheSandwichStandsAlone) {
  PlanRecord record = sample_plan();
  record.bootstrap.reset();
  record.profile.reset();
  const std::string page = plan_page(record);
  EXPECT_NE(page.find("    90 % sandwich\n"), std::string::npos) << page;
  EXPECT_NE(page.find("1B               850M to 1.25B\n"), std::string::npos) << page;
  EXPECT_EQ(page.find("bootstrap"), std::string::npos) << page;
}

// A made-up size in place of "there is none" would be trained.
TEST(PlanPage, NoOptimalSparsityHasNoNumbers) {
  PlanRecord record = sample_plan();
  record.plan.run.reset();
  const std::string page = plan_page(record);
  EXPECT_NE(page.find("No sparsity is optimal"), std::string::npos) << page;
  EXPECT_EQ(page.find("nan"), std::string::npos) << page;
}

TEST(PlanPage, AFrontierHasARowABudgetAndItsExponents) {
  PlanRecord more = sample_plan();
  more.plan.run->total_flops = 1e22;
  more.plan.question.flops = 1e22;
  more.plan.run->N = 3e9;
  const FrontierRecord record{.plans = {sample_plan(), more},
                              .exponents = {0.477, 0.477, 0.523, 0.477, 0.477}};
  EXPECT_EQ(frontier_page(record), R"(small2025:first, plans for 2 budgets

  FLOPs  N   N, 90 % bootstrap  N, 90 % sandwich  N, 90 % profile  P   S    D     D/N  loss  days  cost
  1e21   1B  800M to 1.2B       850M to 1.25B     880M or more     2B  0.5  167B  167  2.5   3.66  1.4K
  1e22   3B  800M to 1.2B       850M to 1.25B     880M or more     2B  0.5  167B  167  2.5   3.66  1.4K

N grows as C^0.477, P as C^0.477, D as C^0.523
)");
}

TEST(PlanPage, AWayWithoutAnAnswerSaysWhy) {
  Error why;
  why.problems.push_back({.what = "no optimum"});
  const PlanAlternatives ways{
      .by = "cost", .ways = {{"6nd", "six", sample_plan()}, {"other", "", std::unexpected(why)}}};
  EXPECT_EQ(plan_ways_page(ways), R"(small2025:first, optimal sparsity for 1e21 training FLOPs

  cost   N     P   S    D     D/N  loss  FLOPs  counts
  6nd    1B    2B  0.5  167B  167  2.5   1e21   six
  other  none

other: no optimum
)");
}

TEST(PlanPage, AProfileIsATableWithOtherLawsBeside) {
  ProfileRecord record = test::sample_profile();
  record.optimum->N = 1.1e9;
  EXPECT_EQ(profile_page(record), R"(small2025:first on 1e21 FLOPs

  N   P   S  D     D/N  loss  loss of other:set
  1B  1B  0  100B  100  2.5   2.4
  2B  2B  0  50B   25   2.6   2.7

lowest loss: 2.5 at N = 1.1B, P = 2B, S = 0.5, D = 167B
)");
}

}  // namespace
}  // namespace isoflop
