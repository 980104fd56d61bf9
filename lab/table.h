// Designs in, tables of runs out, as CSV.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "lab/run.h"
#include "lab/spec.h"

namespace isoflop::lab {

// A text that was read once for all runs that use it.
using Corpora = std::map<std::string, Corpus>;
inline std::string corpus_key(const RunSpec& spec) { return spec.text + ' ' + spec.tokenizer; }

struct PlannedRun {
  std::size_t number = 0;  // of the design's row, from 1
  RunSpec spec;            // resolved
};
struct TrainingPlan {
  std::vector<PlannedRun> runs;
  std::vector<std::string> notes;  // columns that were not looked at
};

// Reads a design: a row a run, its columns the fields of a run (spec.h) or their aliases, so that a
// table of `isoflop simulate` is one. A field without a column, or an empty cell, is that of
// `base`. Columns of a table of runs that are not fields (C, loss, ...) are noted and not read; any
// other is an error. The texts that are needed are added to `corpora`. Errors: all problems of the
// design, with their lines.
Result<TrainingPlan> read_design(std::string_view text, std::string_view source,
                                 const RunSpec& base, Corpora& corpora);

// Reads the text of `spec`, where it is not there, and resolves the spec.
Result<RunSpec> resolved(const RunSpec& spec, Corpora& corpora);

// The table of runs: inputs as they were resolved, then what came out, under the names that laws
// have for them: N, P, S, D, U, C, experts, loss.
std::string table_header();
std::string table_row(const PlannedRun& run, const RunOutcome& outcome, Level level);

// Which runs of the design a table has. Errors: a table of other runs.
Result<std::vector<bool>> runs_done(std::string_view text, std::string_view source,
                                    const TrainingPlan& design);

std::string curve_csv(const RunOutcome& outcome);

}  // namespace isoflop::lab
