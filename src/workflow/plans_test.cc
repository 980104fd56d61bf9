#include "workflow/plans.h"

#include <gtest/gtest.h>

#include <string>

#include "support/sample_fit.h"

namespace isoflop {
namespace {

Model published(std::string_view spec) { return *model_of(*find_law(spec)); }

std::string budget_error(const PlanRequest& request) {
  const Result<std::vector<double>> budgets = budgets_of(request);
  return budgets ? "" : budgets.error().text();
}

// The program's flags never ask so; another front end may.
TEST(PlanRequest, ABudgetInDaysOrMoneyNeedsTheHardwareThatItIsOf) {
  const Hardware alone{.peak = 1e15};
  EXPECT_NE(budget_error({.days = 30}), "");
  EXPECT_NE(budget_error({.hardware = alone, .days = 30}), "");
  EXPECT_NE(budget_error({.hardware = alone, .money = 1e6}), "");
  EXPECT_NE(budget_error({.budgets = {1e21}, .days = 30}), "");
  const Result<std::vector<double>> day =
      budgets_of({.hardware = Hardware{.peak = 1e15, .mfu = 0.5, .gpus = 10}, .days = 1});
  ASSERT_TRUE(day);
  EXPECT_DOUBLE_EQ(day->front(), 1e15 * 0.5 * 10 * 86400);
}

// What is left after the KV cache is for the weights, and 10 % more memory is all for weights.
TEST(PlanRequest, AMemoryLimitsTheParameters) {
  const PlanRequest request{.memory = MemoryBudget{.bytes = 80e9, .key_values = 20e9}};
  std::vector<std::string> notes;
  const Result<PlanQuestion> question = plan_question(request, sample_law(), notes);
  ASSERT_TRUE(question) << question.error().text();
  ASSERT_EQ(question->limits.size(), 1u);
  EXPECT_DOUBLE_EQ(question->limits[0].max, 30e9);
  EXPECT_DOUBLE_EQ(*question->limits[0].relaxed, 34e9);
  EXPECT_TRUE(notes.empty());
}

TEST(NextQuestion, IsAStepBeyondTheRunsUnlessGiven) {
  const Law law = *find_law("hoffmann2022:hoffmann");
  Table runs;
  ASSERT_TRUE(runs.set("N", {1e9, 2e9}));
  ASSERT_TRUE(runs.set("D", {1e10, 2e10}));
  EXPECT_DOUBLE_EQ(*next_question(law, runs, {}).flops, 10 * 6 * 2e9 * 2e10);
  EXPECT_EQ(*next_question(law, runs, {}).sparsity, 0);
  EXPECT_EQ(*next_question(law, runs, {.flops = 1e24, .sparsity = 0.5}).sparsity, 0.5);
  EXPECT_EQ(*next_question(law, Table(), {}).flops, 1e21);
}

// One budget of several may have no plan: the others have theirs, and it says why.
TEST(PlanAll, ABudgetWithoutAPlanSaysWhy) {
  SerialExecutor executor;
  Progress progress;
  const Model model = published("hoffmann2022:hoffmann");
  const PlanRequest request{.question = {.active_params = 1e9, .inference_tokens = 1e12},
                            .budgets = {1e23, 1e20}};
  const Result<FrontierRecord> record = plan_all(model, request, executor, progress);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_FALSE(record->plans[0].plan.run);  // of 1e20, which serving alone takes
  EXPECT_FALSE(record->plans[0].plan.notes.empty());
  EXPECT_TRUE(record->plans[1].plan.run);
}

}  // namespace
}  // namespace isoflop
