// Plans against a dense grid. README.md beside this file has what came of it.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "support/plan_trial.h"

namespace isoflop {
namespace {

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

struct Count {
  int asked = 0, answered = 0, faults = 0;
};

TEST(PlanStudy, NoRunOfAGridIsBetter) {
  const std::size_t first = number_from("ISOFLOP_FIRST_SEED", 1),
                    trials = number_from("ISOFLOP_PLANS", 500);
  std::map<std::pair<std::string, std::string>, Count> table;
  for (std::size_t seed = first; seed < first + trials; ++seed) {
    const test::PlanTrial trial = test::try_plan(seed);
    Count& count = table[{trial.question, trial.values}];
    ++count.asked;
    count.answered += trial.answered ? 1 : 0;
    count.faults += trial.fault.empty() ? 0 : 1;
    EXPECT_EQ(trial.fault, "");
  }
  std::printf(
      "| question | coefficients | asked | answered | faults |\n| --- | --- | --- | --- | --- |\n");
  for (const auto& [key, count] : table)
    std::printf("| %s | %s | %d | %d | %d |\n", key.first.c_str(), key.second.c_str(), count.asked,
                count.answered, count.faults);
}

}  // namespace
}  // namespace isoflop
