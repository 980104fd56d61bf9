#include "cli/parse_value.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"

namespace isoflop::cli {

namespace {

constexpr double kLargestCount = 9007199254740992;  // 2^53: beyond it a double skips whole numbers
constexpr double kLongestList = 10'000;
constexpr std::uint64_t kMostEvaluations = 2000;  // a Gaussian process takes their cube in time
constexpr double kYear = 365.0 * 24 * 3600;       // in seconds

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// NAME=TEXT, both not empty.
Result<std::pair<std::string, std::string_view>> split_name(std::string_view text,
                                                            std::string_view wanted) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view name = trimmed(text.substr(0, equals));
  const std::string_view value = trimmed(text.substr(std::min(equals + 1, text.size())));
  if (name.empty() || value.empty()) return error("\"{}\" must have the form {}", text, wanted);
  return std::pair(std::string(name), value);
}

Result<std::vector<double>> spaced_list(std::string_view text,
                                        std::span<const std::string_view> parts) {
  double values[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const Result<double> value = parse_value(parts[i]);
    if (!value) return std::unexpected(value.error());
    values[i] = *value;
  }
  const auto [low, high, count] = values;
  if (!(low > 0) || !(high > low) || count < 2 || count > kLongestList ||
      count != std::floor(count))
    return error(
        "\"{}\" must be LOW:HIGH:COUNT, with LOW above 0, HIGH above LOW and a COUNT from 2 to {}",
        text, kLongestList);
  std::vector<double> list;
  for (int i = 0; i < static_cast<int>(count); ++i)
    list.push_back(low * std::pow(high / low, i / (count - 1)));
  list.back() = high;
  return list;
}

using ParseNumber = Result<double> (*)(std::string_view text, std::string_view source);

Result<std::pair<std::string, double>> assigned(std::string_view text, ParseNumber sparsity) {
  const auto parts = split_name(text, "NAME=NUMBER, as in D=1.4T");
  if (!parts) return std::unexpected(parts.error());
  const bool is_sparsity = parts->first == "S" || parts->first == "Sx";
  const Result<double> value = (is_sparsity ? sparsity : parse_number)(parts->second, parts->first);
  if (!value) return std::unexpected(value.error());
  return std::pair(parts->first, *value);
}

Result<std::vector<double>> comma_list(std::string_view text,
                                       Result<double> (*parse)(std::string_view)) {
  std::vector<double> list;
  for (const std::string_view part : split(text, ',')) {
    const Result<double> value = parse(part);
    if (!value) return std::unexpected(value.error());
    list.push_back(*value);
  }
  return list;
}

// LOW:HIGH. `source` names it in errors, `whole` is the text that it is the end of, in this `form`.
Result<Range> range_of(std::string_view text, std::string_view source, std::string_view whole,
                       std::string_view form) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return error("\"{}\" must have the form {}", whole, form);
  const Result<double> low = parse_number(text.substr(0, colon), source);
  const Result<double> high = parse_number(text.substr(colon + 1), source);
  if (!low) return std::unexpected(low.error());
  if (!high) return std::unexpected(high.error());
  if (!(*low < *high))
    return error("\"{}\" is empty: the first number must be below the second", whole);
  return Range{*low, *high};
}

}  // namespace

Result<double> parse_value(std::string_view text) { return parse_number(text, ""); }

Result<double> parse_positive(std::string_view text) {
  Result<double> value = parse_value(text);
  if (value && !(*value > 0)) return error("\"{}\" must be above 0", text);
  return value;
}

Result<double> parse_not_negative(std::string_view text) {
  Result<double> value = parse_value(text);
  if (value && *value < 0) return error("\"{}\" must not be below 0", text);
  return value;
}

Result<double> parse_share(std::string_view text) {
  Result<double> value = parse_sparsity(text, "");
  if (value && !(*value >= 0 && *value < 1))
    return error("\"{}\" must be a share from 0 to below 1, or a pattern such as 2:4", text);
  return value;
}

Result<double> parse_level(std::string_view text) {
  const std::optional<double> level = parse_plain_number(trimmed(text));
  if (!level || !(*level > 0 && *level < 1))
    return error("\"{}\" must be a share between 0 and 1, like 0.9", text);
  return *level;
}

Result<double> parse_bytes(std::string_view text) { return isoflop::parse_bytes(text, ""); }

Result<Range> parse_range(std::string_view text) { return range_of(text, "", text, "LOW:HIGH"); }

Result<std::uint64_t> parse_count(std::string_view text) {
  const Result<double> value = parse_value(text);
  if (!value) return std::unexpected(value.error());
  if (*value < 0 || *value > kLargestCount || *value != std::floor(*value))
    return error("\"{}\" must be a whole number from 0 to 2^53", text);
  return static_cast<std::uint64_t>(*value);
}

Result<std::uint64_t> parse_evaluations(std::string_view text) {
  Result<std::uint64_t> count = parse_count(text);
  if (count && (*count == 0 || *count > kMostEvaluations))
    return error("\"{}\" must be a whole number from 1 to {}", text, kMostEvaluations);
  return count;
}

Result<double> parse_duration(std::string_view text) {
  const char unit = text.empty() ? ' ' : text.back();
  const double factor = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
  const double seconds =
      factor * parse_plain_number(text.substr(0, text.size() - (text.empty() ? 0 : 1))).value_or(0);
  if (!(seconds > 0 && seconds <= kYear))
    return error("\"{}\" must be a time above 0 with its unit, as in 60s, 2m or 1.5h", text);
  return seconds;
}

Result<std::vector<double>> parse_list(std::string_view text) {
  if (const auto parts = split(text, ':'); parts.size() == 3) return spaced_list(text, parts);
  return comma_list(text, parse_value);
}

Result<std::vector<double>> parse_shares(std::string_view text) {
  return comma_list(text, parse_share);
}

Result<std::pair<std::string, double>> parse_assignment(std::string_view text) {
  return assigned(text, parse_number);
}

Result<std::pair<std::string, double>> parse_input(std::string_view text) {
  return assigned(text, parse_sparsity);
}

Result<std::pair<std::string, std::string>> parse_tie(std::string_view text) {
  const auto parts = split_name(text, "NAME=NAME, as in beta=alpha");
  if (!parts) return std::unexpected(parts.error());
  return std::pair(parts->first, std::string(parts->second));
}

Result<std::pair<std::string, Range>> parse_named_range(std::string_view text) {
  constexpr std::string_view kForm = "NAME=LOW:HIGH, as in alpha=0:2";
  const auto parts = split_name(text, kForm);
  if (!parts) return std::unexpected(parts.error());
  const Result<Range> range = range_of(parts->second, parts->first, text, kForm);
  if (!range) return std::unexpected(range.error());
  return std::pair(parts->first, *range);
}

}  // namespace isoflop::cli
