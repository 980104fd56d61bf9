#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isoflop {
namespace {

// Known-answer vectors of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, SeedStreamAndIndexAllMatterInAllTheirBits) {
  const std::uint64_t here = random_bits(1, 2, 3);
  EXPECT_EQ(here, random_bits(1, 2, 3));
  const std::uint64_t far = std::uint64_t{1} << 63;
  EXPECT_NE(here, random_bits(1 + far, 2, 3));
  EXPECT_NE(here, random_bits(1, 2 + far, 3));
  EXPECT_NE(here, random_bits(1, 2, 3 + far));
}

constexpr int kCount = 100000;

// Moments of kCount numbers, within five standard errors.
TEST(Random, HasTheMomentsOfItsDistributions) {
  double uniform_sum = 0, sum = 0, square = 0, fourth = 0;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    const double u = uniform(7, 1, i), z = normal(7, 2, i);
    ASSERT_TRUE(0 <= u && u < 1);
    uniform_sum += u;
    sum += z;
    square += z * z;
    fourth += z * z * z * z;
  }
  const double root = std::sqrt(static_cast<double>(kCount));
  EXPECT_NEAR(uniform_sum / kCount, 0.5, 5 * std::sqrt(1 / 12.0) / root);
  EXPECT_NEAR(sum / kCount, 0, 5 / root);
  EXPECT_NEAR(square / kCount, 1, 5 * std::sqrt(2.0) / root);
  EXPECT_NEAR(fourth / kCount, 3, 5 * std::sqrt(96.0) / root);
}

}  // namespace
}  // namespace isoflop
