// Names in a sentence.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>

namespace isoflop {

// "A", "A and B", "A, B and C".
inline std::string listed(std::span<const std::string> names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} and {}", fmt::join(names.first(names.size() - 1), ", "), names.back());
}

}  // namespace isoflop
