// A table as its file has it: columns with names, and cells of text.
//
// Only the text and where its rows are is kept, not its cells: a cell is cut out when it is asked
// for, so a table costs little more than its file and only what a mapping reads becomes numbers.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "isoflop/table.h"

namespace isoflop {

class RawTable {
 public:
  virtual ~RawTable() = default;
  RawTable(const RawTable&) = delete;
  RawTable& operator=(const RawTable&) = delete;

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] std::span<const std::string> names() const { return names_; }
  [[nodiscard]] std::size_t columns() const { return names_.size(); }
  [[nodiscard]] virtual std::size_t rows() const = 0;
  // The text of a cell, without its quotes; "" where there is none.
  [[nodiscard]] std::string cell(std::size_t row, std::size_t column) const;
  // The same: a slice of the file's text comes as that; any other is put together in `scratch`.
  [[nodiscard]] virtual std::string_view cell(std::size_t row, std::size_t column,
                                              std::string& scratch) const = 0;
  // A column's cells as numbers; NaN where a cell is none.
  [[nodiscard]] virtual std::vector<double> numbers(std::size_t column) const;

  // The first column of that name, and how many there are; an empty name names no column.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  // Where a row stands, for messages: a line of the file or, in JSON, the row's id or number, to be
  // written before what is wrong: `row "57": `.
  [[nodiscard]] virtual Place place(std::size_t row) const { return {source_, line(row)}; }
  [[nodiscard]] virtual std::string label(std::size_t row) const = 0;
  // The same for a table of some rows.
  [[nodiscard]] virtual RowNames names_of(std::span<const std::size_t> rows) const;

 protected:
  explicit RawTable(std::string_view source) : source_(source) {}
  [[nodiscard]] virtual std::size_t line(std::size_t row) const = 0;  // 0: rows have no lines
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }

 private:
  std::string source_;
  std::vector<std::string> names_;
};

using RawTablePointer = std::unique_ptr<RawTable>;

// A table of no file: its rows are numbered from 1, and have no lines.
class NumberedTable : public RawTable {
 public:
  [[nodiscard]] std::string label(std::size_t row) const override;
  [[nodiscard]] RowNames names_of(std::span<const std::size_t> rows) const override;

 protected:
  using RawTable::RawTable;
  [[nodiscard]] std::size_t line(std::size_t /*row*/) const override { return 0; }
  // Numbers as those of a file, where no cell with an infinity is one: NaN in its place.
  [[nodiscard]] static std::vector<double> as_in_file(std::span<const double> numbers);
};

// Reads CSV, or JSON where the text starts with a bracket. The text must outlive the table.
Result<RawTablePointer> read_raw_table(std::string_view text, std::string_view source);

// What a cell may be instead of a number: nothing at all, or a word for it: "", "NaN", "Infinity",
// "null".
bool is_missing(std::string_view cell);
// Why a cell is not read as a number, and what to do: `"2,31" is not a number; a decimal comma?`
std::string why_not_a_number(std::string_view cell, std::string_view column);

// The two forms; see csv.cc and json_table.cc.
Result<RawTablePointer> read_csv(std::string_view text, std::string_view source);
Result<RawTablePointer> read_json_table(std::string_view text, std::string_view source);

}  // namespace isoflop
