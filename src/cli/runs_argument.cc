#include "cli/runs_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "cli/console.h"
#include "cli/law_argument.h"
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

// Whether the mapping or the file itself has a measured loss.
Result<bool> has_loss(const RawTable& file, const Mapping& mapping) {
  if (!mapping.loss.empty() || file.find("loss")) return true;
  const auto names = defined_names(mapping.columns);
  if (!names) return std::unexpected(names.error());
  return std::ranges::find(*names, "loss") != names->end();
}

}  // namespace

Result<std::vector<std::string>> defined_names(const std::string& columns) {
  std::vector<std::string> names;
  if (columns.empty()) return names;
  const auto definitions = parse_definitions(columns, "--columns", {.suffixes = true});
  if (!definitions) return std::unexpected(definitions.error());
  for (const NamedFormula& definition : *definitions) names.push_back(definition.name);
  return names;
}

Result<Runs> read_runs(const std::string& path, const Law& law, const Mapping& mapping,
                       Measured loss) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  const std::string shown = path == "-" ? "standard input" : path;
  bool with_loss = true;
  // The columns' own names matter in two cases alone, which read the file once more.
  if (loss == Measured::kIfThere || is_own_formula(law)) {
    const Result<RawTable> file = read_raw_table(*text, shown);
    if (!file) return std::unexpected(file.error());
    if (is_own_formula(law)) warn_of_columns(law, *file);
    if (loss == Measured::kIfThere) {
      const Result<bool> found = has_loss(*file, mapping);
      if (!found) return std::unexpected(found.error());
      with_loss = *found;
    }
  }
  Result<MappedTable> mapped = read_table(*text, shown, law, mapping, with_loss);
  if (!mapped) return std::unexpected(mapped.error());
  return Runs{.data = {.source = path,
                       .sha256 = sha256(*text),
                       .mapping = mapping,
                       .rows_read = mapped->rows_read,
                       .filtered = mapped->filtered,
                       .dropped = mapped->dropped},
              .table = std::move(mapped->table),
              .notes = std::move(mapped->notes)};
}

}  // namespace isoflop::cli
