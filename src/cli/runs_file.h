// The file of a table of runs, before it is known which columns a law wants.
#pragma once

#include <memory>
#include <string>

#include "cli/runs_argument.h"
#include "data/map_table.h"
#include "data/raw_table.h"

namespace isoflop::cli {

// A file's bytes and the table in them; the one must outlive the other.
struct RunsFile {
  std::unique_ptr<const std::string> bytes;
  RawTablePointer table;
};

// `law` is for the warning of read_runs().
Result<RunsFile> read_runs_file(const std::string& path, const Law& law);

Runs runs_of(MappedTable mapped, const std::string& path, std::string sha256,
             const Mapping& mapping);
Result<Runs> map_runs(const RunsFile& file, const std::string& path, const Law& law,
                      const Mapping& mapping, Response response);

}  // namespace isoflop::cli
