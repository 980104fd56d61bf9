// A graph over rows of which nothing is known beforehand: every symbol is a column that the caller
// fills anew before each run. For work that steps from point to point, many rows at a time, as a
// search for the roots of many equations does.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "kernel/prepared.h"
#include "law/graph.h"

namespace isoflop {

class Batch {
 public:
  // The graph's symbols must be of stage kRow, and each have its name among `columns`, in whose
  // order column() gives them; a name that the outputs do not depend on is allowed.
  Batch(const Graph& graph, std::span<const NodeId> outputs, std::span<const std::string> columns,
        std::size_t rows);

  // `rows` numbers, 1 at first.
  [[nodiscard]] std::span<double> column(std::size_t index);
  void run();
  [[nodiscard]] std::span<const double> output(std::size_t index) const;

 private:
  Program program_;
  std::size_t rows_, stride_, block_;
  std::vector<std::size_t> places_;  // of each name's column in columns_
  std::vector<double> scalars_;
  AlignedDoubles columns_, registers_, outputs_;
};

}  // namespace isoflop
