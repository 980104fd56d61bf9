// How often one law has a lower error than another when the rows that judge them are drawn again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "isoflop/executor.h"

namespace isoflop {

// Which of so many units is drawn for a place of a resample.
std::size_t drawn_unit(std::uint64_t seed, std::size_t resample, std::size_t place,
                       std::size_t units);

// For each law and each of `resamples`, the sum of its errors over as many units as there are,
// drawn with replacement, the same ones for every law. `errors` has the error of each unit, one law
// after the other, all of one length. The same for any executor.
using Sums = std::vector<std::vector<double>>;
Sums resampled_sums(const Sums& errors, std::size_t resamples, std::uint64_t seed,
                    Executor& executor);

// The share of the resamples in which `first` is below `second`; a tie counts one half. Sums that
// agree to one part in 10^6 are a tie: laws that are the same on these runs end that near to each
// other, and a difference of rounding, the same in every resample, would look sure.
double probability_lower(std::span<const double> first, std::span<const double> second);

}  // namespace isoflop
