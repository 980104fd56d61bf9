#include "base/toml_fields.h"

#include <algorithm>
#include <cmath>

#include "base/spelling.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

constexpr double kLargestCount = 1e9;

}  // namespace

void TomlFields::problem_inside(const Value& at, const Error& error) {
  for (const Problem& inner : error.problems)
    problems_.add({source_, at.line, at.column + inner.column}, "{}", inner.what);
}

void TomlFields::check_names(const Value& table, std::string_view what,
                             std::initializer_list<std::string> known) {
  const std::vector<std::string> names(known);
  for (const auto& [name, value] : table.members())
    if (std::ranges::find(names, name) == names.end())
      problem(value, "{} has no '{}'; it has {}{}", what, name, fmt::join(names, ", "),
              did_you_mean(name, names));
}

const Value* TomlFields::need(const Value& table, std::string_view name, Kind kind,
                              std::string_view form) {
  const Value* value = table.find(name);
  if (value == nullptr)
    problem(table, "'{}' is missing: write {} = {}", name, name, form);
  else if (!value->is(kind))
    problem(*value, "'{}' must have the form {} = {}", name, name, form);
  return value != nullptr && value->is(kind) ? value : nullptr;
}

std::string TomlFields::need_text(const Value& table, std::string_view name) {
  const Value* value = need(table, name, Kind::kString, "\"...\"");
  return value == nullptr ? "" : value->string();
}

std::string TomlFields::need_filled(const Value& table, std::string_view name) {
  const Value* value = need(table, name, Kind::kString, "\"...\"");
  if (value == nullptr) return "";
  if (value->string().empty()) problem(*value, "'{}' is empty: write {} = \"...\"", name, name);
  return value->string();
}

std::string TomlFields::text_or(const Value& table, std::string_view name, std::string fallback) {
  return table.find(name) == nullptr ? std::move(fallback) : need_text(table, name);
}

double TomlFields::number_or(const Value& table, std::string_view name, double fallback) {
  if (table.find(name) == nullptr) return fallback;
  const Value* value = need(table, name, Kind::kNumber, "a number");
  if (value == nullptr) return fallback;
  if (std::isfinite(value->number())) return value->number();
  problem(*value, "'{}' must be a finite number", name);
  return fallback;
}

std::size_t TomlFields::count_or(const Value& table, std::string_view name, std::size_t fallback) {
  const double number = number_or(table, name, static_cast<double>(fallback));
  if (number >= 0 && number <= kLargestCount && number == std::floor(number))
    return static_cast<std::size_t>(number);
  problem(*table.find(name), "'{}' must be a whole number from 0 on", name);
  return fallback;
}

bool TomlFields::truth_or(const Value& table, std::string_view name, bool fallback) {
  if (table.find(name) == nullptr) return fallback;
  const Value* value = need(table, name, Kind::kBool, fallback ? "false" : "true");
  return value == nullptr ? fallback : value->boolean();
}

std::vector<double> TomlFields::numbers(const Value& table, std::string_view name) {
  std::vector<double> list;
  if (table.find(name) == nullptr) return list;
  const Value* value = need(table, name, Kind::kArray, "[number, ...]");
  if (value == nullptr) return list;
  for (const Value& item : value->items()) {
    if (!item.is(Kind::kNumber) || !std::isfinite(item.number()))
      problem(item, "'{}' must be a list of finite numbers", name);
    list.push_back(item.number());
  }
  return list;
}

std::vector<std::string> TomlFields::texts(const Value& table, std::string_view name) {
  std::vector<std::string> list;
  const Value* value = need(table, name, Kind::kArray, "[\"...\", ...]");
  if (value == nullptr) return list;
  for (const Value& item : value->items()) {
    if (!item.is(Kind::kString)) problem(item, "'{}' must be a list of texts", name);
    list.push_back(item.string());
  }
  return list;
}

std::map<std::string, double> TomlFields::named_numbers(const Value& table, std::string_view name) {
  std::map<std::string, double> numbers;
  if (table.find(name) == nullptr) return numbers;
  const Value* value = need(table, name, Kind::kObject, "{ name = number, ... }");
  if (value == nullptr) return numbers;
  for (const auto& [key, number] : value->members()) numbers[key] = number_or(*value, key, 0);
  return numbers;
}

std::optional<Range> TomlFields::range(const Value& table, std::string_view name,
                                       std::string_view of) {
  const std::vector<double> ends = numbers(table, name);
  if (ends.size() == 2 && ends[0] <= ends[1]) return Range{ends[0], ends[1]};
  const Value* value = table.find(name);
  if (ends.size() == 2)
    problem(*value, "the range of '{}' goes down: write [{}, {}]", of, ends[1], ends[0]);
  else
    problem(value == nullptr ? table : *value, "'{}' needs a {} = [low, high]", of, name);
  return std::nullopt;
}

const std::vector<Value>& TomlFields::entries(const Value& file, std::string_view name) {
  static const std::vector<Value> kNone;
  if (file.find(name) == nullptr) return kNone;
  const Value* list = need(file, name, Kind::kArray, fmt::format("[[{}]]", name));
  return list == nullptr ? kNone : list->items();
}

}  // namespace isoflop
