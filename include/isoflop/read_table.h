// Reading a table of runs, from text or from memory, with its columns mapped to a law's inputs by
// formulas.
// The text is CSV, or JSON in records ([{"loss": 3.1, ...}, ...]), in lines (one such record a
// line) or in columns ({"loss": {"0": 3.1, ...}, ...} or {"loss": [3.1, ...], ...}); which one is
// seen by itself. A gzipped file is unpacked first (gzip.h).
//
//   Mapping mapping;
//   mapping.columns = "P = 24*12*768^2*scale, S = sparsity, D = 65536*steps, loss = {val-loss}";
//   Result<MappedTable> runs = read_table(text, "runs.csv", law, mapping);
//
// Which function for which runs:
//
//   a CSV or JSON text          read_table(), or read_groups() for each group of rows by itself
//   columns in memory           map_table(), with the same formulas, filters and errors
//   a law's inputs in memory    Table::set(), without a mapping
//
// Only cells that the mapping, the filter or the law need are looked at: a blank elsewhere does not
// matter. All problems of a file are reported at once, each with its line and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
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
  // What the law predicts, where that is no loss, or one under another name: a formula of columns,
  // in the place of `loss`. "" for a column `loss`, or the one that `columns` defines.
  std::string response;
  std::string where;    // a filter: rows where this formula is true are kept; "" keeps all
  std::string weights;  // a formula that gives each run's weight; "" for equal weights
  // A column of the file, or an input such as N: rows that have the same text in it share their
  // noise (checkpoints of a run), which all intervals then take into account. The table gets the
  // clusters' numbers as its column `cluster`. "" for none.
  std::string cluster;
  std::size_t drop_highest_loss = 0;  // leave out this many, the highest, of what `where` keeps
  // Leave out rows where a cell that is read is empty or a word for no number (NaN, Infinity,
  // null, n/a), instead of an error.
  bool skip_missing = false;
};

// What is asked of the measured loss, the response of a fit.
enum class Response : std::uint8_t {
  kNone,      // not read: a table to predict for
  kAny,       // a number
  kPositive,  // above 0, as log residuals want it
};

struct MappedTable {
  // The law's inputs and loss; weight and cluster where asked for; C, the FLOPs of each run, where
  // the law has N (or P) and D and the file has C.
  Table table;
  std::size_t rows_read = 0;       // rows of the file
  std::size_t filtered = 0;        // left out by `where`
  std::size_t skipped = 0;         // left out by `skip_missing`
  std::size_t dropped = 0;         // left out by `drop_highest_loss`
  std::vector<std::string> notes;  // stand-ins (S for Sx), derived inputs, names that nothing uses
  std::vector<std::string> warnings;  // columns in other units than their names say, as it seems
};

// `source` names the text in errors. The table gets every input of `law` (derived where possible:
// see predict.h) and, unless there is to be none, the loss.
Result<MappedTable> read_table(std::string_view text, std::string_view source, const Law& law,
                               const Mapping& mapping, Response response = Response::kAny);

// A column of a table in memory: numbers, NaN where one is missing, or texts, which are read as the
// cells of a file are: "7" is a number, "" is missing.
struct DataColumn {
  std::string name;
  std::variant<std::vector<double>, std::vector<std::string>> values;
};

// read_table() for columns in memory, all of one length. Rows are called by their numbers, from 1.
//
//   const std::vector<DataColumn> columns = {{"Model Size", sizes}, {"kind", kinds}, ...};
//   map_table(columns, law, {.columns = "N = {Model Size}", .where = "kind == 'dense'"});
Result<MappedTable> map_table(std::span<const DataColumn> columns, const Law& law,
                              const Mapping& mapping, Response response = Response::kAny);

// A formula of the columns of a table, such as "C/(6*N)" or "S > 0.5 && D < 2B", for each of its
// rows; of N, P, S, C and D those that are not there are derived as in predict.h. Truth is 1 and 0;
// a row where the formula has no value (the logarithm of -1) is NaN. `source` names the formula in
// errors: what does not parse, and a name that no column has.
Result<std::vector<double>> evaluate(std::string_view formula, const Table& table,
                                     std::string_view source = "formula");

// The rows that have the same text in a column.
struct TableGroup {
  std::string name;   // that text
  std::string where;  // the filter with which read_table() gives these rows
  MappedTable runs;
};

// One group for each text of the column `by`, in the order in which they come in the file.
Result<std::vector<TableGroup>> read_groups(std::string_view text, std::string_view source,
                                            const Law& law, const Mapping& mapping,
                                            std::string_view by,
                                            Response response = Response::kAny);

}  // namespace isoflop
