#include "isoflop/training_rules.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "isoflop/output.h"

namespace isoflop {
namespace {

// The step law at 7B parameters and 1.4T tokens, computed apart.
TEST(TrainingRules, TheStepLawAnswersItsWorkedValues) {
  const Result<std::vector<RuleAnswer>> answers =
      ask_rules({.N = 7e9, .D = 1.4e12, .C = 6 * 7e9 * 1.4e12});
  ASSERT_TRUE(answers) << answers.error().text();
  const auto of = [&](const char* key) -> const RuleAnswer& {
    return *std::ranges::find_if(*answers,
                                 [&](const RuleAnswer& each) { return each.rule.key() == key; });
  };
  EXPECT_NEAR(of("steplaw2025_lr").value, 9.16557e-4, 1e-9);
  EXPECT_NEAR(of("steplaw2025_batch").value, 4'998'815, 1);
  EXPECT_EQ(of("steplaw2025_lr").outside, (std::vector<std::string>{"D", "N"}));
  for (const RuleAnswer& answer : *answers) {
    const std::string what = output_of(answer.rule).name;
    const Range usual = what == "learning rate" ? Range{1e-5, 1e-2}
                        : what == "batch"       ? Range{1e5, 1e8}
                                                : Range{0.01, 1};
    EXPECT_TRUE(usual.contains(answer.value)) << answer.rule.key() << " " << answer.value;
  }
}

TEST(TrainingRules, NeedARun) {
  EXPECT_FALSE(ask_rules({.N = 0, .D = 1e9, .C = 1e18}));
  EXPECT_FALSE(ask_rules({.N = 1e9, .D = -1, .C = 1e18}));
}

}  // namespace
}  // namespace isoflop
