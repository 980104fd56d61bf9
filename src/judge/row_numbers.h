// Numbers of rows.
#pragma once

#include <cstddef>
#include <vector>

namespace isoflop {

// 0, 1, ..., count - 1.
inline std::vector<std::size_t> row_numbers(std::size_t count) {
  std::vector<std::size_t> numbers;
  numbers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace isoflop
