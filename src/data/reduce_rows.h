// Rows of a table reduced: the last of each run, the mean of repeats, the best of a sweep.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "data/columns.h"
#include "isoflop/read_table.h"

namespace isoflop {

using Rows = std::vector<std::size_t>;

// What a mapping asks for; see Mapping.
struct RowReduction {
  std::size_t thin_step = 1;
  std::optional<RowGroups> thin, last_of, mean_of, best_of;
  std::vector<double> order, best_by,
      weights;  // of all rows of the file; empty where not asked for
};

// The rows that are left.
struct ReducedRows {
  Rows rows;                // of the file, in its order; of a mean the first of those in it
  std::vector<Rows> means;  // the rows that each is the mean of; empty without means

  // Keeps those at these places, in order, alone.
  void keep(const Rows& places);
  // The values of a column of the file for them.
  [[nodiscard]] std::vector<double> values(std::span<const double> column,
                                           std::span<const double> weights) const;
};

// Counts what is left out.
ReducedRows reduce_rows(Rows rows, const RowReduction& reduction, LeftOut& left_out);

// The sum of the weights of the rows in each mean, or their number.
std::vector<double> total_weights(const ReducedRows& reduced, std::span<const double> weights);

// How far repeats are apart.
struct SeedSpread {
  std::vector<double> each;  // the standard deviation in each mean; 0 of one row
  double pooled = 0;         // over all means of two rows or more
  std::size_t means = 0;     // how many these are
};
SeedSpread spread_of(const ReducedRows& reduced, std::span<const double> column);

}  // namespace isoflop
