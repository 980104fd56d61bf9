// A table of finished runs: columns of numbers with names, all of one length; one row is one run.
//
// The columns that a fit reads carry the names of the law's inputs (N, P, S, Sx, D, U, C, experts;
// see law.h), `loss` for the measured loss and, where wanted, `weight` and `cluster` (bootstrap.h).
// Files become such a table by a mapping: see read_table.h. Numbers are raw: parameters, tokens,
// FLOPs, nats a token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/result.h"

namespace isoflop {

// What rows are called in the file that they come from, of which a table may have a part.
struct RowNames {
  enum class Kind : std::uint8_t {
    kLine,    // lines of the file, from 1, which may be a header's
    kNumber,  // rows of the file, from 1
    kId,      // texts that the file has for them
  };
  Kind kind = Kind::kLine;
  std::vector<std::size_t> numbers;  // of each row: its line or number, or where its id is
  std::shared_ptr<const std::vector<std::string>> ids = {};
};

// A copy shares its columns with the original: it costs nothing.
class Table {
 public:
  // Adds or replaces a column. The first column fixes the number of rows; a later one of another
  // length is an error.
  Result<void> set(std::string name, std::vector<double> values);

  [[nodiscard]] std::size_t rows() const {
    return columns_.empty() ? 0 : columns_[0].second->size();
  }
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  // The column, or an empty span where there is none of that name.
  [[nodiscard]] std::span<const double> column(std::string_view name) const;
  // Makes a column of another table, of the same rows, one of this table; that table must have it.
  void share(const Table& other, std::string_view name);
  // Names in the order in which the columns were added.
  [[nodiscard]] std::vector<std::string> names() const;
  // The rows whose indices are given, in that order; an index may repeat (as in a bootstrap
  // resample).
  [[nodiscard]] Table select(std::span<const std::size_t> rows) const;

  // Rows keep their names where they are selected or shared. One name a row, or it is an error.
  Result<void> name_rows(RowNames names);
  [[nodiscard]] const RowNames* row_names() const { return row_names_.get(); }  // or null
  // "17"; without names it is the row's number in this table, from 1.
  [[nodiscard]] std::string row_name(std::size_t row) const;
  // In a message, as those about the file have it: `line 17`, `row "57"`; without names `row 3`.
  [[nodiscard]] std::string row_label(std::size_t row) const;

 private:
  using Column = std::shared_ptr<const std::vector<double>>;
  [[nodiscard]] const Column* find(std::string_view name) const;
  std::vector<std::pair<std::string, Column>> columns_;
  std::shared_ptr<const RowNames> row_names_;  // or null
};

}  // namespace isoflop
