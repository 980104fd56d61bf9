#include "data/raw_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/number_text.h"
#include "base/spelling.h"
#include "data/text_condition.h"

namespace isoflop {

namespace {

constexpr std::array<std::string_view, 10> kMissing = {"",   "nan", "-nan", "inf",  "-inf",
                                                       "na", "n/a", "null", "none", "infinity"};

struct Magic {
  std::string_view bytes;
  std::string_view what;
};
constexpr std::array<Magic, 8> kOtherFiles = {{
    {"\x1F\x8B", "this is gzipped; unpack it"},
    {"\xFF\xFE", "this text is UTF-16; save it as UTF-8"},
    {"\xFE\xFF", "this text is UTF-16; save it as UTF-8"},
    {"PK\x03\x04", "this is a zip or Excel file; save the table as CSV"},
    {"PAR1", "this is a Parquet file; write the table as CSV, as with pandas' to_csv"},
    {"BZh", "this is packed with bzip2; unpack it, or use gzip"},
    {"\xFD"
     "7zXZ",
     "this is packed with xz; unpack it, or use gzip"},
    {"\x28\xB5\x2F\xFD", "this is packed with zstd; unpack it, or use gzip"},
}};

}  // namespace

std::string RawTable::cell(std::size_t row, std::size_t column) const {
  std::string scratch;
  return std::string(cell(row, column, scratch));
}

std::vector<double> RawTable::numbers(std::size_t column) const {
  std::vector<double> values(rows());
  std::string scratch;
  for (std::size_t row = 0; row < values.size(); ++row)
    values[row] = parse_plain_number(cell(row, column, scratch))
                      .value_or(std::numeric_limits<double>::quiet_NaN());
  return values;
}

RowNames RawTable::names_of(std::span<const std::size_t> rows) const {
  RowNames names{.kind = RowNames::Kind::kLine, .numbers = {rows.begin(), rows.end()}};
  for (std::size_t& number : names.numbers) number = line(number);
  return names;
}

std::string NumberedTable::label(std::size_t row) const { return fmt::format("row {}: ", row + 1); }

RowNames NumberedTable::names_of(std::span<const std::size_t> rows) const {
  RowNames names{.kind = RowNames::Kind::kNumber, .numbers = {rows.begin(), rows.end()}};
  for (std::size_t& number : names.numbers) ++number;
  return names;
}

std::vector<double> NumberedTable::as_in_file(std::span<const double> numbers) {
  std::vector<double> values(numbers.begin(), numbers.end());
  for (double& value : values)
    if (std::isinf(value)) value = std::numeric_limits<double>::quiet_NaN();
  return values;
}

std::optional<std::size_t> RawTable::find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (name.empty() || found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::size_t RawTable::count(std::string_view name) const {
  return name.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(names_, name));
}

Result<RawTablePointer> read_raw_table(std::string_view text, std::string_view source) {
  for (const Magic& other : kOtherFiles)
    if (text.starts_with(other.bytes)) return error_at({std::string(source)}, "{}", other.what);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos)
    return error_at({std::string(source)}, "this is empty; a table starts with a line of names");
  const bool json = text[start] == '{' || text[start] == '[';
  return json ? read_json_table(text, source) : read_csv(text, source);
}

bool is_missing(std::string_view cell) {
  return cell.size() <= 8 && std::ranges::find(kMissing, lower_case(cell)) != kMissing.end();
}

std::string why_not_a_number(std::string_view cell, std::string_view column) {
  if (cell.empty())
    return "the cell is empty; fill it in, or leave such rows out with mapping.skip_missing";
  if (is_missing(cell))
    return fmt::format("\"{}\" is not a finite number; mapping.skip_missing leaves such rows out",
                       cell);
  if (cell == "{...}" || cell == "[...]")
    return fmt::format("{} is nested, not a number; give the number a member of its own", cell);
  std::string without_commas(cell);
  const std::string shown = excerpt(cell);
  if (is_too_large(cell)) return fmt::format("\"{}\" is too large for a number", shown);
  const auto commas = std::erase(without_commas, ',');
  if (commas > 0 && parse_plain_number(without_commas))
    return fmt::format("\"{}\" is not a number; {}", shown,
                       commas == 1 ? "a decimal comma?" : "leave out the commas");
  if (const Result<double> number = parse_number(cell, ""))
    return fmt::format("\"{}\" is not a plain number; write {}", shown, format_exact(*number));
  if (is_truth_word(cell))
    return fmt::format("\"{}\" is not a number; compare it: \"{{{}}} == {}\"", shown, column,
                       lower_case(cell));
  return fmt::format(
      "\"{}\" is not a number; a text can only be compared, as in mapping.where=\"{{{}}} == '{}'\"",
      shown, column, shown);
}

}  // namespace isoflop
