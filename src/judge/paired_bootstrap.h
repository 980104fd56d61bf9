// How often one law has a lower error than another when the rows that judge them are drawn again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace isoflop {

// The share of `resamples`, each of as many rows as there are, drawn with replacement and the same
// for both laws, in which the sum of `first` is below that of `second`; a tie counts one half.
// Spans: the error of each row, of one length, not empty.
double probability_lower(std::span<const double> first, std::span<const double> second,
                         std::size_t resamples, std::uint64_t seed);

}  // namespace isoflop
