// What comes in and goes out: tables of runs, fit files, comparisons.
#include <algorithm>

#include "isoflop/comparison_file.h"
#include "isoflop/data_set.h"
#include "isoflop/output.h"
#include "report/json/json.h"
#include "store/document.h"
#include "web/engine/engine.h"
#include "web/engine/request.h"
#include "workflow/fit_runs.h"
#include "workflow/layout.h"
#include "workflow/project.h"

namespace isoflop {

namespace {

constexpr std::size_t kHead = 20;  // rows of a table that are shown as they are

// A fit file is a JSON object with the law's text; a table has no column of such a name.
bool is_fit_text(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && text[first] == '{' && text.find("\"law_toml\"") != text.npos;
}

Value head_value(const RawTable& table) {
  Value rows = Value::array();
  for (std::size_t row = 0; row < std::min(kHead, table.rows()); ++row) {
    Value cells = Value::array();
    for (std::size_t column = 0; column < table.columns(); ++column)
      cells.push(table.cell(row, column));
    rows.push(std::move(cells));
  }
  return rows;
}

std::string project_text(const Project& project) {
  return document_text(Value::object({{"kind", "project"},
                                      {"runs", texts_value(project.runs)},
                                      {"law", project.law},
                                      {"laws", texts_value(project.laws)},
                                      {"holdout", project.holdout},
                                      {"mapping", fields_value(project.mapping)},
                                      {"recipe", fields_value(project.recipe)}}));
}

std::string opened_text(const char* kind, const std::string& document) {
  return std::string("{\"kind\":\"") + kind + "\",\"" + kind + "\":" + document + "}";
}

}  // namespace

Engine::Answer Engine::open(ObjectReader& request) {
  const std::string id = request.text("id"), sha256 = request.text("sha256", "");
  std::vector<std::string> names, texts;
  for (ObjectReader& file : request.objects("files")) {
    names.push_back(file.text("name"));
    texts.push_back(file.text("text"));
    file.check_unknown();
  }
  if (names.empty()) request.problem_at("files", "a file is expected");
  Problems problems;
  const auto mapping = read_struct<Mapping>(request, "mapping", {}, problems);
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!problems.empty()) return problems.take();

  const std::string& name = names[0];
  if (texts.size() == 1 && is_comparison_file(texts[0])) {
    const Result<ComparisonSummary> summary = read_comparison_file(texts[0], name);
    if (!summary) return std::unexpected(summary.error());
    comparisons_.insert_or_assign(id, texts[0]);
    return opened_text("comparison", texts[0]);
  }
  if (texts.size() == 1 && is_fit_text(texts[0])) {
    Result<FitRecord> record = read_fit_file(texts[0], name);
    if (!record) return std::unexpected(record.error());
    const std::string document = fit_json(*record, 0, "");
    fits_.insert_or_assign(id, Fitted{name, *std::move(record)});
    return opened_text("fit", document);
  }
  if (texts.size() == 1 && name.ends_with(".toml")) {
    if (is_project(texts[0])) return written(read_project(texts[0], name), project_text);
    return written(Law::from_toml(texts[0], name),
                   [](const Law& law) { return opened_text("law", law_json(law, std::nullopt)); });
  }
  std::string source;
  for (const std::string& each : names) source += (source.empty() ? "" : ", ") + each;
  Result<RunsFile> file = read_runs_file(texts, names, source, sha256, mapping);
  if (!file) return std::unexpected(file.error());
  return opened_table(id, *std::move(file), mapping, std::move(texts), {});
}

Engine::Answer Engine::open_example(ObjectReader& request) {
  const std::string id = request.text("id"), key = request.text("example");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  const Result<DataSet> data = find_data_set(key);
  if (!data) return std::unexpected(data.error());
  const std::optional<std::string_view> shipped = shipped_file(*data);
  if (!shipped)
    return error_at({"example"}, "the runs of {} do not ship: download {} and open it", data->key,
                    data->url);
  const std::string names[] = {data->file};
  Result<RunsFile> file =
      read_runs_file({std::string(*shipped)}, names, data->file, data->sha256, data->mapping);
  if (!file) return std::unexpected(file.error());
  const std::string law = !data->fits.empty()       ? data->fits[0].law
                          : !data->contests.empty() ? data->contests[0].law
                                                    : "";
  return opened_table(id, *std::move(file), data->mapping, {},
                      Value::object({{"key", data->key},
                                     {"mapping", fields_value(data->mapping)},
                                     {"law", text_or_null(law)}}));
}

// `texts` are read again where the guess wants another shape of them; none for runs whose mapping
// is known.
Engine::Answer Engine::opened_table(const std::string& id, RunsFile file, const Mapping& mapping,
                                    std::vector<std::string> texts, Value example) {
  std::string guess_text = "null";
  Result<Layout> layout = layout_of(*file.table);
  if (layout && !texts.empty()) {
    if (layout->always.wide && !mapping.wide) {
      std::vector<std::string> names(texts.size(), file.source);
      Result<RunsFile> shaped =
          read_runs_file(std::move(texts), names, file.source, file.sha256, layout->always);
      if (!shaped) return std::unexpected(shaped.error());
      file = *std::move(shaped);
    }
    if (const Result<ProjectGuess> guess = guess_project(*std::move(layout), file, std::nullopt))
      guess_text = init_json(*guess, "");
  }
  std::string answer = write_json(Value::object({{"kind", "table"},
                                                 {"source", file.source},
                                                 {"rows", file.table->rows()},
                                                 {"columns", texts_value(file.table->names())},
                                                 {"head", head_value(*file.table)},
                                                 {"example", std::move(example)}}),
                                  -1);
  answer.pop_back();
  answer += ",\"guess\":" + guess_text + "}";
  tables_.insert_or_assign(id, std::move(file));
  return answer;
}

Engine::Answer Engine::map(ObjectReader& request) {
  const std::string id = request.text("table"), law_text = request.text("law");
  Problems problems;
  const auto mapping = read_struct<Mapping>(request, "mapping", {}, problems);
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  if (!problems.empty()) return problems.take();
  const Result<const RunsFile*> file = table(id);
  if (!file) return std::unexpected(file.error());
  const Result<Law> law = read_law_text(law_text, mapping.columns);
  if (!law) return std::unexpected(law.error());
  const Result<Runs> runs =
      map_runs(**file, with_mapping(*law, mapping), mapping, response_for({}));
  if (!runs) return std::unexpected(runs.error());
  return document_text(Value::object({{"rows", runs->table.rows()},
                                      {"rows_read", runs->data.rows_read},
                                      {"columns", texts_value(runs->table.names())},
                                      {"left_out", left_out_text(runs->data.left_out)},
                                      {"notes", texts_value(runs->notes)},
                                      {"warnings", texts_value(runs->data.warnings)}}));
}

Engine::Answer Engine::save(ObjectReader& request) {
  const std::string id = request.text("id");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  std::string text;
  if (const auto fit = fits_.find(id); fit != fits_.end())
    text = write_fit_file(fit->second.record);
  else if (const auto comparison = comparisons_.find(id); comparison != comparisons_.end())
    text = comparison->second;
  else
    return error_at({"id"}, "there is no fit and no comparison \"{}\"", id);
  return write_json(Value::object({{"text", std::move(text)}}), -1);
}

Engine::Answer Engine::close(ObjectReader& request) {
  const std::string id = request.text("id");
  if (const auto read = check_read(request); !read) return std::unexpected(read.error());
  tables_.erase(id);
  fits_.erase(id);
  comparisons_.erase(id);
  return "{}";
}

}  // namespace isoflop
