// RUNS: a table of runs from a file.
#pragma once

#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "store/fit_record.h"

namespace isoflop::cli {

struct Runs {
  DataSource data;
  Table table;
  std::vector<std::string> notes;
};

// The rows that have the same text in a column.
struct RunsGroup {
  std::string name;
  Runs runs;
};

// `path` may be "-" for standard input. Where the law is a formula from the command line, a
// coefficient that has the name of a column is said on standard error: it may have been meant as an
// input.
Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Response response);
// The measured loss is taken along where there is one.
Result<Runs> read_runs_to_predict(const std::string& path, const Law& law, const Mapping& mapping);
// One group for each text of the column `by`.
Result<std::vector<RunsGroup>> read_runs_by(const std::string& path, const Law& law,
                                            const Mapping& mapping, const std::string& by,
                                            Response response);

// The names that a list of definitions, as in Mapping::columns, defines.
Result<std::vector<std::string>> defined_names(const std::string& columns);

}  // namespace isoflop::cli
