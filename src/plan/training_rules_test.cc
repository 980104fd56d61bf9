#include "isoflop/training_rules.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

// The step law at 7B parameters and 1.4T tokens, computed apart.
TEST(TrainingRules, TheStepLawAnswersItsWorkedValue) {
  const Result<std::vector<RuleAnswer>> answers =
      ask_rules({.N = 7e9, .D = 1.4e12, .C = 6 * 7e9 * 1.4e12});
  ASSERT_TRUE(answers) << answers.error().text();
  ASSERT_EQ(answers->size(), training_rules()->size());
  const RuleAnswer& step = answers->back();
  ASSERT_EQ(step.rule.key, "steplaw2025");
  EXPECT_NEAR(step.learning_rate, 9.16557e-4, 1e-9);
  EXPECT_NEAR(step.batch, 4'998'815, 1);
  EXPECT_EQ(step.outside, (std::vector<std::string>{"D", "N"}));
  for (const RuleAnswer& answer : *answers) {
    EXPECT_GT(answer.learning_rate, 1e-5) << answer.rule.key;
    EXPECT_LT(answer.learning_rate, 1e-2) << answer.rule.key;
    EXPECT_GT(answer.batch, 1e5) << answer.rule.key;
    EXPECT_LT(answer.batch, 1e8) << answer.rule.key;
  }
}

TEST(TrainingRules, NeedARun) {
  EXPECT_FALSE(ask_rules({.N = 0, .D = 1e9, .C = 1e18}));
  EXPECT_FALSE(ask_rules({.N = 1e9, .D = -1, .C = 1e18}));
}

}  // namespace
}  // namespace isoflop
