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
  auto column = std::make_shared<const std::vector<double>>(std::move(values));
  if (place == columns_.end())
    columns_.emplace_back(std::move(name), std::move(column));
  else
    place->second = std::move(column);
  return {};
}

void Table::share(const Table& other, std::string_view name) {
  columns_.emplace_back(name, *other.find(name));
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
  return selected;
}

}  // namespace isoflop
