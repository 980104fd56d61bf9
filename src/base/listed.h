// Names in a sentence.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

namespace isoflop {

// "A", "A and B", "A, B and C".
inline std::string listed(std::span<const std::string> names, std::string_view last = "and") {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} {} {}", fmt::join(names.first(names.size() - 1), ", "), last,
                     names.back());
}

}  // namespace isoflop
