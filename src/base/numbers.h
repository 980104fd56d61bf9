// Special values, and what is asked of lists of numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace isoflop {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Of sorted numbers without NaN, between the order statistics around it, linearly (definition 7 of
// Hyndman and Fan 1996). NaN of no numbers and where the share is NaN.
double quantile(std::span<const double> sorted, double share);

// The most frequent value; of several, the one that is so first, row by row. 0 of no numbers.
double usual_value(std::span<const double> values);

// 0, 1, ..., count - 1.
std::vector<std::size_t> row_numbers(std::size_t count);

// The same by rising key(row), rows of equal keys in their order.
template <class Key>
std::vector<std::size_t> ordered_rows(std::size_t count, const Key& key) {
  std::vector<std::size_t> rows = row_numbers(count);
  std::ranges::sort(rows, {}, [&](std::size_t row) { return std::pair(key(row), row); });
  return rows;
}

}  // namespace isoflop
