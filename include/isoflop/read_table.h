// Reading a table of runs from text: CSV, or JSON in columns ({"loss": {"0": 3.1, ...}, ...} or
// {"loss": [3.1, ...], ...}), with the file's columns mapped to a law's inputs by formulas.
//
//   Mapping mapping;
//   mapping.columns = "P = 24*12*768^2*scale, S = sparsity, D = 65536*steps, loss = {val-loss}";
//   Result<MappedTable> runs = read_table(text, "runs.csv", law, mapping);
//
// Only cells that the mapping, the filter or the law need are looked at: a blank elsewhere does not
// matter. All problems of a file are reported at once, each with its line and column.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

struct Mapping {
  // "NAME = formula, ...": inputs, `loss` and names of your own from the file's columns; {...}
  // quotes a column's name. A column that already has an input's name (or is called "loss") needs
  // no entry.
  std::string columns;
  std::string where;    // a filter: rows where this formula is true are kept; "" keeps all
  std::string loss;     // a formula for the response, instead of `loss`; "" for none
  std::string weights;  // a formula that gives each run's weight; "" for equal weights
  std::size_t drop_highest_loss = 0;  // leave out this many, the highest, of what `where` keeps
};

struct MappedTable {
  Table table;                     // the law's inputs, loss, and weight where asked for
  std::size_t rows_read = 0;       // rows of the file
  std::size_t filtered = 0;        // left out by `where`
  std::size_t dropped = 0;         // left out by drop_highest_loss
  std::vector<std::string> notes;  // stand-ins (S for Sx), derived inputs
};

// `source` names the text in errors. The table gets every input of `law` (derived where possible:
// see predict.h) and, unless `with_loss` is false, the loss.
Result<MappedTable> read_table(std::string_view text, std::string_view source, const Law& law,
                               const Mapping& mapping, bool with_loss = true);

}  // namespace isoflop
