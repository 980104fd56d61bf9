#include "tables.h"

#include <fmt/format.h>

#include <cmath>

#include "base/number_text.h"
#include "data/shape_table.h"
#include "fields.h"
#include "isoflop/predict.h"
#include "law/definition.h"
#include "workflow/model.h"

namespace isoflop::python {

namespace {

// Rows are called by their numbers, from 1, as those of every table in memory.
class FrameTable final : public NumberedTable {
 public:
  explicit FrameTable(const Frame& frame) : NumberedTable(frame.source), frame_(frame) {
    set_names(frame.names);
  }
  [[nodiscard]] std::size_t rows() const override { return frame_.rows; }
  // The one copy of a column that is made of it.
  [[nodiscard]] std::vector<double> numbers(std::size_t column) const override {
    const Array* const numbers = std::get_if<Array>(&cells(column));
    if (numbers == nullptr) return RawTable::numbers(column);
    return as_in_file({numbers->data(), rows()});
  }

 private:
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column,
                                      std::string& scratch) const override {
    const Cells& all = cells(column);
    if (const Array* const numbers = std::get_if<Array>(&all)) {
      const double number = numbers->data()[row];
      if (std::isnan(number)) return "";  // a missing cell, as in a file
      scratch = format_exact(number);
      return scratch;
    }
    return std::get<std::vector<std::string>>(all)[row];
  }

  [[nodiscard]] const Cells& cells(std::size_t column) const {
    if (const auto known = cells_.find(column); known != cells_.end()) return known->second;
    const nb::object given = frame_.column(names()[column]);
    Cells made;
    if (Array numbers; nb::try_cast(given, numbers))
      made = std::move(numbers);
    else
      made = nb::cast<std::vector<std::string>>(given);
    const std::size_t size = std::visit([](const auto& all) { return all.size(); }, made);
    if (size != frame_.rows)
      fail(source(),
           fmt::format("the column \"{}\" has {} rows, and the first one has {}: give all "
                       "as many",
                       names()[column], size, frame_.rows));
    return cells_.emplace(column, std::move(made)).first->second;
  }

  const Frame& frame_;
  mutable std::map<std::size_t, Cells> cells_;
};

}  // namespace

RunsFile file_of(const Frame& frame, const Mapping& mapping) {
  std::vector<RawTablePointer> tables;
  tables.push_back(std::make_unique<FrameTable>(frame));
  return {.source = frame.source,
          .sha256 = "",
          .texts = nullptr,
          .table = must(shape_tables(std::move(tables), frame.source, mapping))};
}

nb::dict columns_of(const Table& table) {
  nb::dict columns;
  for (const std::string& name : table.names()) {
    const std::span<const double> values = table.column(name);
    // The copy of the table shares its columns and keeps them.
    const nb::object owner = nb::cast(Table(table));
    columns[name.c_str()] = view(values, owner);
  }
  return columns;
}

void bind_tables(nb::module_& m) {
  nb::class_<Table>(m, "Table")
      .def_prop_ro("rows", &Table::rows)
      .def_prop_ro("columns", columns_of)
      .def("row_label", &Table::row_label, "row"_a);
  nb::class_<Frame>(m, "Frame")
      .def_ro("rows", &Frame::rows)
      .def(
          "__init__",
          [](Frame* made, std::vector<std::string> names, std::size_t rows, nb::object column,
             std::string source) {
            new (made) Frame{std::move(names), rows, std::move(column), std::move(source)};
          },
          "names"_a, "rows"_a, "column"_a, "source"_a);
  m.def("mapping_fields", &descriptions<Mapping>);
  m.def("recipe_fields", &descriptions<Recipe>);
  m.def(
      "defined_names", [](const std::string& columns) { return must(defined_names(columns)); },
      "columns"_a);
  m.def("standard_inputs", [] {
    const auto names = standard_inputs();
    return std::vector<std::string>(names.begin(), names.end());
  });
  // The table of the inputs with `predicted`, and the notes.
  m.def(
      "predict_frame",
      [](const Law& law, const Frame& frame, const nb::dict& mapping) {
        const auto wanted = fields_of<Mapping>(mapping, "mapping");
        PredictedRuns runs =
            must(predict_runs(law, must(map_runs_to_predict(file_of(frame, wanted), law, wanted))));
        std::vector<std::string> notes = std::move(runs.notes);
        notes.insert(notes.end(), runs.data.warnings.begin(), runs.data.warnings.end());
        return nb::make_tuple(std::move(runs.table), std::move(notes));
      },
      "law"_a, "frame"_a, "mapping"_a);
}

}  // namespace isoflop::python
