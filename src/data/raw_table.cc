#include "data/raw_table.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"

namespace isoflop {

namespace {
constexpr std::array<std::string_view, 9> kMissing = {"nan", "-nan", "inf",  "-inf",    "na",
                                                      "n/a", "null", "none", "infinity"};
}  // namespace

std::optional<std::size_t> RawTable::find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (name.empty() || found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::size_t RawTable::count(std::string_view name) const {
  return name.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(names_, name));
}

Place RawTable::place(std::size_t row) const {
  return {source_, row < lines_.size() ? lines_[row] : 0};
}

std::string RawTable::label(std::size_t row) const {
  return row < ids_.size() ? fmt::format("row \"{}\": ", ids_[row]) : "";
}

void RawTable::add_line(std::span<const std::string_view> cells, std::size_t line) {
  cells_.insert(cells_.end(), cells.begin(), cells.end());
  lines_.push_back(line);
}

void RawTable::add_row(std::string id) {
  cells_.resize(cells_.size() + columns());
  ids_.push_back(std::move(id));
}

Result<RawTable> read_raw_table(std::string_view text, std::string_view source) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return error_at({std::string(source)}, "this text is UTF-16; save it as UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos)
    return error_at({std::string(source)}, "this is empty; a table starts with a line of names");
  const bool json = text[start] == '{' || text[start] == '[';
  return json ? read_json_table(text, source) : read_csv(text, source);
}

std::string why_not_a_number(std::string_view cell, std::string_view column) {
  if (cell.empty())
    return fmt::format(
        "the cell is empty; fill it in, or leave such rows out with --where \"{{{}}} != ''\"",
        column);
  std::string small(cell), without_commas(cell);
  std::ranges::transform(small, small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  if (std::ranges::find(kMissing, small) != kMissing.end())
    return fmt::format(
        "\"{}\" is not a finite number; leave such rows out with --where \"{{{}}} != '{}'\"", cell,
        column, cell);
  const auto commas = std::erase(without_commas, ',');
  if (commas > 0 && parse_plain_number(without_commas))
    return fmt::format("\"{}\" is not a number; {}", cell,
                       commas == 1 ? "a decimal comma?" : "leave out the commas");
  if (const Result<double> number = parse_number(cell, ""))
    return fmt::format("\"{}\" is not a plain number; write {}", cell, format_exact(*number));
  return fmt::format(
      "\"{}\" is not a number; a text can only be compared, as in --where \"{{{}}} == '{}'\"", cell,
      column, cell);
}

}  // namespace isoflop
