// RUNS: a table of runs from a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "report/fit_record.h"

namespace isoflop::cli {

struct Runs {
  DataSource data;
  Table table;
  std::vector<std::string> notes;
};

// A fit needs the measured loss; a prediction takes it along where there is one.
enum class Measured : std::uint8_t { kNeeded, kIfThere };

// `path` may be "-" for standard input. Where the law is a formula from the command line, a
// coefficient that has the name of a column is said on standard error: it may have been meant as an
// input.
Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Measured loss);

// The names that a list of definitions, as in --columns, defines.
Result<std::vector<std::string>> defined_names(const std::string& columns);

}  // namespace isoflop::cli
