// Fits, their bootstraps in parts, and comparisons of laws.
#include "isoflop/fit.h"

#include <utility>

#include "base/listed.h"
#include "isoflop/bootstrap_parts.h"
#include "isoflop/comparison_file.h"
#include "isoflop/output.h"
#include "isoflop/part_file.h"
#include "report/json/json.h"
#include "web/engine/engine.h"
#include "web/engine/request.h"
#include "workflow/fit_runs.h"
#include "workflow/merge_parts.h"

namespace isoflop {

namespace {

constexpr std::size_t kNamedRows = 10;  // in a note

// The rows but those, with a note that says which they were.
Result<void> exclude_rows(Runs& runs, const std::vector<std::size_t>& excluded) {
  if (excluded.empty()) return {};
  const Table& table = runs.table;
  std::vector<bool> out(table.rows());
  for (const std::size_t row : excluded) {
    if (row >= out.size())
      return error_at({"exclude"}, "there is no row {}: the fit has {}", row, out.size());
    out[row] = true;
  }
  std::vector<std::size_t> kept, left_out;
  for (std::size_t row = 0; row < out.size(); ++row) (out[row] ? left_out : kept).push_back(row);
  runs.notes.push_back(
      fmt::format("left out by hand: {}", named_rows(table, left_out, kNamedRows)));
  runs.table = table.select(kept);
  return {};
}

}  // namespace

Engine::Answer Engine::fit(ObjectReader& request) {
  const std::string id = request.text("id"), table_id = request.text("table", ""),
                    fit_id = request.text("fit", ""), law_text = request.text("law", "");
  const bool of_table = request.has("table");
  if (of_table == request.has("fit"))
    request.problem("a table or a fit is expected, and one of them");
  const std::vector<std::size_t> excluded =
      request.has("exclude") ? request.counts("exclude") : std::vector<std::size_t>();
  const FitIntervals intervals = {.level = read_level(request, kUsualLevel),
                                  .profile = read_profile(request)};
  const std::string command = request.text("command", "");
  std::optional<FitRecord> base;
  if (request.errors().ok() && !of_table) {
    const auto found = fits_.find(fit_id);
    if (found == fits_.end()) return error_at({"fit"}, "there is no fit \"{}\"", fit_id);
    base = found->second.record;
  }
  Problems problems;
  const auto mapping = read_struct<Mapping>(request, "mapping", {}, problems);
  const auto recipe =
      read_struct<Recipe>(request, "recipe", base ? base->fit.recipe : Recipe(), problems);
  if (recipe.solver != Solver::kDefault)
    problems.add({"recipe.solver"}, "only the program has other solvers");
  if (base && mapping != Mapping())
    problems.add({"mapping"}, "the runs of a fit are mapped already: give their table");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!problems.empty()) return problems.take();

  Result<Law> law = law_text.empty() && base ? Result<Law>(base->fit.law)
                                             : read_law_text(law_text, mapping.columns);
  if (!law) return std::unexpected(law.error());
  Runs runs;
  if (base) {
    runs = {.data = std::move(base->data), .table = std::move(base->fit.table)};
    law = with_mapping(*law, runs.data.mapping);
  } else {
    const Result<const RunsFile*> file = table(table_id);
    if (!file) return std::unexpected(file.error());
    law = with_mapping(*law, mapping);
    Result<Runs> mapped = map_runs(**file, *law, mapping, response_for(recipe));
    if (!mapped) return std::unexpected(mapped.error());
    runs = *std::move(mapped);
  }
  if (const auto kept = exclude_rows(runs, excluded); !kept) return std::unexpected(kept.error());
  Result<Fit> made = isoflop::fit(*law, runs.table, recipe, executor_, progress_);
  if (!made) return std::unexpected(made.error());
  FitRecord record = record_of(*std::move(made), std::move(runs), command);
  if (const auto added = add_intervals(record, intervals, executor_, progress_); !added)
    return std::unexpected(added.error());
  std::string answer = fit_json(record, 0, "");
  std::string name = record.data.source;
  fits_.insert_or_assign(id, Fitted{std::move(name), std::move(record)});
  return answer;
}

Engine::Answer Engine::bootstrap_part(ObjectReader& request) {
  const std::string id = request.text("fit");
  Bootstrap how;
  if (request.has("by")) how.by = request.parsed("by", parse_resampling);
  how.replicates = request.count("replicates", how.replicates);
  if (request.has("seed")) how.seed = request.integer("seed");
  const Shard shard = {.index = request.count("index"), .count = request.count("count")};
  if (shard.index >= shard.count) request.problem("part {} is none", to_text(shard));
  const double level = read_level(request, kUsualLevel);
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  Result<FitRecord> record = usable_fit(id);
  if (!record) return std::unexpected(record.error());
  const Result<Pilots> pilots = try_pilots(record->fit, how, executor_, progress_);
  if (!pilots) return std::unexpected(pilots.error());
  Result<BootstrapPart> part =
      isoflop::bootstrap_part(record->fit, how, *pilots, shard, executor_, progress_);
  if (!part) return std::unexpected(part.error());
  std::vector<Uncertainty> sure = uncertainties(record->fit, part->draws, level);
  record->bootstrap = {std::move(part->draws), level, std::move(sure)};
  return write_json(Value::object({{"text", write_part_file({.record = *std::move(record),
                                                             .shard = shard,
                                                             .vector = std::move(part->vector)})}}),
                    -1);
}

Engine::Answer Engine::merge(ObjectReader& request) {
  const std::string id = request.text("id");
  const std::vector<std::string> texts = request.texts("parts");
  if (texts.empty()) request.problem_at("parts", "a part is expected");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  std::vector<PartRecord> parts;
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    names.push_back(fmt::format("part {}", names.size() + 1));
    Result<PartRecord> part = read_part_file(text, names.back());
    if (!part) return std::unexpected(part.error());
    parts.push_back(*std::move(part));
  }
  Result<FitRecord> record = merged(parts, names);
  if (!record) return std::unexpected(record.error());
  std::string answer = fit_json(*record, 0, "");
  std::string name = record->data.source;
  fits_.insert_or_assign(id, Fitted{std::move(name), *std::move(record)});
  return answer;
}

Engine::Answer Engine::compare(ObjectReader& request) {
  const std::string id = request.text("id"), table_id = request.text("table");
  const std::vector<std::string> texts = request.texts("laws");
  if (texts.empty()) request.problem_at("laws", "a law is expected");
  const std::string holdout_text = request.text("holdout");
  Problems problems;
  const auto mapping = read_struct<Mapping>(request, "mapping", {}, problems);
  const auto recipe = read_struct<Recipe>(request, "recipe", {}, problems);
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  const Result<Holdout> holdout = parse_holdout(holdout_text);
  if (!holdout)
    for (const Problem& each : holdout.error().problems)
      problems.add({"holdout", 0, each.column}, "{}", each.what);
  std::vector<Candidate> candidates;
  for (const std::string& text : texts) {
    const Result<Law> law = read_law_text(text, mapping.columns);
    if (!law)
      problems.add(law.error());
    else
      candidates.push_back(
          {.name = is_own_formula(*law) ? text : law->key(), .law = law->without_values()});
  }
  if (!problems.empty()) return problems.take();
  const Result<const RunsFile*> file = table(table_id);
  if (!file) return std::unexpected(file.error());
  Result<SharedRuns> shared =
      share_runs(**file, candidates, mapping, *holdout, response_for(recipe));
  if (!shared) return std::unexpected(shared.error());
  const Result<Folds> folds = make_folds(*holdout, shared->holdout, recipe.seed);
  if (!folds) return std::unexpected(folds.error());
  Result<Comparison> comparison =
      isoflop::compare(shared->laws, shared->runs.table, *folds, recipe, executor_, progress_);
  if (!comparison) return std::unexpected(comparison.error());
  comparison->unusable.insert(comparison->unusable.begin(), shared->unusable.begin(),
                              shared->unusable.end());
  const ComparisonRecord record = {.comparison = *std::move(comparison),
                                   .recipe = recipe,
                                   .data = std::move(shared->runs.data),
                                   .holdout = holdout->text,
                                   .notes = std::move(shared->runs.notes)};
  std::string text = write_comparison_file(record);
  comparisons_.insert_or_assign(id, text);
  return text;
}

}  // namespace isoflop
