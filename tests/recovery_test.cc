// Noise-free runs of a law give its coefficients back. Two draws of each law; slow/recovery_test.cc
// makes 200.
#include "support/recovery.h"

#include <gtest/gtest.h>

#include <string>

#include "support/book.h"

namespace isoflop {
namespace {

class Recovery : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Book, Recovery, testing::ValuesIn(book_keys()),
                         [](const auto& instance) { return instance.param; });

TEST_P(Recovery, NoiseFreeRunsGiveTheCoefficientsBack) {
  for (const std::uint64_t seed : {1, 2}) {
    const test::Recovery recovery = test::recover(test::book_law(GetParam()), seed);
    EXPECT_TRUE(recovery.is_determined()) << "seed " << seed << ": " << recovery.condition;
    EXPECT_TRUE(recovery.is_given_back())
        << "seed " << seed << ": error " << recovery.error << ", " << recovery.message;
  }
}

}  // namespace
}  // namespace isoflop
