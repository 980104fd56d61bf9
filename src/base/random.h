// Random numbers without a state: the number at a place is a function of (seed, stream, index)
// alone, so tasks that run on any thread, in any order, draw the same numbers.
//
// The generator is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
// 3"): a cipher in ten rounds whose key is the seed and whose block is the counter (index, stream).
// It passes BigCrush. Different streams (a use of random numbers, a bootstrap draw) never overlap.
#pragma once

#include <array>
#include <cstdint>

namespace isoflop {

// The block cipher itself, words as in Random123.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// 64 random bits.
std::uint64_t random_bits(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);
// Uniform in [0, 1), a multiple of 2^-53.
double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);
// Standard normal (Box-Muller, both uniforms from one block).
double normal(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

}  // namespace isoflop
