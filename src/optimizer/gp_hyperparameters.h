// Choosing the length scales and the noise of a Gaussian process within a bounded time.
#pragma once

#include <cstdint>

#include "optimizer/gaussian_process.h"
#include "optimizer/surrogate.h"

namespace isoflop {

// Those that make the rows most likely; of many rows, the lowest, around which the search is, and
// some of the others.
GpHyperparameters most_likely_hyperparameters(const SurrogateData& data, std::uint64_t seed);

}  // namespace isoflop
