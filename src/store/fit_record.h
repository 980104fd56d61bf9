// A fit together with where its runs came from: what every writer of a fit reads, and what a fit
// file keeps.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isoflop/bootstrap.h"
#include "isoflop/confidence.h"
#include "isoflop/fit.h"
#include "isoflop/read_table.h"

namespace isoflop {

inline constexpr double kUsualLevel = 0.95;  // of intervals where none is asked for

// The file that a table was read from, and how.
struct DataSource {
  std::string source;  // path as the user gave it; "-" for standard input
  std::string sha256;  // of the file's bytes, in hexadecimal
  Mapping mapping;
  std::size_t rows_read = 0;  // rows of the file
  std::size_t filtered = 0;   // left out by mapping.where
  std::size_t skipped = 0;    // left out by mapping.skip_missing
  std::size_t dropped = 0;    // left out by mapping.drop_highest_loss
};

// Draws, and what they say of the coefficients.
struct BootstrapRecord {
  Draws draws;
  double level = 0;                        // of the intervals
  std::vector<Uncertainty> uncertainties;  // one for each coefficient of the law
};

struct FitRecord {
  Fit fit;
  std::optional<Confidence> confidence = {};
  std::optional<BootstrapRecord> bootstrap = {};
  DataSource data;
  std::string version;  // of the isoflop that made the fit
  std::string command;  // the command line that made it; "" for a fit made in memory
};

}  // namespace isoflop
