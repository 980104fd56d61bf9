#include "workflow/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "data/map_table.h"
#include "data/shape_table.h"
#include "isoflop/output.h"
#include "isoflop/predict.h"
#include "store/document.h"
#include "workflow/model.h"

namespace isoflop {

namespace {

Runs runs_of(MappedTable mapped, const RunsFile& file, const Mapping& mapping) {
  return {.data = {.source = file.source,
                   .sha256 = file.sha256,
                   .mapping = mapping,
                   .rows_read = mapped.rows_read,
                   .left_out = mapped.left_out,
                   .warnings = std::move(mapped.warnings)},
          .table = std::move(mapped.table),
          .notes = std::move(mapped.notes)};
}

}  // namespace

Result<RunsFile> read_runs_file(std::vector<std::string> texts, std::span<const std::string> paths,
                                std::string source, std::string sha256, const Mapping& mapping) {
  RunsFile file{.source = std::move(source),
                .sha256 = std::move(sha256),
                .texts = std::make_unique<const std::vector<std::string>>(std::move(texts)),
                .table = nullptr};
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(source_text(path));
  std::vector<TextFile> files;
  for (std::size_t i = 0; i < names.size(); ++i) files.push_back({(*file.texts)[i], names[i]});
  Result<RawTablePointer> table = read_raw_tables(files, source_text(file.source), mapping);
  if (!table) return std::unexpected(table.error());
  file.table = *std::move(table);
  return file;
}

Result<Runs> map_runs(const RunsFile& file, const Law& law, const Mapping& mapping,
                      Response response, std::span<const std::string> used) {
  Result<MappedTable> mapped = map_table(*file.table, law, mapping, response, used);
  if (!mapped) return std::unexpected(mapped.error());
  return runs_of(*std::move(mapped), file, mapping);
}

Result<Runs> map_runs_to_predict(const RunsFile& file, const Law& law, const Mapping& mapping) {
  const Result<std::vector<std::string>> names = defined_names(mapping.columns);
  if (!names) return std::unexpected(names.error());
  const bool measured = !mapping.response.empty() || file.table->find("loss") ||
                        std::ranges::find(*names, "loss") != names->end();
  const Result<LossUnits> units = parse_loss_unit(mapping.loss_unit);
  if (!units) return std::unexpected(units.error());
  const Output predicts = output_of(law);
  const auto is_same = [&](const LossUnit& unit) {
    return predicts.unit == unit.unit &&
           (predicts.name == unit.output || predicts.name == mapping.response);
  };
  if (measured && units->fitted != nullptr && !is_same(*units->fitted)) {
    const auto own = std::ranges::find_if(loss_units(), is_same);
    const bool converts = own != loss_units().end() &&
                          parse_loss_unit(fmt::format("{}:{}", units->measured->name, own->name));
    return error_at({"mapping.loss_unit"}, "{} predicts {}, and the losses of {} are {}: {}",
                    law.label(), own != loss_units().end() ? std::string(own->name) : predicts.name,
                    file.source, units->fitted->name,
                    converts ? fmt::format("convert them with mapping.loss_unit={}:{}",
                                           units->measured->name, own->name)
                             : "the two cannot be compared");
  }
  Result<Runs> runs = map_runs(file, law, mapping, measured ? Response::kAny : Response::kNone);
  const ParameterCount of_law = law.parameter_count(), count = mapping.params_count;
  if (runs && of_law != ParameterCount::kUnknown && count != ParameterCount::kUnknown &&
      of_law != count && of_law != law.own_parameter_count())
    runs->data.warnings.push_back(count_mismatch(law.label(), of_law, count));
  return runs;
}

Result<std::vector<RunsGroup>> group_runs(const RunsFile& file, const Law& law,
                                          const Mapping& mapping, const std::string& by,
                                          Response response) {
  Result<std::vector<TableGroup>> groups = map_groups(*file.table, law, mapping, by, response);
  if (!groups) return std::unexpected(groups.error());
  std::vector<RunsGroup> result;
  for (TableGroup& group : *groups) {
    Mapping own = mapping;
    own.where = std::move(group.where);
    result.push_back(
        {.name = std::move(group.name), .runs = runs_of(std::move(group.runs), file, own)});
  }
  return result;
}

Result<PredictedRuns> predict_runs(const Law& law, Runs runs) {
  Result<std::vector<double>> losses = predict(law, runs.table);
  if (!losses) return std::unexpected(losses.error());
  if (runs.table.has("predicted"))
    return error(
        "{} has an input 'predicted', which is the name of the column of predictions: call "
        "the input otherwise",
        law.label());
  if (const auto done = runs.table.set("predicted", *std::move(losses)); !done)
    return std::unexpected(done.error());
  for (std::string& note : range_notes(law, runs.table)) runs.notes.push_back(std::move(note));
  return PredictedRuns{.law = law,
                       .data = std::move(runs.data),
                       .table = std::move(runs.table),
                       .notes = std::move(runs.notes)};
}

std::string named_rows(const Table& table, std::span<const std::size_t> rows, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + table.row_label(rows[i]);
  if (rows.size() > most) text += fmt::format(" and {} more", rows.size() - most);
  return text;
}

}  // namespace isoflop
