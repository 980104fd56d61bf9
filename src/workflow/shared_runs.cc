#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "isoflop/output.h"
#include "law/ast.h"
#include "workflow/runs.h"

namespace isoflop {

namespace {

constexpr const char* kHoldoutColumn = "holdout";

// A mapping that also gives what a hold-out is made from.
struct HoldoutMapping {
  Mapping mapping;
  std::size_t before = 0;  // characters of mapping.columns before the hold-out's
  std::string column;      // of the table; "" where the number of rows is enough
};

HoldoutMapping with_holdout(Mapping mapping, const Holdout& holdout) {
  if (holdout.kind == Holdout::Kind::kFolds) return {.mapping = std::move(mapping)};
  if (holdout.kind == Holdout::Kind::kGroup) {
    mapping.cluster = holdout.expression;
    return {.mapping = std::move(mapping), .column = "cluster"};
  }
  if (!mapping.columns.empty()) mapping.columns += ", ";
  mapping.columns += fmt::format("{} = (", kHoldoutColumn);
  const std::size_t before = mapping.columns.size();
  mapping.columns += holdout.expression + ")";
  return {.mapping = std::move(mapping), .before = before, .column = kHoldoutColumn};
}

// What is wrong with the hold-out is the fault of its own field. `shift` is where its formula
// starts there.
Error in_holdout(Error error, std::size_t before, std::size_t shift) {
  for (Problem& problem : error.problems) {
    if (problem.source == "mapping.cluster") problem.source = "holdout.text";
    if (problem.source != "mapping.columns" || before == 0 || problem.column <= before) continue;
    problem.source = "holdout.text";
    problem.column += shift - before;
  }
  return error;
}

// The formula must be whole by itself before it is put in parentheses.
Result<void> check_formula(const Holdout& holdout) {
  if (holdout.kind == Holdout::Kind::kFolds || holdout.kind == Holdout::Kind::kGroup) return {};
  const auto formula =
      parse_formula(holdout.expression, "holdout.text", {.suffixes = true, .texts = true});
  if (formula) return {};
  Error error = formula.error();
  for (Problem& problem : error.problems) problem.column += holdout.start();
  return std::unexpected(std::move(error));
}

// A law of all the inputs, whose table has all the columns.
Result<Law> law_of_all(std::span<const Candidate> laws, const std::string& column) {
  std::vector<std::string> inputs;
  if (column == kHoldoutColumn) inputs.push_back(column);
  for (const Candidate& candidate : laws)
    for (const Input& input : candidate.law.inputs())
      if (std::ranges::find(inputs, input.name) == inputs.end()) inputs.push_back(input.name);
  return Law::from_formula(fmt::format("k*({})", fmt::join(inputs, " + ")), inputs);
}

// What the mapping may define for other laws than the one that is looked at, and for the hold-out.
std::vector<std::string> used_names(std::span<const Candidate> laws, const Holdout& holdout) {
  std::vector<std::string> names = {holdout.expression};
  for (const Candidate& candidate : laws)
    for (const Input& input : candidate.law.inputs()) names.push_back(input.name);
  const auto formula = parse_formula(holdout.expression, "", {.suffixes = true, .texts = true});
  if (formula)
    for (std::string& name : names_of(*formula)) names.push_back(std::move(name));
  return names;
}

}  // namespace

Result<SharedRuns> share_runs(const RunsFile& file, std::span<const Candidate> laws,
                              const Mapping& mapping, const Holdout& holdout, Response response) {
  if (const auto ok = check_formula(holdout); !ok) return std::unexpected(ok.error());
  SharedRuns shared;
  std::optional<Error> first;
  const std::vector<std::string> used = used_names(laws, holdout);
  std::vector<std::string> warnings;
  for (const Candidate& candidate : laws) {
    const Law law = with_mapping(candidate.law, mapping);
    const Result<Runs> own = map_runs(file, law, mapping, response, used);
    if (own) {
      shared.laws.push_back({.name = candidate.name, .law = law});
      warnings.insert(warnings.end(), own->data.warnings.begin(), own->data.warnings.end());
      continue;
    }
    if (!first) first = own.error();
    shared.unusable.push_back({.name = candidate.name, .reason = own.error().problems[0].what});
  }
  if (shared.laws.empty()) return std::unexpected(*first);

  const HoldoutMapping with = with_holdout(mapping, holdout);
  const Result<Law> all = law_of_all(shared.laws, with.column);
  if (!all) return std::unexpected(all.error());
  Result<Runs> runs = map_runs(file, *all, with.mapping, response, used);
  if (!runs) return std::unexpected(in_holdout(runs.error(), with.before, holdout.start()));
  runs->data.mapping = mapping;
  for (std::string& warning : warnings)  // such as sizes that a law counts otherwise
    if (std::ranges::find(runs->data.warnings, warning) == runs->data.warnings.end())
      runs->data.warnings.push_back(std::move(warning));
  const std::span<const double> values = runs->table.column(with.column);
  shared.holdout.assign(values.begin(), values.end());
  shared.holdout.resize(runs->table.rows());
  shared.runs = *std::move(runs);
  return shared;
}

}  // namespace isoflop
