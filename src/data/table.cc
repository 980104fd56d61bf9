#include "isoflop/table.h"

#include "base/error.h"

namespace isoflop {

const Table::Column* Table::find(std::string_view name) const {
  for (const auto& [key, values] : columns_)
    if (key == name) return &values;
  return nullptr;
}

Result<void> Table::set(std::string name, std::vector<double> values) {
  auto place = columns_.begin();
  while (place != columns_.end() && place->first != name) ++place;
  const bool only = columns_.empty() || (columns_.size() == 1 && place != columns_.end());
  if (!only && values.size() != rows())
    return error("the column \"{}\" has {} rows and the table {}: give one value a run", name,
                 values.size(), rows());
  if (values.size() != rows()) row_names_.reset();
  auto column = std::make_shared<const std::vector<double>>(std::move(values));
  if (place == columns_.end())
    columns_.emplace_back(std::move(name), std::move(column));
  else
    place->second = std::move(column);
  return {};
}

void Table::share(const Table& other, std::string_view name) {
  columns_.emplace_back(name, *other.find(name));
  if (!row_names_) row_names_ = other.row_names_;
}

std::span<const double> Table::column(std::string_view name) const {
  const Column* values = find(name);
  if (values == nullptr) return {};
  return **values;
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> names;
  for (const auto& column : columns_) names.push_back(column.first);
  return names;
}

Table Table::select(std::span<const std::size_t> rows) const {
  Table selected;
  for (const auto& [name, values] : columns_) {
    std::vector<double> kept;
    kept.reserve(rows.size());
    for (const std::size_t row : rows) kept.push_back((*values)[row]);
    selected.columns_.emplace_back(name,
                                   std::make_shared<const std::vector<double>>(std::move(kept)));
  }
  if (row_names_) {
    RowNames names{.kind = row_names_->kind, .ids = row_names_->ids};
    names.numbers.reserve(rows.size());
    for (const std::size_t row : rows) names.numbers.push_back(row_names_->numbers[row]);
    selected.row_names_ = std::make_shared<const RowNames>(std::move(names));
  }
  return selected;
}

Result<void> Table::name_rows(RowNames names) {
  if (names.numbers.size() != rows())
    return error("{} names for the {} rows of a table: give one a row", names.numbers.size(),
                 rows());
  row_names_ = std::make_shared<const RowNames>(std::move(names));
  return {};
}

std::string Table::row_name(std::size_t row) const {
  if (!row_names_) return std::to_string(row + 1);
  const std::size_t number = row_names_->numbers[row];
  return row_names_->kind == RowNames::Kind::kId ? (*row_names_->ids)[number]
                                                 : std::to_string(number);
}

std::string Table::row_label(std::size_t row) const {
  const std::string name = row_name(row);
  if (!row_names_) return "row " + name;
  return row_names_->kind == RowNames::Kind::kLine ? "line " + name : "row \"" + name + "\"";
}

}  // namespace isoflop
