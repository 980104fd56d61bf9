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

struct Cell {
  std::string_view text;  // of a cell in quotes, what is inside
  bool quoted = false;
  bool doubled = false;    // whether quotes in it are doubled
  bool closed = true;      // whether its last quote is there
  std::string_view stray;  // what follows that quote and should not
};

// Cuts cells from the text, from the start of a row on.
class Cutter {
 public:
  Cutter(std::string_view text, char separator, std::size_t at)
      : text_(text), separator_(separator), at_(at) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool at_line_end() const { return at_end() || text_[at_] == '\n'; }
  // Over the separator or the end of the line.
  void step() { ++at_; }

  // Also over the CR of a line's end.
  void skip_spaces() {
    while (!at_end() &&
           (text_[at_] == ' ' || text_[at_] == '\r' || (text_[at_] == '\t' && separator_ != '\t')))
      ++at_;
  }

  // Stops at the separator or at the end of the line.
  Cell next() {
    skip_spaces();
    if (!at_end() && text_[at_] == '"') return in_quotes();
    return {.text = plain()};
  }

 private:
  std::string_view plain() {
    const std::size_t start = at_;
    while (!at_line_end() && text_[at_] != separator_) ++at_;
    const std::string_view cell = text_.substr(start, at_ - start);
    return cell.substr(0, cell.find_last_not_of(" \t\r") + 1);
  }

  Cell in_quotes() {
    Cell cell{.quoted = true};
    const std::size_t start = ++at_;
    for (;;) {
      at_ = std::min(text_.find('"', at_), text_.size());
      cell.closed = !at_end();
      if (!cell.closed || text_.substr(at_ + 1, 1) != "\"") break;
      cell.doubled = true;
      at_ += 2;
    }
    cell.text = text_.substr(start, at_ - start);
    if (cell.closed) {
      ++at_;
      cell.stray = plain();
    }
    return cell;
  }

  std::string_view text_;
  char separator_;
  std::size_t at_;
};

std::string_view put_together(const Cell& cell, std::string& scratch) {
  if (!cell.doubled) return cell.text;
  scratch.clear();
  for (std::size_t i = 0; i < cell.text.size(); ++i) {
    scratch += cell.text[i];
    if (cell.text[i] == '"') ++i;
  }
  return scratch;
}

class CsvTable final : public RawTable {
 public:
  CsvTable(std::string_view text, std::string_view source)
      : RawTable(source), text_(text), separator_(find_separator(text)) {}

  // Finds the header and the rows, and every problem of the file's form.
  Result<void> read() {
    Cutter cutter(text_, separator_, 0);
    read_header(cutter);
    // A wrong row does not keep the others from being looked at; a wrong header does.
    while (!names().empty() && next_line(cutter)) read_row(cutter);
    return problems_.result();
  }

  [[nodiscard]] std::size_t rows() const override { return starts_.size(); }
  [[nodiscard]] std::string label(std::size_t) const override { return ""; }

 protected:
  [[nodiscard]] std::size_t line(std::size_t row) const override {
    const auto after = std::ranges::upper_bound(shifts_, row, {}, &Shift::row);
    return row + (after - 1)->lines;
  }
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column,
                                      std::string& scratch) const override {
    Cutter cutter(text_, separator_, starts_[row]);
    for (std::size_t i = 0; i < column; ++i) {
      cutter.next();
      cutter.step();
    }
    return put_together(cutter.next(), scratch);
  }

 private:
  // From `row` on, a row's line is its number plus `lines`. Only blank lines and line ends in cells
  // make a new one.
  struct Shift {
    std::size_t row;
    std::size_t lines;
  };

  void read_header(Cutter& cutter) {
    next_line(cutter);
    const std::size_t line = line_;
    std::vector<std::string> names;
    std::string scratch;
    for (bool more = true; more; more = go_on(cutter))
      names.emplace_back(put_together(next_cell(cutter), scratch));
    // A file whose header was cut off would lose a run and name its columns by numbers.
    const bool nameless = std::ranges::all_of(names, [](const std::string& name) {
      return name.empty() || parse_plain_number(name).has_value();
    });
    if (nameless && problems_.empty())
      problems_.add({source(), line},
                    "there are no names here; a table starts with a line of names");
    if (problems_.empty()) set_names(std::move(names));
  }

  void read_row(Cutter& cutter) {
    const std::size_t start = cutter.at(), line = line_;
    std::size_t cells = 0;
    bool closed = true;
    for (bool more = true; more; more = go_on(cutter)) {
      closed = next_cell(cutter).closed;
      ++cells;
    }
    if (closed && cells != columns())
      problems_.add({source(), line},
                    "cells here: {}, in the header: {}, split at {}; a cell with that in it needs "
                    "quotes",
                    cells, columns(),
                    separator_ == '\t' ? "tabs" : fmt::format("\"{}\"", separator_));
    const std::size_t lines = line - rows();
    if (shifts_.empty() || shifts_.back().lines != lines) shifts_.push_back({rows(), lines});
    starts_.push_back(start);
  }

  // Goes to the next line with any text; false where there is none.
  bool next_line(Cutter& cutter) {
    for (;; ++line_) {
      cutter.skip_spaces();
      if (cutter.at_end()) return false;
      if (!cutter.at_line_end()) return true;
      cutter.step();
    }
  }

  Cell next_cell(Cutter& cutter) {
    const std::size_t first_line = line_;
    const Cell cell = cutter.next();
    if (cell.quoted) line_ += static_cast<std::size_t>(std::ranges::count(cell.text, '\n'));
    if (!cell.closed)
      problems_.add({source(), first_line},
                    "a cell starts with a quote and never ends; close the quote");
    if (!cell.stray.empty())
      problems_.add({source(), line_},
                    "\"{}\" follows a cell in quotes; write a quote in a cell twice",
                    excerpt(cell.stray));
    return cell;
  }

  // Over what ends a cell; false at the end of the row.
  bool go_on(Cutter& cutter) {
    const bool more = !cutter.at_line_end();
    if (!more) ++line_;
    if (!cutter.at_end()) cutter.step();
    return more;
  }

  std::string_view text_;
  char separator_;
  std::vector<std::size_t> starts_;  // of each row, in the text
  std::vector<Shift> shifts_;
  std::size_t line_ = 1;
  Problems problems_;
};

}  // namespace

Result<RawTablePointer> read_csv(std::string_view text, std::string_view source) {
  if (text.find('\n') == text.npos && text.find('\r') != text.npos)
    return error_at({std::string(source)},
                    "its lines end with CR alone; save it with LF or CRLF line ends");
  auto table = std::make_unique<CsvTable>(text, source);
  if (const Result<void> read = table->read(); !read) return std::unexpected(read.error());
  return table;
}

}  // namespace isoflop
