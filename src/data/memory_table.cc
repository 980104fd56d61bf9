// Tables in memory as raw tables, so that formulas read them as they read a file's.
#include <algorithm>
#include <utility>

#include "base/number_text.h"
#include "data/columns.h"
#include "data/map_table.h"
#include "data/shape_table.h"

namespace isoflop {

namespace {

struct Cells {
  std::string name;
  std::span<const double> numbers;
  std::span<const std::string> texts;  // where there are no numbers

  [[nodiscard]] std::size_t size() const { return std::max(numbers.size(), texts.size()); }
};

class MemoryTable final : public NumberedTable {
 public:
  explicit MemoryTable(std::vector<Cells> columns)
      : NumberedTable("table"), columns_(std::move(columns)) {
    std::vector<std::string> names;
    for (const Cells& column : columns_) names.push_back(column.name);
    set_names(std::move(names));
  }

  [[nodiscard]] std::size_t rows() const override {
    return columns_.empty() ? 0 : columns_[0].size();
  }
  [[nodiscard]] std::vector<double> numbers(std::size_t column) const override {
    const std::span<const double> all = columns_[column].numbers;
    if (all.empty()) return RawTable::numbers(column);
    return as_in_file(all);
  }

 private:
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column,
                                      std::string& scratch) const override {
    const Cells& cells = columns_[column];
    if (!cells.texts.empty()) return cells.texts[row];
    scratch = format_exact(cells.numbers[row]);
    return scratch;
  }

  std::vector<Cells> columns_;
};

Cells cells_of(const DataColumn& column) {
  if (const auto* const numbers = std::get_if<std::vector<double>>(&column.values))
    return {.name = column.name, .numbers = *numbers, .texts = {}};
  return {.name = column.name,
          .numbers = {},
          .texts = std::get<std::vector<std::string>>(column.values)};
}

}  // namespace

Result<MappedTable> map_table(std::span<const DataColumn> columns, const Law& law,
                              const Mapping& mapping, Response response) {
  std::vector<Cells> all;
  for (const DataColumn& column : columns) {
    all.push_back(cells_of(column));
    if (all.back().size() != all[0].size())
      return error_at({"table"},
                      "the column \"{}\" has {} rows, and \"{}\" has {}: give all as many",
                      column.name, all.back().size(), all[0].name, all[0].size());
  }
  std::vector<RawTablePointer> tables;
  tables.push_back(std::make_unique<MemoryTable>(std::move(all)));
  const Result<RawTablePointer> table = shape_tables(std::move(tables), "table", mapping);
  if (!table) return std::unexpected(table.error());
  return map_table(**table, law, mapping, response);
}

Result<std::vector<double>> evaluate(std::string_view formula, const Table& table,
                                     std::string_view source) {
  const Result<Ast> parsed = parse_formula(formula, source, {.suffixes = true, .texts = true});
  if (!parsed) return std::unexpected(parsed.error());
  std::vector<Cells> all;
  for (const std::string& name : table.names())
    all.push_back({.name = name, .numbers = table.column(name), .texts = {}});
  const MemoryTable raw(std::move(all));
  FormulaColumns columns(raw, {}, nullptr);
  Problems problems;
  std::optional<Column> column = columns.evaluate(*parsed, source, problems);
  if (!column) return problems.take();
  return std::move(column->values);
}

}  // namespace isoflop
