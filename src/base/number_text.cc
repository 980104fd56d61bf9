#include "base/number_text.h"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

struct Suffix {
  char letter;
  double factor;
  std::string_view exponent;
};
constexpr std::array<Suffix, 4> kSuffixes = {
    {{'K', 1e3, "e3"}, {'M', 1e6, "e6"}, {'B', 1e9, "e9"}, {'T', 1e12, "e12"}}};

constexpr double kFirstExponentForm = 1e15;
constexpr double kFirstLargeBudget = 1e6;
constexpr int kBudgetDigits = 6;

const Suffix* find_suffix(char letter) {
  const auto found = std::ranges::find(kSuffixes, letter, &Suffix::letter);
  return found == kSuffixes.end() ? nullptr : &*found;
}

// "1.4T" as "1.4e12", so that the value is the double nearest to what was written; a product would
// round twice.
std::optional<double> parse_suffixed(std::string_view text) {
  const Suffix* suffix = text.empty() ? nullptr : find_suffix(text.back());
  if (suffix == nullptr) return std::nullopt;
  text.remove_suffix(1);
  if (text.find_first_of("eE") != text.npos) return std::nullopt;
  return parse_plain_number(std::string(text).append(suffix->exponent));
}

std::optional<double> parse_whole(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  return parse_plain_number(text);
}

// "n:m", n of m weights kept: the share of zeros.
std::optional<double> parse_pattern(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const std::optional<double> kept = parse_whole(trimmed(text.substr(0, colon)));
  const std::optional<double> of = parse_whole(trimmed(text.substr(colon + 1)));
  if (!kept || !of || *kept < 1 || *kept > *of) return std::nullopt;
  return (*of - *kept) / *of;
}

double round_to(double value, int digits) {
  return parse_plain_number(fmt::format("{:.{}e}", value, digits - 1)).value_or(value);
}

// "5.88e23": no zeros at the end, no plus sign and no leading zeros in the exponent.
std::string exponent_form(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') != mantissa.npos) mantissa.erase(mantissa.find_last_not_of("0.") + 1);
  const std::size_t digit = text.find_first_not_of("+-0", e + 1);
  return fmt::format("{}e{}{}", mantissa, text[e + 1] == '-' ? "-" : "", text.substr(digit));
}

}  // namespace

std::optional<double> suffix_factor(char suffix) {
  const Suffix* found = find_suffix(suffix);
  if (found == nullptr) return std::nullopt;
  return found->factor;
}

std::optional<double> parse_plain_number(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = fast_float::from_chars(text.data(), end, value);
  if (code != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_too_large(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const char* stop = fast_float::from_chars(text.data(), end, value).ptr;
  const bool digits = text.find_first_of("0123456789") != text.npos;  // no "inf"
  return stop == end && digits && std::isinf(value);
}

Result<double> parse_number(std::string_view text, std::string_view source) {
  text = trimmed(text);
  if (const auto value = parse_plain_number(text)) return *value;
  if (const auto value = parse_suffixed(text)) return *value;
  return error_at({std::string(source)},
                  "\"{}\" is not a number; write it like 7e9 or 1.4T (K, M, B or T){}",
                  excerpt(text), parse_pattern(text) ? "; only a sparsity may be a pattern" : "");
}

Result<double> parse_sparsity(std::string_view text, std::string_view source) {
  if (const auto value = parse_pattern(text)) return *value;
  if (Result<double> value = parse_number(text, source)) return value;
  return error_at({std::string(source)},
                  "\"{}\" is not a sparsity; write it like 0.75, or as a pattern: 1:4 keeps 1 "
                  "weight of 4",
                  excerpt(text));
}

Result<double> parse_bytes(std::string_view text, std::string_view source) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}, {"KB", 1e3},
      {"MB", 1e6},     {"GB", 1e9},     {"TB", 1e12},    {"B", 1}};
  double factor = 1;
  std::string_view number = trimmed(text);
  for (const auto& [unit, bytes] : kUnits)
    if (number.ends_with(unit)) {
      factor = bytes;
      number.remove_suffix(unit.size());
      break;
    }
  const std::optional<double> value = parse_plain_number(trimmed(number));
  if (!value || !(*value >= 0))
    return error_at({std::string(source)},
                    "\"{}\" must be a number of bytes, 0 or more, like 640GB or 80GiB", text);
  return *value * factor;
}

std::string format_count(double value, int digits) {
  const double rounded = round_to(value, digits);
  const double size = std::abs(rounded);
  if (!(size >= kSuffixes.front().factor) || !std::isfinite(size))
    return format_number(value, digits);
  if (size >= kFirstExponentForm) return exponent_form(rounded, digits);
  const Suffix* suffix = &kSuffixes.front();
  for (const Suffix& larger : kSuffixes)
    if (size >= larger.factor) suffix = &larger;
  return fmt::format("{}{}", round_to(rounded / suffix->factor, digits), suffix->letter);
}

std::string format_number(double value, int digits) {
  const double rounded = round_to(value, digits);
  const double size = std::abs(rounded);
  const bool exponent = size >= kFirstExponentForm || (size > 0 && size < 1e-4);
  if (exponent && std::isfinite(size)) return exponent_form(rounded, digits);
  return fmt::format("{}", rounded);
}

std::string format_flops(double value) {
  const double rounded = round_to(value, kBudgetDigits);
  const bool large = std::isfinite(rounded) && rounded >= kFirstLargeBudget;
  return large ? exponent_form(rounded, kBudgetDigits) : format_number(value, kBudgetDigits);
}

std::string format_share(double value, int digits) {
  while (value < 1 && round_to(value, digits) >= 1) ++digits;
  return format_number(value, digits);
}

std::string format_or_none(double value, int digits) {
  return std::isfinite(value) ? format_number(value, digits) : "none";
}

std::string format_percent(double share, int digits) {
  return format_number(100 * share, digits) + " %";
}

std::string format_exact(double value) { return fmt::format("{}", value); }

}  // namespace isoflop
