// A table of finished runs: columns of numbers with names, all of one length; one row is one run.
//
// The columns that a fit reads carry the names of the law's inputs (N, P, S, Sx, D, U, C, experts;
// see law.h), `loss` for the measured loss and, where wanted, `weight` and `cluster` (bootstrap.h).
// Files become such a table by a mapping: see read_table.h. Numbers are raw: parameters, tokens,
// FLOPs, nats a token.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/result.h"

namespace isoflop {

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
  // Makes a column of another table, of as many rows, one of this table; that table must have it.
  void share(const Table& other, std::string_view name);
  // Names in the order in which the columns were added.
  [[nodiscard]] std::vector<std::string> names() const;
  // The rows whose indices are given, in that order; an index may repeat (as in a bootstrap
  // resample).
  [[nodiscard]] Table select(std::span<const std::size_t> rows) const;

 private:
  using Column = std::shared_ptr<const std::vector<double>>;
  [[nodiscard]] const Column* find(std::string_view name) const;
  std::vector<std::pair<std::string, Column>> columns_;
};

}  // namespace isoflop
