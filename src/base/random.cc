#include "base/random.h"

#include <cmath>
#include <numbers>

namespace isoflop {

namespace {

constexpr int kRounds = 10;

std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint64_t join(std::uint32_t l, std::uint32_t h) { return l | std::uint64_t{h} << 32; }

// The two halves of the block of a place, 64 bits each.
std::array<std::uint64_t, 2> block(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const auto words =
      philox4x32({low(index), high(index), low(stream), high(stream)}, {low(seed), high(seed)});
  return {join(words[0], words[1]), join(words[2], words[3])};
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key[0] += 0x9E3779B9;  // the golden ratio
    key[1] += 0xBB67AE85;  // sqrt(3) - 1
  }
  return counter;
}

std::uint64_t random_bits(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return block(seed, stream, index)[0];
}

double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return static_cast<double>(random_bits(seed, stream, index) >> 11) * 0x1p-53;
}

double normal(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const auto [first, second] = block(seed, stream, index);
  // In (0, 1]: its logarithm is finite.
  const double radius = static_cast<double>((first >> 11) + 1) * 0x1p-53;
  const double turn = static_cast<double>(second >> 11) * 0x1p-53;
  return std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::numbers::pi * turn);
}

}  // namespace isoflop
