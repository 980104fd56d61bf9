#include "store/packed_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace isoflop {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";  // RFC 4648
constexpr std::size_t kOneByte = 256, kTwoBytes = 65536;

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<int>(i);
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
  if (padding > 2) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    for (std::size_t k = i; k < i + 4; ++k) {
      const int value = k < text.size() - padding ? values[static_cast<unsigned char>(text[k])] : 0;
      if (value < 0) return std::nullopt;
      group = group << 6U | static_cast<std::uint32_t>(value);
    }
    for (const unsigned shift : {16U, 8U, 0U})
      bytes += static_cast<char>(static_cast<unsigned char>(group >> shift & 255U));
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

void append(std::string& bytes, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    bytes += static_cast<char>(static_cast<unsigned char>(value >> 8 * i & 255U));
}

// Whole numbers of `count` bytes each; nothing where the text is not of whole ones.
std::optional<std::vector<std::uint64_t>> whole_numbers(std::string_view text, std::size_t count) {
  const std::optional<std::string> bytes = from_base64(text);
  if (!bytes || bytes->size() % count != 0) return std::nullopt;
  std::vector<std::uint64_t> numbers(bytes->size() / count);
  for (std::size_t i = 0; i < bytes->size(); ++i)
    numbers[i / count] |= std::uint64_t{static_cast<unsigned char>((*bytes)[i])} << 8 * (i % count);
  return numbers;
}

std::string doubles_text(std::span<const double> numbers) {
  std::string bytes;
  bytes.reserve(8 * numbers.size());
  for (const double number : numbers) append(bytes, std::bit_cast<std::uint64_t>(number), 8);
  return base64(bytes);
}

std::optional<std::vector<double>> doubles(std::string_view text) {
  const auto bits = whole_numbers(text, 8);
  if (!bits) return std::nullopt;
  std::vector<double> numbers;
  numbers.reserve(bits->size());
  for (const std::uint64_t each : *bits) numbers.push_back(std::bit_cast<double>(each));
  return numbers;
}

}  // namespace

std::string pack_numbers(std::span<const double> numbers) {
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  std::vector<double> distinct(numbers.begin(), numbers.end());
  std::ranges::sort(distinct, {}, bits);
  const auto same = [&](double a, double b) { return bits(a) == bits(b); };
  distinct.erase(std::ranges::unique(distinct, same).begin(), distinct.end());
  if (distinct.size() > kTwoBytes || 2 * distinct.size() > numbers.size())
    return "f8:" + doubles_text(numbers);
  const std::size_t width = distinct.size() <= kOneByte ? 1 : 2;
  std::string indices;
  for (const double number : numbers) {
    const auto at = std::ranges::lower_bound(distinct, bits(number), {}, bits);
    append(indices, static_cast<std::uint64_t>(at - distinct.begin()), width);
  }
  return (width == 1 ? "i1:" : "i2:") + doubles_text(distinct) + ":" + base64(indices);
}

std::optional<std::vector<double>> unpack_numbers(std::string_view text) {
  if (text.starts_with("f8:")) return doubles(text.substr(3));
  if (!text.starts_with("i1:") && !text.starts_with("i2:")) return std::nullopt;
  const std::size_t width = text[1] == '1' ? 1 : 2;
  text.remove_prefix(3);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto distinct = doubles(text.substr(0, colon));
  const auto indices = whole_numbers(text.substr(colon + 1), width);
  if (!distinct || !indices) return std::nullopt;
  std::vector<double> numbers;
  numbers.reserve(indices->size());
  for (const std::uint64_t index : *indices) {
    if (index >= distinct->size()) return std::nullopt;
    numbers.push_back((*distinct)[static_cast<std::size_t>(index)]);
  }
  return numbers;
}

}  // namespace isoflop
