#include "store/row_names_value.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_names.h"
#include "base/error.h"
#include "store/packed_numbers.h"

namespace isoflop {

namespace {

constexpr std::array<std::string_view, 3> kKinds = {"line", "number", "id"};  // as RowNames::Kind

Result<RowNames::Kind> parse_kind(std::string_view text) {
  if (const auto kind = enum_value<RowNames::Kind>(kKinds, text)) return *kind;
  return error("\"{}\" is none of {}", text, fmt::join(kKinds, ", "));
}

}  // namespace

Value row_name_value(const Table& table, std::size_t row) {
  const RowNames* names = table.row_names();
  if (names == nullptr) return row + 1;
  if (names->kind == RowNames::Kind::kId) return table.row_name(row);
  return names->numbers[row];
}

Value row_name_kind(const Table& table) {
  const RowNames* names = table.row_names();
  if (names == nullptr) return {};
  return enum_name(kKinds, names->kind);
}

Value row_names_value(const Table& table, bool packed) {
  const RowNames* of = table.row_names();
  if (of == nullptr) return {};
  if (packed && of->kind != RowNames::Kind::kId)
    return Value::object(
        {{"kind", row_name_kind(table)},
         {"packed", pack_numbers(std::vector<double>(of->numbers.begin(), of->numbers.end()))}});
  Value names = Value::array();
  for (std::size_t row = 0; row < table.rows(); ++row) names.push(row_name_value(table, row));
  return Value::object({{"kind", row_name_kind(table)}, {"names", std::move(names)}});
}

void read_row_names(ObjectReader& document, Table& table) {
  if (!document.has("row_names")) return;
  ObjectReader fields = document.object("row_names");
  RowNames names{.kind = fields.parsed("kind", parse_kind), .numbers = {}};
  if (names.kind == RowNames::Kind::kId) {
    names.ids = std::make_shared<const std::vector<std::string>>(fields.texts("names"));
    for (std::size_t i = 0; i < names.ids->size(); ++i) names.numbers.push_back(i);
  } else if (fields.has("packed")) {
    const std::vector<double> numbers =
        unpack_numbers(fields.text("packed")).value_or(std::vector<double>());
    for (const double number : numbers)
      names.numbers.push_back(number >= 0 && number < 1e15 ? static_cast<std::size_t>(number) : 0);
  } else {
    names.numbers = fields.counts("names");
  }
  if (const Result<void> named = table.name_rows(std::move(names)); !named && fields.errors().ok())
    fields.problem("{}", named.error().text());
}

}  // namespace isoflop
