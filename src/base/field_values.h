// Structs that isoflop/fields.h describes as objects of documents, and back.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>

#include "base/object_reader.h"
#include "base/value.h"
#include "isoflop/fields.h"

namespace isoflop {

template <class T>
Value field_value(const T& value) {
  if constexpr (std::same_as<T, Range>)
    return Value::array({value.low, value.high});
  else if constexpr (std::constructible_from<Value, T>)
    return value;
  else
    return to_text(value);
}

template <class T>
Value field_value(const std::map<std::string, T>& named) {
  Value object = Value::object();
  for (const auto& [name, value] : named) object.set(name, field_value(value));
  return object;
}

template <class Struct>
Value fields_value(const Struct& from) {
  Value object = Value::object();
  for_each_field(from, [&](const auto& field) {
    const bool applies = field.applies == nullptr || field.applies(from);
    object.set(field.name, applies ? field_value(from.*field.kMember) : Value());
  });
  return object;
}

template <auto Member, class T = typename StructField<Member>::T>
T read_field(ObjectReader& from, const StructField<Member>& field) {
  if constexpr (std::same_as<T, bool>)
    return from.truth(field.name);
  else if constexpr (std::unsigned_integral<T> && sizeof(T) < sizeof(std::uint64_t))
    return static_cast<T>(from.count(field.name));
  else if constexpr (std::unsigned_integral<T>)
    return from.integer(field.name);
  else if constexpr (std::same_as<T, double>)
    return from.number(field.name);
  else if constexpr (std::same_as<T, std::string>)
    return from.text(field.name);
  else if constexpr (std::same_as<T, std::map<std::string, double>>)
    return from.named_numbers(field.name);
  else if constexpr (std::same_as<T, std::map<std::string, std::string>>)
    return from.named_texts(field.name);
  else if constexpr (std::same_as<T, std::map<std::string, Range>>)
    return from.named_ranges(field.name);
  else
    return from.parsed(field.name, field.parse);
}

// A field that the object does not have, or has as null, keeps its default: files of before there
// was such a field stay readable.
template <class Struct>
Struct read_fields(ObjectReader& from) {
  Struct result;
  for_each_field(result, [&](const auto& field) {
    if (from.has(field.name)) result.*field.kMember = read_field(from, field);
  });
  return result;
}

}  // namespace isoflop
