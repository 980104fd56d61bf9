// A table as its file has it: columns with names, and cells of text.
//
// Cells are slices of the file's text, so only those that a mapping reads are ever turned into
// numbers. The text must outlive the table.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace isoflop {

class RawTable {
 public:
  RawTable(std::string_view source, std::vector<std::string> names)
      : source_(source), names_(std::move(names)) {}

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] std::span<const std::string> names() const { return names_; }
  [[nodiscard]] std::size_t columns() const { return names_.size(); }
  [[nodiscard]] std::size_t rows() const { return cells_.size() / names_.size(); }
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const {
    return cells_[row * columns() + column];
  }

  // The first column of that name, and how many there are; an empty name names no column.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  // Where a row stands, for messages: a line of the file, or (in JSON) the row's id, to be written
  // before what is wrong: `row "57": `.
  [[nodiscard]] Place place(std::size_t row) const;
  [[nodiscard]] std::string label(std::size_t row) const;

  // Adds a row of one cell a column, from a line of the file.
  void add_line(std::span<const std::string_view> cells, std::size_t line);
  // Adds an empty row with an id, and fills its cells.
  void add_row(std::string id);
  void fill(std::size_t row, std::size_t column, std::string text) {
    cells_[row * columns() + column] = keep(std::move(text));
  }
  // Keeps a cell's text that is not a slice of the file's as it stands.
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

 private:
  std::string source_;
  std::vector<std::string> names_;
  std::vector<std::string_view> cells_;  // row after row
  std::vector<std::size_t> lines_;       // of each row, or
  std::vector<std::string> ids_;
  std::deque<std::string> kept_;  // a deque: its strings never move
};

// Reads CSV, or JSON in columns where the text starts with a brace.
Result<RawTable> read_raw_table(std::string_view text, std::string_view source);

// Why a cell is not read as a number, and what to do: `"2,31" is not a number; a decimal comma?`
std::string why_not_a_number(std::string_view cell, std::string_view column);

// The two forms; see csv.cc and json_table.cc.
Result<RawTable> read_csv(std::string_view text, std::string_view source);
Result<RawTable> read_json_table(std::string_view text, std::string_view source);

}  // namespace isoflop
