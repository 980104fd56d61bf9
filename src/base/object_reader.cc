#include "base/object_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/enum_names.h"
#include "base/number_text.h"
#include "base/spelling.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

constexpr double kLargestCount = 9007199254740992;  // 2^53: beyond it a double skips whole numbers
constexpr double kLargestSize =
    std::min(kLargestCount, static_cast<double>(std::numeric_limits<std::size_t>::max()));

// What a value of each kind is, and how it is written; in the order of Kind.
constexpr std::string_view kKindNames[] = {"null", "true or false", "a number",
                                           "text", "a list",        "a table"};
constexpr std::string_view kKindForms[] = {"null",    "true or false", "a number",
                                           "\"...\"", "[...]",         "{ ... }"};

std::string seen(const Value& value) {
  if (value.is(Kind::kBool)) return value.boolean() ? "true" : "false";
  if (value.is(Kind::kNumber)) return format_exact(value.number());
  if (value.is(Kind::kString)) return '"' + excerpt(value.string()) + '"';
  return enum_name(kKindNames, value.kind());
}

}  // namespace

void DocumentErrors::keep(const Value& at, std::size_t column, std::string what) {
  if (format_ == Format::kOwnJson) what += "; the file is damaged: write it again";
  problems_.add({source_, at.line, at.column + column}, "{}", what);
}

void DocumentErrors::add_inside(const Value& at, const Error& error) {
  for (const Problem& inner : error.problems) keep(at, inner.column, inner.what);
}

std::string DocumentErrors::quoted(std::string_view name) const {
  const char quote = format_ == Format::kToml ? '\'' : '"';
  return fmt::format("{}{}{}", quote, name, quote);
}

const Value* ObjectReader::find(std::string_view name) {
  if (std::ranges::find(asked_for_, name) == asked_for_.end()) asked_for_.emplace_back(name);
  const Value* value = object_->find(name);
  return value == nullptr || value->is(Kind::kNull) ? nullptr : value;
}

const Value* ObjectReader::need(std::string_view name, Kind kind, std::string_view form) {
  const Value* value = find(name);
  if (value == nullptr) value = object_->find(name);  // null
  if (value != nullptr) return check(*value, errors_->quoted(name), kind, form) ? value : nullptr;
  if (!object_->is(Kind::kObject)) return nullptr;
  const bool by_hand = errors_->format() == DocumentErrors::Format::kToml;
  problem("{} is missing{}", errors_->quoted(name),
          by_hand ? fmt::format(": write {} = {}", name,
                                form.empty() ? enum_name(kKindForms, kind) : std::string(form))
                  : "");
  return nullptr;
}

bool ObjectReader::check(const Value& value, const std::string& name, Kind kind,
                         std::string_view form) {
  if (value.is(kind)) return true;
  errors_->add(value, "{} is {}, and must be {}", name, seen(value),
               form.empty() ? enum_name(kKindNames, kind) : std::string(form));
  return false;
}

std::string ObjectReader::item_of(std::string_view name) const {
  return "an item of " + errors_->quoted(name);
}

std::string ObjectReader::text(std::string_view name) {
  const Value* value = need(name, Kind::kString);
  return value == nullptr ? "" : value->string();
}

std::string ObjectReader::filled_text(std::string_view name) {
  const Value* value = need(name, Kind::kString);
  if (value == nullptr) return "";
  if (value->string().empty())
    errors_->add(*value, "{} is empty: write {} = \"...\"", errors_->quoted(name), name);
  return value->string();
}

double ObjectReader::finite(const Value& value, const std::string& name) {
  if (value.is(Kind::kNull)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isfinite(value.number())) return value.number();
  errors_->add(value, "{} is {}, and must be a finite number", name, seen(value));
  return 0;
}

double ObjectReader::number(std::string_view name) {
  const Value* value = object_->find(name);
  if (value == nullptr) value = need(name, Kind::kNumber);
  find(name);
  return value == nullptr ? 0 : finite(*value, errors_->quoted(name));
}

double ObjectReader::whole(const Value& value, const std::string& name, double low, double high) {
  const double number = value.number();
  if (number >= low && number <= high && number == std::floor(number)) return number;
  errors_->add(value, "{} is {}, and must be a whole number from {} {}", name, seen(value), low,
               high < kLargestCount ? "to " + format_exact(high) : "on");
  return low;
}

double ObjectReader::whole_number(std::string_view name, double low, double high) {
  const Value* value = find(name);
  if (value == nullptr) value = need(name, Kind::kNumber);
  return value == nullptr ? low : whole(*value, errors_->quoted(name), low, high);
}

std::size_t ObjectReader::count(std::string_view name) {
  return static_cast<std::size_t>(whole_number(name, 0, kLargestSize));
}

std::uint64_t ObjectReader::integer(std::string_view name) {
  const Value* value = find(name);
  if (value == nullptr || !value->is(Kind::kString))
    return static_cast<std::uint64_t>(whole_number(name, 0, kLargestCount));
  const std::string& digits = value->string();
  std::uint64_t integer = 0;
  const char* const end = digits.data() + digits.size();
  if (const auto [stop, fault] = std::from_chars(digits.data(), end, integer);
      fault != std::errc() || stop != end)
    errors_->add(*value, "{} is {}, and must be a whole number", errors_->quoted(name),
                 seen(*value));
  return integer;
}

bool ObjectReader::truth(std::string_view name) {
  const Value* value = need(name, Kind::kBool);
  return value != nullptr && value->boolean();
}

std::vector<std::string> ObjectReader::texts(std::string_view name) {
  std::vector<std::string> list;
  if (const Value* value = need(name, Kind::kArray, "[\"...\", ...]"))
    for (const Value& item : value->items())
      if (check(item, item_of(name), Kind::kString)) list.push_back(item.string());
  return list;
}

std::vector<double> ObjectReader::numbers(std::string_view name) {
  std::vector<double> list;
  if (const Value* value = need(name, Kind::kArray, "[number, ...]"))
    for (const Value& item : value->items()) list.push_back(finite(item, item_of(name)));
  return list;
}

std::vector<std::size_t> ObjectReader::counts(std::string_view name) {
  std::vector<std::size_t> list;
  if (const Value* value = need(name, Kind::kArray, "[number, ...]"))
    for (const Value& item : value->items())
      list.push_back(static_cast<std::size_t>(whole(item, item_of(name), 0, kLargestSize)));
  return list;
}

std::optional<Range> ObjectReader::range_of(const Value& value, const std::string& name) {
  const std::vector<Value>& ends = value.items();
  const bool two = ends.size() == 2 && std::isfinite(ends[0].number() + ends[1].number());
  if (two && ends[0].number() <= ends[1].number()) return Range{ends[0].number(), ends[1].number()};
  if (two)
    errors_->add(value, "{} goes down: write [{}, {}]", name, ends[1].number(), ends[0].number());
  else
    errors_->add(value, "{} must be two finite numbers, [low, high]", name);
  return std::nullopt;
}

std::optional<Range> ObjectReader::range(std::string_view name) {
  const Value* value = need(name, Kind::kArray, "[low, high]");
  return value == nullptr ? std::nullopt : range_of(*value, errors_->quoted(name));
}

std::map<std::string, std::string> ObjectReader::named_texts(std::string_view name) {
  std::map<std::string, std::string> texts;
  if (const Value* object = need(name, Kind::kObject, "{ name = \"...\", ... }"))
    for (const auto& [key, value] : object->members())
      if (check(value, errors_->quoted(key), Kind::kString)) texts[key] = value.string();
  return texts;
}

std::map<std::string, double> ObjectReader::named_numbers(std::string_view name) {
  std::map<std::string, double> numbers;
  if (const Value* object = need(name, Kind::kObject, "{ name = number, ... }"))
    for (const auto& [key, value] : object->members())
      numbers[key] = finite(value, errors_->quoted(key));
  return numbers;
}

std::map<std::string, Range> ObjectReader::named_ranges(std::string_view name) {
  std::map<std::string, Range> ranges;
  if (const Value* object = need(name, Kind::kObject, "{ name = [low, high], ... }"))
    for (const auto& [key, value] : object->members())
      ranges[key] = range_of(value, errors_->quoted(key)).value_or(Range{});
  return ranges;
}

ObjectReader ObjectReader::object(std::string_view name, std::string_view what,
                                  std::string_view form) {
  static const Value kNone;
  const Value* value = need(name, Kind::kObject, form);
  return {value == nullptr ? kNone : *value, *errors_, what};
}

std::vector<ObjectReader> ObjectReader::objects(std::string_view name, std::string_view what) {
  std::vector<ObjectReader> list;
  if (const Value* value = need(name, Kind::kArray, fmt::format("[[{}]]", name)))
    for (const Value& item : value->items())
      if (check(item, item_of(name), Kind::kObject)) list.emplace_back(item, *errors_, what);
  return list;
}

std::vector<ObjectReader> ObjectReader::objects_if_any(std::string_view name,
                                                       std::string_view what) {
  return has(name) ? objects(name, what) : std::vector<ObjectReader>();
}

std::vector<const Value::Members::value_type*> ObjectReader::unread() const {
  std::vector<const Value::Members::value_type*> unread;
  for (const auto& member : members())
    if (std::ranges::find(asked_for_, member.first) == asked_for_.end()) unread.push_back(&member);
  return unread;
}

void ObjectReader::check_unknown() {
  for (const auto* member : unread())
    errors_->add(member->second, "{} has no {}; it has {}{}", what_, errors_->quoted(member->first),
                 fmt::join(asked_for_, ", "), did_you_mean(member->first, asked_for_));
}

}  // namespace isoflop
