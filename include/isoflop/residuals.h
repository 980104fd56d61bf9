// How far a law's predictions are from the runs.
#pragma once

#include <cstddef>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

struct Residuals {
  std::vector<double> measured, predicted;  // losses, row by row
  std::vector<double> log_ratio;            // ln predicted - ln measured
  double rms = 0;                           // root mean square of log_ratio, unweighted
  std::size_t worst = 0;                    // row of the largest log_ratio by size
};

// The table has a column for each of the law's inputs and `loss`, above 0. Errors: those of
// predict(), a table without rows, a loss that is not above 0.
Result<Residuals> residuals(const Law& law, const Table& table);

}  // namespace isoflop
