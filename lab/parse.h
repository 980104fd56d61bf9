// Small readers of text.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/number_text.h"
#include "base/spelling.h"

namespace isoflop::lab {

// A whole number from 0 to 2^53, with a suffix or not: "4096", "1M".
inline std::optional<std::uint64_t> parse_whole(std::string_view text) {
  const Result<double> number = parse_number(text, "");
  if (!number || *number < 0 || *number > 9007199254740992.0 ||
      static_cast<double>(static_cast<std::uint64_t>(*number)) != *number)
    return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

// The same; from 1000 on a fraction is rounded, for a design that was computed has them.
inline std::optional<std::uint64_t> parse_rounded(std::string_view text) {
  constexpr double kLeast = 1000;
  const Result<double> number = parse_number(text, "");
  if (!number || *number < kLeast || *number > 9007199254740992.0) return parse_whole(text);
  return static_cast<std::uint64_t>(std::llround(*number));
}

inline std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace isoflop::lab
