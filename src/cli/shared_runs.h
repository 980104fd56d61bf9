// RUNS for several laws at once.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/runs_argument.h"
#include "isoflop/compare.h"
#include "isoflop/holdout.h"

namespace isoflop::cli {

// One table for several laws, with the columns of all that can use the file, so that each sees the
// same rows.
struct SharedRuns {
  Runs runs;
  std::vector<Candidate> laws;
  std::vector<UnusableLaw> unusable;
  // What the hold-out is made from, as make_folds() wants it.
  std::vector<double> holdout;
};
Result<SharedRuns> read_shared_runs(const std::string& path, std::span<const Candidate> laws,
                                    const Mapping& mapping, const Holdout& holdout,
                                    Response response);

}  // namespace isoflop::cli
