#include "cli/runs_argument.h"

#include <fmt/format.h>

#include <utility>

#include "cli/console.h"
#include "cli/file.h"
#include "isoflop/gzip.h"
#include "workflow/model.h"

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
  Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  std::string digest = sha256(*text);
  if (is_gzip(*text)) text = unpack_gzip(*text, path == "-" ? "standard input" : path);
  if (!text) return std::unexpected(text.error());
  Result<RunsFile> file = isoflop::read_runs_file(*std::move(text), path, std::move(digest));
  if (file && is_own_formula(law)) warn_of_columns(law, *file->table);
  return file;
}

Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Response response) {
  const Result<RunsFile> file = read_runs_file(path, law);
  if (!file) return std::unexpected(file.error());
  return map_runs(*file, law, mapping, response);
}

}  // namespace isoflop::cli
