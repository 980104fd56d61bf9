// JSON in columns, as pandas writes it: {"loss": {"0": 3.1, "2": 2.9}, "N": {...}}, joined by the
// row ids, which may have gaps; or {"loss": [3.1, 2.9], "N": [...]}.
#include <string>
#include <unordered_map>

#include "base/number_text.h"
#include "base/value.h"
#include "data/raw_table.h"

namespace isoflop {

namespace {

constexpr std::string_view kForms =
    "write {\"loss\": {\"0\": 3.1, ...}, ...} or {\"loss\": [3.1, ...], ...}";

Place place_of(const Value& value, std::string_view source) {
  return {std::string(source), value.line, value.column};
}

// A cell as text; a number reads back to the same double, a missing value is an empty cell.
std::string cell_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "";
    case Value::Kind::kBool:
      return value.boolean() ? "true" : "false";
    case Value::Kind::kNumber:
      return format_exact(value.number());
    case Value::Kind::kString:
      return value.string();
    case Value::Kind::kArray:
      return "[...]";
    case Value::Kind::kObject:
      break;
  }
  return "{...}";
}

// Every member is a column of the same form, and lists have one length.
void check_form(const Value& root, std::string_view source, Problems& problems) {
  const Value& first = root.members().front().second;
  for (const auto& [name, column] : root.members()) {
    const bool is_column = column.is(Value::Kind::kObject) || column.is(Value::Kind::kArray);
    if (!is_column || !column.is(first.kind()))
      problems.add(place_of(column, source), "\"{}\" is not a column like the others; {}", name,
                   kForms);
    else if (column.items().size() != first.items().size())
      problems.add(place_of(column, source),
                   "\"{}\" has {} rows and \"{}\" has {}; give each column one value a run", name,
                   column.items().size(), root.members().front().first, first.items().size());
  }
}

void fill_from_list(RawTable& table, std::size_t column, const Value& list) {
  for (std::size_t row = 0; row < list.items().size(); ++row) {
    if (row == table.rows()) table.add_row(std::to_string(row + 1));
    table.fill(row, column, cell_text(list.items()[row]));
  }
}

}  // namespace

Result<RawTable> read_json_table(std::string_view text, std::string_view source) {
  const Result<Value> root = read_json(text, source);
  if (!root) return std::unexpected(root.error());
  if (!root->is(Value::Kind::kObject) || root->members().empty())
    return error_at(place_of(*root, source), "this is not a table in columns; {}", kForms);
  Problems problems;
  check_form(*root, source, problems);
  if (!problems.empty()) return problems.take();

  std::vector<std::string> names;
  for (const auto& [name, column] : root->members()) names.push_back(name);
  RawTable table(source, std::move(names));
  std::unordered_map<std::string, std::size_t> row_of_id;
  for (std::size_t c = 0; c < root->members().size(); ++c) {
    const Value& column = root->members()[c].second;
    fill_from_list(table, c, column);
    for (const auto& [id, value] : column.members()) {
      const auto [row, is_new] = row_of_id.try_emplace(id, table.rows());
      if (is_new) table.add_row(id);
      table.fill(row->second, c, cell_text(value));
    }
  }
  return table;
}

}  // namespace isoflop
