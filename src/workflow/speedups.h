// Speed-ups (isoflop/speedup.h) of the variants that a column of a file names.
#pragma once

#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit_file.h"
#include "isoflop/progress.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "isoflop/speedup.h"
#include "workflow/runs.h"

namespace isoflop {

struct SpeedupRecord {
  std::string by;  // the column
  Speedup speedup;
  DataSource data;
  std::vector<std::string> notes;
};

// The law that runs are mapped to: of C, which N and D give where the file has none.
Law speedup_law();
// The runs of each variant, whose rows are reduced by themselves (mapping.best_of). Errors: those
// of group_runs().
Result<std::vector<RunsGroup>> variants_of(const RunsFile& file, const Mapping& mapping,
                                           const std::string& by);
// At least one group. Errors: those of speedup().
Result<SpeedupRecord> find_speedup(std::vector<RunsGroup> groups, const std::string& by,
                                   const SpeedupRequest& request, Executor& executor,
                                   Progress& progress);

}  // namespace isoflop
