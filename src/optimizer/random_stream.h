// Random numbers one after the other, from a place of their own: what is drawn depends on the seed
// and the stream alone (base/random.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/random.h"

namespace isoflop {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  // In [0, 1).
  double uniform() { return isoflop::uniform(seed_, stream_, next_++); }
  double normal() { return isoflop::normal(seed_, stream_, next_++); }
  // One of 0 ... count - 1; `count` is above 0.
  std::size_t below(std::size_t count) {
    return static_cast<std::size_t>(uniform() * static_cast<double>(count));
  }

 private:
  std::uint64_t seed_, stream_, next_ = 0;
};

// Streams of an optimiser: what the numbers are for, and how many trials there are.
enum class StreamUse : std::uint8_t { kDesign, kForest, kCandidates, kChoice, kSubset, kEffects };
inline RandomStream random_stream(StreamUse use, std::uint64_t seed, std::size_t trials,
                                  std::size_t part = 0) {
  return {seed, std::uint64_t{1} << 63 | static_cast<std::uint64_t>(use) << 56 |
                    std::uint64_t{part} << 32 | trials};
}

}  // namespace isoflop
