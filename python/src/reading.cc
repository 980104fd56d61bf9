// Tables for isf.read: files as columns in the shape that a mapping wants, and the rows that it
// keeps.
#include <algorithm>
#include <cmath>

#include "bind.h"
#include "data/map_table.h"
#include "data/shape_table.h"
#include "fields.h"
#include "isoflop/gzip.h"
#include "isoflop/read_table.h"
#include "tables.h"
#include "workflow/model.h"
#include "workflow/project.h"

namespace isoflop::python {

namespace {

// Numbers where every cell is one or missing, else texts, None where a cell is empty.
nb::object cells_of(const RawTable& table, std::size_t column) {
  std::vector<double> numbers = table.numbers(column);
  std::string scratch;
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (!std::isnan(numbers[row]) || is_missing(table.cell(row, column, scratch))) continue;
    nb::list texts;
    for (std::size_t each = 0; each < numbers.size(); ++each) {
      const std::string_view text = table.cell(each, column, scratch);
      texts.append(text.empty() ? nb::none() : nb::cast(text));
    }
    return texts;
  }
  return nb::cast(array_of(std::move(numbers)));
}

// `parts` are pairs of a path and the bytes of a text, and frames, in the order of their rows.
nb::dict read_tables(const nb::list& parts, const std::string& source, const nb::dict& mapping) {
  const auto wanted = fields_of<Mapping>(mapping, "mapping");
  std::vector<std::string> texts;
  texts.reserve(parts.size());  // tables hold slices of them
  std::vector<RawTablePointer> tables;
  for (const nb::handle part : parts) {
    if (nb::isinstance<Frame>(part)) {
      tables.push_back(file_of(nb::cast<const Frame&>(part), {}).table);
      continue;
    }
    const auto [path, bytes] = nb::cast<std::pair<std::string, nb::bytes>>(part);
    texts.emplace_back(bytes.c_str(), bytes.size());
    if (is_gzip(texts.back())) texts.back() = must(unpack_gzip(texts.back(), path));
    tables.push_back(must(read_raw_table(texts.back(), path)));
  }
  const RawTablePointer table = must(shape_tables(std::move(tables), source, wanted));
  nb::dict columns;
  for (std::size_t column = 0; column < table->columns(); ++column) {
    const std::string& name = table->names()[column];
    if (columns.contains(name.c_str()))
      fail(table->source(), "two columns are called \"" + name + "\"; rename one");
    columns[name.c_str()] = cells_of(*table, column);
  }
  return columns;
}

// From 0. The loss is read where the mapping says what it is, or the best are taken by it.
std::vector<std::size_t> kept_rows(const Frame& frame, const nb::dict& mapping) {
  auto wanted = fields_of<Mapping>(mapping, "mapping");
  // A law that every row is enough for: it has one input, which the mapping gives.
  const Law any = must(Law::from_formula("E*any_row", std::vector<std::string>{"any_row"}));
  const std::vector<std::string> defined = must(defined_names(wanted.columns));
  const bool loss = !wanted.response.empty() ||
                    std::ranges::find(defined, "loss") != defined.end() ||
                    (!wanted.best_of.empty() && wanted.best_by.empty());
  wanted.columns += wanted.columns.empty() ? "any_row = 1" : ", any_row = 1";
  const RunsFile file = file_of(frame, {});
  const MappedTable mapped =
      must(map_table(*file.table, any, wanted, loss ? Response::kAny : Response::kNone, defined));
  std::vector<std::size_t> rows;
  for (const std::size_t number : mapped.table.row_names()->numbers) rows.push_back(number - 1);
  return rows;
}

nb::dict project_of(const std::string& text, const std::string& path) {
  const Project project = must(read_project(text, path));
  nb::dict made;
  made["runs"] = project.runs;
  made["law"] = project.law;
  made["laws"] = project.laws;
  made["holdout"] = project.holdout;
  made["mapping"] = dict_of(project.mapping);
  made["recipe"] = dict_of(project.recipe);
  return made;
}

}  // namespace

void bind_reading(nb::module_& m) {
  m.def("read_project", project_of, "text"_a, "path"_a);
  m.def("read_tables", read_tables, "parts"_a, "source"_a, "mapping"_a);
  m.def("kept_rows", kept_rows, "frame"_a, "mapping"_a);
}

}  // namespace isoflop::python
