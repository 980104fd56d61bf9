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
//   CSV or JSON texts           read_table(), or read_groups() for each group of rows by itself
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

#include "isoflop/conventions.h"
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
  // In what unit the losses are (conventions.h), and after a colon, into which they are to be
  // converted: "perplexity", "perplexity:nats". "" where that is not said: the law's own.
  std::string loss_unit;
  // Which parameters the file's N and P count.
  ParameterCount params_count = ParameterCount::kUnknown;
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

  // The shape of the files, before anything else is done:
  // A file has a column a run, called "run - metric", as the export of a chart of Weights & Biases:
  // it becomes rows with the columns that are not called so (Step), `run` and each metric.
  bool wide = false;
  // Parts of a file's name as columns: "{size}M_{schedule}.csv" gives `size` and `schedule`; `*` is
  // any other part. With a slash it is of as much of the path.
  std::string file_name;

  // Rows that are reduced, after `where` and `skip_missing` and before `drop_highest_loss`, in this
  // order. NAMES are columns, inputs and names that `columns` defines: "N, {Model Size}".
  std::string thin;     // "K" or "K of NAMES": every K-th row of each curve, counted from its last
  std::string last_of;  // NAMES: the last row of those that have the same under these
  // What the rows of a curve are ordered by for these two, a formula; "" for D where the law has
  // it, else the order in the file. Of equal ones the later in the file is the last.
  std::string order;
  std::string mean_of;  // NAMES: one row, the mean, for those that have the same under these
  std::string best_of;  // NAMES: the row of the lowest loss
  std::string best_by;  // a formula, for best_of to take the lowest of in place of the loss

  bool operator==(const Mapping&) const = default;
};

// How many rows of a file are not among those of its table, and why.
struct LeftOut {
  std::size_t filtered = 0;  // by `where`
  std::size_t skipped = 0;   // by `skip_missing`
  std::size_t thinned = 0;   // by `thin`
  std::size_t earlier = 0;   // by `last_of`
  std::size_t averaged = 0;  // by `mean_of`: they are in the mean of another row
  std::size_t worse = 0;     // by `best_of`
  std::size_t dropped = 0;   // by `drop_highest_loss`
};

// What is asked of the measured loss, the response of a fit.
enum class Response : std::uint8_t {
  kNone,      // not read: a table to predict for
  kAny,       // a number
  kPositive,  // above 0, as log residuals want it
};

struct MappedTable {
  // The law's inputs and loss; weight and cluster where asked for; C, the FLOPs of each run, where
  // the law has N (or P) and D and the file has C. With `mean_of`, weight is the sum of the weights
  // of the rows that were averaged, which is their number where they have none, and `spread` the
  // standard deviation of their losses, 0 of one row.
  Table table;
  std::size_t rows_read = 0;  // rows of the files
  LeftOut left_out;
  std::vector<std::string> notes;  // stand-ins (S for Sx), derived inputs, names that nothing uses
  std::vector<std::string> warnings;  // columns in other units than their names say, as it seems
};

// `source` names the text in errors. The table gets every input of `law` (derived where possible:
// see predict.h) and, unless there is to be none, the loss.
Result<MappedTable> read_table(std::string_view text, std::string_view source, const Law& law,
                               const Mapping& mapping, Response response = Response::kAny);

// The same of several files as one table, row after row: columns of one name are one, and where a
// file lacks one its cells are empty. The column `file` has the names of the sources, unless a file
// has a column of that name.
struct TextFile {
  std::string_view text;
  std::string_view source;
};
Result<MappedTable> read_table(std::span<const TextFile> files, const Law& law,
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
