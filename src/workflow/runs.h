// Tables of runs: read for a law or for several, and made by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/raw_table.h"
#include "isoflop/compare.h"
#include "isoflop/fit_file.h"
#include "isoflop/holdout.h"
#include "isoflop/law.h"
#include "isoflop/read_table.h"
#include "isoflop/result.h"
#include "isoflop/simulate.h"
#include "isoflop/table.h"

namespace isoflop {

// Files of runs, as one table, before it is known which of its columns a law wants.
struct RunsFile {
  std::string source;  // DataSource::source
  std::string sha256;  // of their bytes, "" where that is not known
  std::unique_ptr<const std::vector<std::string>> texts;
  RawTablePointer table;  // holds slices of the texts
};
// `paths` are those of the texts, "-" for standard input.
Result<RunsFile> read_runs_file(std::vector<std::string> texts, std::span<const std::string> paths,
                                std::string source, std::string sha256, const Mapping& mapping);

// Runs mapped to the inputs of a law.
struct Runs {
  DataSource data;
  Table table;
  std::vector<std::string> notes;
};
// `used` are names of the mapping that something else than this law uses.
Result<Runs> map_runs(const RunsFile& file, const Law& law, const Mapping& mapping,
                      Response response, std::span<const std::string> used = {});
// For predictions: the measured loss is taken along where there is one.
Result<Runs> map_runs_to_predict(const RunsFile& file, const Law& law, const Mapping& mapping);

// The rows that have the same text in a column.
struct RunsGroup {
  std::string name;
  Runs runs;
};
// One group for each text of the column `by`.
Result<std::vector<RunsGroup>> group_runs(const RunsFile& file, const Law& law,
                                          const Mapping& mapping, const std::string& by,
                                          Response response);

// One table for several laws, with the columns of all that can use the file, so that each sees the
// same rows.
struct SharedRuns {
  Runs runs;
  std::vector<Candidate> laws;
  std::vector<UnusableLaw> unusable;
  // What the hold-out is made from, as make_folds() wants it.
  std::vector<double> holdout;
};
// At least one law. Errors: those of the first law where none can use the file; what is wrong with
// the hold-out.
Result<SharedRuns> share_runs(const RunsFile& file, std::span<const Candidate> laws,
                              const Mapping& mapping, const Holdout& holdout, Response response);

// "line 17, line 20 and 3 more": the first `most` of these rows, as messages call them.
std::string named_rows(const Table& table, std::span<const std::size_t> rows, std::size_t most);

// A table with a column `predicted` beside the inputs and, where it was measured, the loss.
struct PredictedRuns {
  Law law;
  DataSource data;
  Table table;
  std::vector<std::string> notes;
};
Result<PredictedRuns> predict_runs(const Law& law, Runs runs);

struct SimulatedRuns {
  Law law;
  Design design;
  double noise = 0;
  std::uint64_t seed = 1;
  Table table;
};

}  // namespace isoflop
