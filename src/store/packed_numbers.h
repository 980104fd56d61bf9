// Columns of numbers as text, for tables that would be long as JSON: base64 of 8 bytes a number, or
// of 1 or 2 bytes where a column has few different values, as sizes and budgets do.
//
//   f8:DOUBLES          little-endian IEEE doubles
//   i1:DOUBLES:INDICES  the different values, then the place of each number's value among them
//   i2:DOUBLES:INDICES  the same with little-endian indices of two bytes
//
// Numbers read back to the same bits.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isoflop {

std::string pack_numbers(std::span<const double> numbers);
// Nothing for a text that is not of this form.
std::optional<std::vector<double>> unpack_numbers(std::string_view text);

}  // namespace isoflop
