// Draws for tests that try what nobody thought of; the same for the same seed.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>

namespace isoflop::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}
  double uniform(double low, double high) {
    return std::uniform_real_distribution(low, high)(bits_);
  }
  double log_uniform(double low, double high) {
    return std::exp(uniform(std::log(low), std::log(high)));
  }
  std::size_t below(std::size_t count) { return bits_() % count; }

 private:
  std::mt19937_64 bits_;
};

}  // namespace isoflop::test
