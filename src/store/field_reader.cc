#include "store/field_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace isoflop {

namespace {

constexpr double kLargestCount = 9007199254740992;  // 2^53: beyond it a double skips whole numbers

const char* name_of(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kBool:
      return "true or false";
    case Value::Kind::kNumber:
      return "a number";
    case Value::Kind::kString:
      return "text";
    case Value::Kind::kArray:
      return "a list";
    case Value::Kind::kObject:
      return "an object";
  }
  return "";
}

}  // namespace

void FieldReader::damaged(const Value& at, std::string_view what) {
  problems_.add({source_, at.line, at.column}, "{}; the file is damaged: write it again", what);
}

bool FieldReader::check(const Value& value, std::string_view name, Value::Kind kind) {
  if (value.is(kind)) return true;
  damaged(value,
          fmt::format("\"{}\" is {} and must be {}", name, name_of(value.kind()), name_of(kind)));
  return false;
}

const Value& FieldReader::field(const Value& parent, std::string_view name, Value::Kind kind) {
  if (!parent.is(Value::Kind::kObject)) return empty_;  // a problem already
  const Value* value = parent.find(name);
  if (value == nullptr) {
    damaged(parent, fmt::format("\"{}\" is missing", name));
    return empty_;
  }
  return check(*value, name, kind) ? *value : empty_;
}

const Value& FieldReader::object(const Value& parent, std::string_view name) {
  return field(parent, name, Value::Kind::kObject);
}

const Value& FieldReader::list(const Value& parent, std::string_view name) {
  return field(parent, name, Value::Kind::kArray);
}

const std::string& FieldReader::text(const Value& parent, std::string_view name) {
  return field(parent, name, Value::Kind::kString).string();
}

bool FieldReader::truth(const Value& parent, std::string_view name) {
  return field(parent, name, Value::Kind::kBool).boolean();
}

std::size_t FieldReader::count(const Value& parent, std::string_view name) {
  const Value& value = field(parent, name, Value::Kind::kNumber);
  return value.is(Value::Kind::kNumber) ? count_of(value, name) : 0;
}

std::size_t FieldReader::count_of(const Value& value, std::string_view name) {
  const double number = value.number();
  if (number >= 0 && number <= kLargestCount && number == std::floor(number))
    return static_cast<std::size_t>(number);
  damaged(value, fmt::format("\"{}\" is not a count", name));
  return 0;
}

double FieldReader::number_of(const Value& value, std::string_view name) {
  if (value.is(Value::Kind::kNull)) return std::numeric_limits<double>::quiet_NaN();
  return check(value, name, Value::Kind::kNumber) ? value.number() : 0;
}

double FieldReader::number(const Value& parent, std::string_view name) {
  const Value* value = parent.find(name);
  return value != nullptr ? number_of(*value, name)
                          : field(parent, name, Value::Kind::kNumber).number();
}

std::vector<std::string> FieldReader::texts(const Value& parent, std::string_view name) {
  std::vector<std::string> texts;
  for (const Value& item : field(parent, name, Value::Kind::kArray).items())
    if (check(item, name, Value::Kind::kString)) texts.push_back(item.string());
  return texts;
}

std::vector<double> FieldReader::numbers(const Value& parent, std::string_view name) {
  std::vector<double> numbers;
  for (const Value& item : field(parent, name, Value::Kind::kArray).items())
    numbers.push_back(number_of(item, name));
  return numbers;
}

std::vector<std::size_t> FieldReader::counts(const Value& parent, std::string_view name) {
  std::vector<std::size_t> counts;
  for (const Value& item : field(parent, name, Value::Kind::kArray).items())
    if (check(item, name, Value::Kind::kNumber)) counts.push_back(count_of(item, name));
  return counts;
}

std::map<std::string, double> FieldReader::named_numbers(const Value& parent,
                                                         std::string_view name) {
  std::map<std::string, double> numbers;
  for (const auto& [key, value] : object(parent, name).members())
    numbers[key] = number_of(value, key);
  return numbers;
}

std::map<std::string, std::string> FieldReader::named_texts(const Value& parent,
                                                            std::string_view name) {
  std::map<std::string, std::string> texts;
  const Value& members = object(parent, name);
  for (const auto& [key, value] : members.members()) texts[key] = text(members, key);
  return texts;
}

std::map<std::string, Range> FieldReader::named_ranges(const Value& parent, std::string_view name) {
  std::map<std::string, Range> ranges;
  const Value& members = object(parent, name);
  for (const auto& [key, value] : members.members()) {
    const std::vector<double> ends = numbers(members, key);
    if (ends.size() == 2 && ends[0] <= ends[1])
      ranges[key] = {ends[0], ends[1]};
    else
      damaged(value, fmt::format("\"{}\" is not a range [low, high], low first", key));
  }
  return ranges;
}

std::uint64_t FieldReader::seed(const Value& parent, std::string_view name) {
  const Value* value = parent.find(name);
  if (value == nullptr || !value->is(Value::Kind::kString)) return count(parent, name);
  const std::string& digits = value->string();
  std::uint64_t seed = 0;
  const char* const end = digits.data() + digits.size();
  if (const auto [stop, fault] = std::from_chars(digits.data(), end, seed);
      fault != std::errc() || stop != end)
    damaged(*value, fmt::format("\"{}\" is \"{}\" and must be a whole number", name, digits));
  return seed;
}

}  // namespace isoflop
