// Which runs judge a law: those that its fit does not see.
//
//   "C > 1e21"     rows where a filter is true
//   "top:20%:P"    the rows with the largest fifth of P, or of any formula of columns
//   "rolling:3"    windows of growing compute: the rows in order of C are cut into four windows;
//                  the first three in turn are fitted to, with all before them, and the next one is
//                  predicted. "rolling:3:D" grows by another column or formula
//   "group:kind"   each group of rows that have the same text in a column is predicted from the
//                  others
//   "folds:5"      each of five random parts is predicted from the four others
//
// The first three ask how a law extrapolates, which is what a plan does; the last two how it does
// within the range of the runs. Runs of one budget stay together: see make_folds(). When to choose
// what: "top" by C for a table of one sweep; "rolling" where there are budgets enough for several
// questions, which makes the answer less a matter of one cut; a group where a family or a data set
// is to be predicted from others; folds where no extrapolation is planned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

struct Holdout {
  enum class Kind : std::uint8_t { kFilter, kTop, kRolling, kGroup, kFolds };
  Kind kind = Kind::kFilter;
  double share = 0;        // kTop: in (0, 1)
  std::size_t count = 0;   // kRolling: windows that are predicted; kFolds: parts
  std::string expression;  // kFilter: the filter; kTop, kRolling: what grows; kGroup: the column
  std::string text;        // as it was given

  // Where the expression starts in the text: at its end, or 0 for a default, which is not there.
  [[nodiscard]] std::size_t start() const;
};

// Errors name what was expected. Formulas are not read here.
Result<Holdout> parse_holdout(std::string_view text);

// Row indices, ascending, none in both.
struct Fold {
  std::vector<std::size_t> training, held_out;
};

struct Folds {
  std::vector<Fold> folds;         // no row is held out in two of them
  std::vector<std::string> notes;  // rows of equal value that a cut would have parted
  // Of each row: rows with the same number are drawn together when the paired bootstrap resamples
  // those held out. Empty: each by itself.
  std::vector<double> clusters;
  bool windows = false;  // of growing value, each predicted from the rows before it
};

// `values` has one entry a row: of the expression, 1 and 0 for a filter; the groups' numbers for
// kGroup; for kFolds only how many there are matters. Of kTop and kRolling, rows of one budget
// stay on one side of a cut, the one of the larger values: rows of equal value, and chains of
// values less than 3 % apart (kBudgetGap) that span 25 % at most; a longer chain is no budget.
// Errors: no row or all rows are held out;
// fewer different values than windows, or rows than parts.
Result<Folds> make_folds(const Holdout& holdout, std::span<const double> values,
                         std::uint64_t seed);
// The same from a text, such as "top:20%:C", whose formula is of the table's columns (evaluate() of
// read_table.h). A group is the rows of one number in a column, as a mapping's `cluster` gives them
// for texts. Errors: those of parse_holdout() and evaluate(); a row without a number.
Result<Folds> make_folds(std::string_view holdout, const Table& table, std::uint64_t seed);

// So many rows a free coefficient must come before a window: three for two, or its law is judged by
// a fit that goes through its runs.
std::size_t least_rows_before(std::size_t free);
// Leaves out windows with fewer rows before them, and notes it.
void drop_short_windows(Folds& folds, std::size_t free);

}  // namespace isoflop
