// The study behind tests/recovery_test.cc: many draws of each law, of which 95 % must come back.
//
// Run by hand, for it takes minutes: README.md beside this file says how, and what came of it. A
// draw counts only where the runs determine the coefficients.
#include "support/recovery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "support/book.h"

namespace isoflop {
namespace {

constexpr double kShareGivenBack = 0.95;

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<std::size_t>(std::atoi(text));
}

class RecoveryStudy : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Book, RecoveryStudy, testing::ValuesIn(book_keys()),
                         [](const auto& instance) { return instance.param; });

TEST_P(RecoveryStudy, NoiseFreeRunsGiveTheCoefficientsBack) {
  const Law law = test::book_law(GetParam());
  const std::size_t first = number_from("ISOFLOP_FIRST_SEED", 1),
                    draws = number_from("ISOFLOP_DRAWS", 20);
  std::size_t counted = 0, given_back = 0;
  const std::clock_t start = std::clock();
  for (std::size_t seed = first; seed < first + draws; ++seed) {
    const test::Recovery recovery = test::recover(law, seed);
    if (recovery.is_determined()) ++counted;
    if (recovery.is_determined() && recovery.is_given_back()) ++given_back;
    if (recovery.is_determined() && recovery.is_given_back()) continue;
    std::printf("%s, seed %zu: error %.2g, condition %.2g, %s\n", law.key().c_str(), seed,
                recovery.error, recovery.condition, recovery.message.c_str());
  }
  std::printf("%s: %zu of %zu given back, %zu draws not determined by the runs; %.1f s of CPU\n",
              law.key().c_str(), given_back, counted, draws - counted,
              static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  EXPECT_GE(static_cast<double>(given_back), kShareGivenBack * static_cast<double>(counted));
}

}  // namespace
}  // namespace isoflop
