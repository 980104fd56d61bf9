#include "cli/runs_file.h"

#include <fmt/format.h>

#include <utility>

#include "cli/console.h"
#include "cli/file.h"
#include "cli/law_argument.h"

namespace isoflop::cli {

namespace {

void warn_of_columns(const Law& law, const RawTable& file) {
  for (const Coefficient& coefficient : law.coefficients())
    if (file.find(coefficient.name))
      say(Tone::kWarning,
          fmt::format("{0} is a coefficient of the formula and a column of {1}; if it is meant as "
                      "an input, define it: --columns '{0}={0}'",
                      coefficient.name, file.source()));
}

}  // namespace

Result<RunsFile> read_runs_file(const std::string& path, const Law& law) {
  Result<std::string> bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  RunsFile file{.bytes = std::make_unique<const std::string>(*std::move(bytes)), .table = nullptr};
  Result<RawTablePointer> table =
      read_raw_table(*file.bytes, path == "-" ? "standard input" : path);
  if (!table) return std::unexpected(table.error());
  file.table = *std::move(table);
  if (is_own_formula(law)) warn_of_columns(law, *file.table);
  return file;
}

Runs runs_of(MappedTable mapped, const std::string& path, std::string sha256,
             const Mapping& mapping) {
  return {.data = {.source = path,
                   .sha256 = std::move(sha256),
                   .mapping = mapping,
                   .rows_read = mapped.rows_read,
                   .filtered = mapped.filtered,
                   .skipped = mapped.skipped,
                   .dropped = mapped.dropped},
          .table = std::move(mapped.table),
          .notes = std::move(mapped.notes)};
}

Result<Runs> map_runs(const RunsFile& file, const std::string& path, const Law& law,
                      const Mapping& mapping, Response response) {
  Result<MappedTable> mapped = map_table(*file.table, law, mapping, response);
  if (!mapped) return std::unexpected(mapped.error());
  return runs_of(*std::move(mapped), path, sha256(*file.bytes), mapping);
}

}  // namespace isoflop::cli
