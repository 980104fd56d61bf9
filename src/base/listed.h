// Names in a sentence, and lists.
#pragma once

#include <fmt/format.h>

#include <functional>
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

// What `write` makes of each, a function or a member, with `between` in between.
template <class All, class Write>
std::string joined(const All& all, std::string_view between, const Write& write) {
  std::string text;
  for (const auto& each : all) {
    if (!text.empty()) text += between;
    text += std::invoke(write, each);
  }
  return text;
}

}  // namespace isoflop
