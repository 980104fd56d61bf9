#include "lab/table.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "data/raw_table.h"
#include "lab/parse.h"

namespace isoflop::lab {

namespace {

struct OutcomeColumn {
  std::string_view name;
  std::string (*text)(const RunSpec& spec, const RunOutcome& outcome);
};

std::string whole(std::uint64_t value) { return std::to_string(value); }
std::string finite(double value) { return std::isfinite(value) ? format_exact(value) : ""; }
// Of what a run does not have.
std::string positive(double value) { return value > 0 ? format_exact(value) : ""; }

constexpr OutcomeColumn kOutcomeColumns[] = {
    {"N", [](const RunSpec&, const RunOutcome& out) { return whole(out.N); }},
    {"P", [](const RunSpec&, const RunOutcome& out) { return whole(out.P); }},
    {"S",
     [](const RunSpec&, const RunOutcome& out) {
       return format_exact(1 - static_cast<double>(out.N) / static_cast<double>(out.P));
     }},
    {"N_no_embedding",
     [](const RunSpec&, const RunOutcome& out) { return whole(out.N_no_embedding); }},
    {"P_no_embedding",
     [](const RunSpec&, const RunOutcome& out) { return whole(out.P_no_embedding); }},
    {"D", [](const RunSpec&, const RunOutcome& out) { return whole(out.tokens); }},
    {"D_start", [](const RunSpec&, const RunOutcome& out) { return whole(out.start_tokens); }},
    {"U", [](const RunSpec&, const RunOutcome& out) { return whole(out.unique_tokens); }},
    {"C", [](const RunSpec&, const RunOutcome& out) { return format_exact(out.C); }},
    {"C_dense", [](const RunSpec&, const RunOutcome& out) { return format_exact(out.C_dense); }},
    {"loss", [](const RunSpec&, const RunOutcome& out) { return finite(out.loss); }},
    {"loss_error", [](const RunSpec&, const RunOutcome& out) { return finite(out.loss_error); }},
    {"loss_token", [](const RunSpec&, const RunOutcome& out) { return finite(out.loss_token); }},
    {"train_loss", [](const RunSpec&, const RunOutcome& out) { return finite(out.train_loss); }},
    {"entropy", [](const RunSpec&, const RunOutcome& out) { return positive(out.entropy); }},
    {"busiest_expert",
     [](const RunSpec&, const RunOutcome& out) { return positive(out.busiest_expert); }},
    {"seconds",
     [](const RunSpec&, const RunOutcome& out) { return format_number(out.seconds, 5); }},
};

std::string cell(std::string text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string joined(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& each : cells) line += (line.empty() ? "" : ",") + cell(each);
  return line + '\n';
}

// A field of the table of runs. Parameters are not: resolved runs have sizes.
bool is_column(const SpecField& field) { return field.name != "parameters"; }

// Calls read(field, column) for each column that is a field; an error for one that is nothing.
Result<void> find_fields(const RawTable& table, TrainingPlan& design,
                         std::vector<std::pair<const SpecField*, std::size_t>>& found) {
  Problems problems;
  std::vector<std::string> names;
  for (const SpecField& field : fields()) {
    names.push_back(field.name);
    if (!field.alias.empty()) names.push_back(field.alias);
  }
  for (std::size_t column = 0; column < table.columns(); ++column) {
    const std::string& name = table.names()[column];
    const auto field = std::ranges::find_if(fields(), [&](const SpecField& each) {
      return name == each.name || (!each.alias.empty() && name == each.alias);
    });
    const bool of_runs =
        name == "run" || name == "status" || name == "level" || name == "Sx" ||
        std::ranges::any_of(kOutcomeColumns, [&](const auto& each) { return each.name == name; });
    if (field != fields().end())
      found.emplace_back(&*field, column);
    else if (of_runs)
      design.notes.push_back(fmt::format("the design's column {} is not read", name));
    else
      problems.add({table.source(), 1}, "column \"{}\" is no field of a run{}", excerpt(name),
                   did_you_mean(name, names));
  }
  return problems.result();
}

}  // namespace

Result<RunSpec> resolved(const RunSpec& spec, Corpora& corpora) {
  auto at = corpora.find(corpus_key(spec));
  if (at == corpora.end()) {
    Result<Corpus> corpus = read_corpus(spec.text, spec.tokenizer);
    if (!corpus) return std::unexpected(corpus.error());
    at = corpora.emplace(corpus_key(spec), *std::move(corpus)).first;
  }
  return resolved(spec, at->second);
}

Result<TrainingPlan> read_design(std::string_view text, std::string_view source,
                                 const RunSpec& base, Corpora& corpora) {
  const Result<RawTablePointer> table = read_raw_table(text, source);
  if (!table) return std::unexpected(table.error());
  TrainingPlan design;
  std::vector<std::pair<const SpecField*, std::size_t>> found;
  if (const auto ok = find_fields(**table, design, found); !ok) return std::unexpected(ok.error());
  Problems problems;
  for (std::size_t row = 0; row < (*table)->rows() && !problems.full(); ++row) {
    RunSpec spec = base;
    const Place place = (*table)->place(row);
    bool readable = true;
    for (const auto& [field, column] : found) {
      const std::string value = (*table)->cell(row, column);
      if (value.empty()) continue;
      const Result<void> read = field->read(spec, value);
      if (read) continue;
      readable = false;
      problems.add(place, "column \"{}\": {}", (*table)->names()[column],
                   read.error().problems[0].what);
    }
    if (!readable) continue;
    Result<RunSpec> whole = resolved(spec, corpora);
    if (whole)
      design.runs.push_back({row + 1, *std::move(whole)});
    else
      problems.add(place, "{}", whole.error().problems[0].what);
  }
  if (!problems.empty()) return problems.take();
  if (design.runs.empty()) return error("{}: it has no runs", source);
  return design;
}

std::string table_header() {
  std::vector<std::string> names = {"run", "status"};
  for (const SpecField& field : fields())
    if (is_column(field)) names.push_back(field.name);
  for (const OutcomeColumn& column : kOutcomeColumns) names.emplace_back(column.name);
  names.emplace_back("level");
  return joined(names);
}

std::string table_row(const PlannedRun& run, const RunOutcome& outcome, Level level) {
  std::vector<std::string> cells = {whole(run.number), outcome.diverged ? "diverged" : "done"};
  for (const SpecField& field : fields())
    if (is_column(field)) cells.push_back(field.text(run.spec));
  for (const OutcomeColumn& column : kOutcomeColumns)
    cells.push_back(column.text(run.spec, outcome));
  cells.push_back(to_text(level));
  return joined(cells);
}

Result<std::vector<bool>> runs_done(std::string_view text, std::string_view source,
                                    const TrainingPlan& design) {
  std::vector<bool> done(design.runs.size());
  if (text.empty()) return done;
  if (!text.starts_with(table_header()))
    return error_at({std::string(source), 1},
                    "not a table of runs of this version: name another output");
  const Result<RawTablePointer> table = read_raw_table(text, source);
  if (!table) return std::unexpected(table.error());
  Problems problems;
  for (std::size_t row = 0; row < (*table)->rows(); ++row) {
    const Place place = (*table)->place(row);
    const auto number = parse_whole((*table)->cell(row, 0));
    if (!number || *number == 0 || *number > design.runs.size()) {
      problems.add(place, "run \"{}\" is none of the {} of the design: name another output",
                   excerpt((*table)->cell(row, 0)), design.runs.size());
      continue;
    }
    const RunSpec& spec = design.runs[*number - 1].spec;
    std::size_t column = 2;
    for (const SpecField& field : fields()) {
      if (!is_column(field)) continue;
      const std::string seen = (*table)->cell(row, column++);
      if (seen == field.text(spec)) continue;
      problems.add(place, "run {} has {} \"{}\", and in the design \"{}\": name another output",
                   *number, field.name, excerpt(seen), field.text(spec));
      break;
    }
    done[*number - 1] = true;
  }
  if (!problems.empty()) return problems.take();
  return done;
}

std::string curve_csv(const RunOutcome& outcome) {
  std::string text = "D,loss,rate,sparsity\n";
  for (const CurvePoint& point : outcome.curve)
    text += fmt::format("{},{},{},{}\n", point.tokens, finite(point.loss),
                        format_number(point.rate), format_number(point.sparsity));
  return text;
}

}  // namespace isoflop::lab
