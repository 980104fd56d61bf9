#include "cli/runs_argument.h"

#include <algorithm>
#include <utility>

#include "cli/file.h"
#include "cli/runs_file.h"
#include "law/ast.h"

namespace isoflop::cli {

Result<std::vector<std::string>> defined_names(const std::string& columns) {
  std::vector<std::string> names;
  if (columns.empty()) return names;
  const auto definitions =
      parse_definitions(columns, "mapping.columns", {.suffixes = true, .texts = true});
  if (!definitions) return std::unexpected(definitions.error());
  for (const NamedFormula& definition : *definitions) names.push_back(definition.name);
  return names;
}

Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Response response) {
  const Result<RunsFile> file = read_runs_file(path, law);
  if (!file) return std::unexpected(file.error());
  return map_runs(*file, path, law, mapping, response);
}

Result<Runs> read_runs_to_predict(const std::string& path, const Law& law, const Mapping& mapping) {
  const Result<RunsFile> file = read_runs_file(path, law);
  if (!file) return std::unexpected(file.error());
  const Result<std::vector<std::string>> names = defined_names(mapping.columns);
  if (!names) return std::unexpected(names.error());
  const bool measured =
      file->table->find("loss") || std::ranges::find(*names, "loss") != names->end();
  return map_runs(*file, path, law, mapping, measured ? Response::kAny : Response::kNone);
}

Result<std::vector<RunsGroup>> read_runs_by(const std::string& path, const Law& law,
                                            const Mapping& mapping, const std::string& by,
                                            Response response) {
  const Result<RunsFile> file = read_runs_file(path, law);
  if (!file) return std::unexpected(file.error());
  Result<std::vector<TableGroup>> groups = map_groups(*file->table, law, mapping, by, response);
  if (!groups) return std::unexpected(groups.error());
  const std::string digest = sha256(*file->bytes);
  std::vector<RunsGroup> result;
  for (TableGroup& group : *groups) {
    Mapping own = mapping;
    own.where = std::move(group.where);
    result.push_back(
        {.name = std::move(group.name), .runs = runs_of(std::move(group.runs), path, digest, own)});
  }
  return result;
}

}  // namespace isoflop::cli
