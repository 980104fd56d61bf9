// CSV as in RFC 4180: cells in quotes may hold separators, line ends and doubled quotes; lines end
// with LF or CRLF. Beyond it: the separator (comma, semicolon, tab) is the one that the header has
// most of; spaces around cells do not count; lines without any text are skipped.
#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "data/raw_table.h"

namespace isoflop {

namespace {

constexpr std::string_view kSeparators = ",;\t";

char find_separator(std::string_view text) {
  std::array<std::size_t, kSeparators.size()> counts{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) break;
    const std::size_t which = kSeparators.find(c);
    if (which != kSeparators.npos && !quoted) ++counts[which];
  }
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view source)
      : text_(text), separator_(find_separator(text)), table_(source, {}) {}

  Result<RawTable> read() {
    const bool has_header = next_row();
    if (!problems_.empty()) return problems_.take();
    if (!has_header || has_no_names())
      return error_at(place(row_line_),
                      "there are no names here; a table starts with a line of names");
    table_ = RawTable(table_.source(), {cells_.begin(), cells_.end()});
    while (next_row()) {
      if (cells_.size() == table_.columns())
        table_.add_line(cells_, row_line_);
      else
        problems_.add(place(row_line_),
                      "cells here: {}, in the header: {}, split at {}; a cell with that in it "
                      "needs quotes",
                      cells_.size(), table_.columns(),
                      separator_ == '\t' ? "tabs" : fmt::format("\"{}\"", separator_));
    }
    if (!problems_.empty()) return problems_.take();
    return std::move(table_);
  }

 private:
  [[nodiscard]] Place place(std::size_t line) const { return {table_.source(), line}; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool at_line_end() const { return at_end() || text_[at_] == '\n'; }

  // Reads the next line with any text into cells_; false where there is none.
  bool next_row() {
    do {
      if (at_end()) return false;
      row_line_ = line_;
      cells_.clear();
      cells_.push_back(next_cell());
      while (!at_line_end()) {
        ++at_;  // the separator
        cells_.push_back(next_cell());
      }
      if (!at_end()) ++at_;
      ++line_;
    } while (cells_.size() == 1 && cells_[0].empty());
    return true;
  }

  // Stops at the separator or at the end of the line.
  std::string_view next_cell() {
    skip_spaces();
    if (!at_end() && text_[at_] == '"') return quoted_cell();
    return rest_of_cell();
  }

  void skip_spaces() {
    while (!at_end() && (text_[at_] == ' ' || (text_[at_] == '\t' && separator_ != '\t'))) ++at_;
  }

  std::string_view rest_of_cell() {
    const std::size_t start = at_;
    while (!at_line_end() && text_[at_] != separator_) ++at_;
    const std::string_view cell = text_.substr(start, at_ - start);
    return cell.substr(0, cell.find_last_not_of(" \t\r") + 1);
  }

  std::string_view quoted_cell() {
    const std::size_t first_line = line_;
    const std::size_t start = ++at_;
    bool doubled = false;
    for (;; ++at_) {
      if (at_end()) {
        problems_.add(place(first_line),
                      "a cell starts with a quote and never ends; close the quote");
        return {};
      }
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') continue;
      if (text_.substr(at_ + 1, 1) != "\"") break;
      doubled = true;
      ++at_;
    }
    const std::string_view cell = text_.substr(start, at_ - start);
    ++at_;
    if (const std::string_view rest = rest_of_cell(); !rest.empty())
      problems_.add(place(line_), "\"{}\" follows a cell in quotes; write a quote in a cell twice",
                    rest);
    return doubled ? undouble(cell) : cell;
  }

  std::string_view undouble(std::string_view cell) {
    std::string text;
    for (std::size_t i = 0; i < cell.size(); ++i) {
      text += cell[i];
      if (cell[i] == '"') ++i;
    }
    return table_.keep(std::move(text));
  }

  // A file whose header was cut off would lose a run and name its columns by numbers.
  [[nodiscard]] bool has_no_names() const {
    return std::ranges::all_of(
        cells_, [](std::string_view cell) { return parse_plain_number(cell).has_value(); });
  }

  std::string_view text_;
  char separator_;
  RawTable table_;
  Problems problems_;
  std::vector<std::string_view> cells_;  // of the row that was read last
  std::size_t row_line_ = 1;             // where it starts
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace

Result<RawTable> read_csv(std::string_view text, std::string_view source) {
  return CsvReader(text, source).read();
}

}  // namespace isoflop
