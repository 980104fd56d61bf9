// Enumerations by name. The names stand in an array, in the order of the enumeration's values:
//
//   constexpr std::string_view kResidualNames[] = {"log", "linear"};  // in the order of Residual
//   std::string to_text(Residual residual) { return enum_name(kResidualNames, residual); }
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace isoflop {

template <class Enum>
std::string enum_name(std::span<const std::string_view> names, Enum value) {
  return std::string(names[static_cast<std::size_t>(value)]);
}

// The value of that name; nothing where none has it.
template <class Enum>
std::optional<Enum> enum_value(std::span<const std::string_view> names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace isoflop
