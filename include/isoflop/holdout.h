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
// within the range of the runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"

namespace isoflop {

struct Holdout {
  enum class Kind : std::uint8_t { kFilter, kTop, kRolling, kGroup, kFolds };
  Kind kind = Kind::kFilter;
  double share = 0;        // kTop: in (0, 1)
  std::size_t count = 0;   // kRolling: windows that are predicted; kFolds: parts
  std::string expression;  // kFilter: the filter; kTop, kRolling: what grows; kGroup: the column
  std::string text;        // as it was given
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
};

// `values` has one entry a row: of the expression, 1 and 0 for a filter; the groups' numbers for
// kGroup; for kFolds only how many there are matters. Of kTop and kRolling, rows of equal value
// stay on one side of a cut, the one of the larger values. Errors: no row or all rows are held out;
// fewer different values than windows, or rows than parts.
Result<Folds> make_folds(const Holdout& holdout, std::span<const double> values,
                         std::uint64_t seed);

}  // namespace isoflop
