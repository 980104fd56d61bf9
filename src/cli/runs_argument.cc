#include "cli/runs_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "cli/console.h"
#include "cli/file.h"
#include "cli/law_argument.h"
#include "data/map_table.h"
#include "data/raw_table.h"
#include "law/ast.h"

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

// A file's bytes and the table in them; the one must outlive the other.
struct File {
  std::unique_ptr<const std::string> bytes;
  RawTablePointer table;
};

Result<File> read_runs_file(const std::string& path, const Law& law) {
  Result<std::string> bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  File file{.bytes = std::make_unique<const std::string>(*std::move(bytes)), .table = nullptr};
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

Result<Runs> map_runs(const File& file, const std::string& path, const Law& law,
                      const Mapping& mapping, Response response) {
  Result<MappedTable> mapped = map_table(*file.table, law, mapping, response);
  if (!mapped) return std::unexpected(mapped.error());
  return runs_of(*std::move(mapped), path, sha256(*file.bytes), mapping);
}

// The marks are read as one more definition, behind `before` characters of others; what is wrong
// with them is the fault of their own flag.
Error in_marks(Error error, std::size_t before, const std::string& flag) {
  for (Problem& problem : error.problems) {
    if (problem.source != "--columns" || problem.column <= before) continue;
    problem.source = flag;
    problem.column -= before;
  }
  return error;
}

}  // namespace

Result<std::vector<std::string>> defined_names(const std::string& columns) {
  std::vector<std::string> names;
  if (columns.empty()) return names;
  const auto definitions =
      parse_definitions(columns, "--columns", {.suffixes = true, .texts = true});
  if (!definitions) return std::unexpected(definitions.error());
  for (const NamedFormula& definition : *definitions) names.push_back(definition.name);
  return names;
}

Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Response response) {
  const Result<File> file = read_runs_file(path, law);
  if (!file) return std::unexpected(file.error());
  return map_runs(*file, path, law, mapping, response);
}

Result<Runs> read_runs_to_predict(const std::string& path, const Law& law, const Mapping& mapping) {
  const Result<File> file = read_runs_file(path, law);
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
  const Result<File> file = read_runs_file(path, law);
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

Result<SharedRuns> read_shared_runs(const std::string& path, std::span<const Law> laws,
                                    const Mapping& mapping, const std::string& marks,
                                    const std::string& flag, Response response) {
  if (const auto filter = parse_formula(marks, flag, {.suffixes = true, .texts = true}); !filter)
    return std::unexpected(filter.error());
  const Result<File> file = read_runs_file(path, laws[0]);
  if (!file) return std::unexpected(file.error());
  SharedRuns shared;
  std::optional<Error> first;
  std::vector<std::string> inputs = {kMarked};
  for (const Law& law : laws) {
    const Result<Runs> own = map_runs(*file, path, law, mapping, response);
    if (!own) {
      if (!first) first = own.error();
      shared.unusable.push_back({.law = law.key(), .reason = own.error().problems[0].what});
      continue;
    }
    shared.laws.push_back(law);
    for (const Input& input : law.inputs())
      if (std::ranges::find(inputs, input.name) == inputs.end()) inputs.push_back(input.name);
  }
  if (shared.laws.empty()) return std::unexpected(*first);

  // A law of all the inputs, whose table has all the columns.
  const Result<Law> all =
      Law::from_formula(fmt::format("k*({})", fmt::join(inputs, " + ")), inputs);
  if (!all) return std::unexpected(all.error());
  Mapping marked = mapping;
  if (!mapping.columns.empty()) marked.columns += ", ";
  marked.columns += fmt::format("{} = (", kMarked);
  const std::size_t before = marked.columns.size();
  marked.columns += marks + ")";
  Result<Runs> runs = map_runs(*file, path, *all, marked, response);
  if (!runs) return std::unexpected(in_marks(runs.error(), before, flag));
  runs->data.mapping = mapping;
  shared.runs = *std::move(runs);
  return shared;
}

}  // namespace isoflop::cli
