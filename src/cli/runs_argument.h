// RUNS: a table of runs from a file.
#pragma once

#include <string>

#include "isoflop/law.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "workflow/runs.h"

namespace isoflop::cli {

// `path` may be "-" for standard input. Where the law is a formula from the command line, a
// coefficient that has the name of a column is said on standard error: it may have been meant as an
// input.
Result<RunsFile> read_runs_file(const std::string& path, const Law& law);
// The same, mapped to the law's inputs.
Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Response response);

}  // namespace isoflop::cli
