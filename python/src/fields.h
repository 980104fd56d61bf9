// The described fields of a recipe and a mapping (isoflop/fields.h) as arguments by name, and back.
#pragma once

#include <concepts>
#include <map>
#include <string>

#include "bind.h"
#include "isoflop/fields.h"

namespace isoflop::python {

template <class T>
void read_entry(nb::handle value, std::string_view name, T& to) {
  if constexpr (std::same_as<T, double>)
    to = number_of(value, name);
  else if constexpr (std::same_as<T, Range>)
    to = range_of(value, name);
  else if (!nb::try_cast(value, to))
    fail(name, "the name of a coefficient is expected");
}

// "auto", "10 of run", or a whole number: starts=8, thin=10.
inline bool read_text(nb::handle value, std::string& to) {
  return nb::isinstance<nb::int_>(value) ? nb::try_cast(nb::str(value), to)
                                         : nb::try_cast(value, to);
}

template <class T, auto Member>
void read_value(nb::handle value, const StructField<Member>& field, const std::string& path,
                T& to) {
  if constexpr (std::same_as<T, double>) {
    to = number_of(value, path);
  } else if constexpr (std::same_as<T, bool> || std::unsigned_integral<T>) {
    if (!nb::try_cast(value, to))
      fail(path, std::same_as<T, bool> ? "True or False is expected"
                                       : "a whole number of 0 or more is expected");
  } else if constexpr (std::same_as<T, std::string>) {
    if (!read_text(value, to)) fail(path, "a text is expected");
  } else {
    std::string text;
    if (!read_text(value, text)) fail(path, "a text is expected");
    Result<T> parsed = field.parse(text);
    if (!parsed)
      for (Problem& problem : parsed.error().problems) problem.source = path;
    to = must(std::move(parsed));
  }
}

template <class T, auto Member>
void read_value(nb::handle value, const StructField<Member>& /*field*/, const std::string& path,
                std::map<std::string, T>& to) {
  if (!nb::isinstance<nb::dict>(value)) fail(path, "a dict by coefficient is expected");
  for (const auto& [key, each] : nb::borrow<nb::dict>(value)) {
    const auto name = nb::cast<std::string>(nb::str(key));
    read_entry(each, path, to[name]);
  }
}

// `path` is the struct in errors: "recipe".
template <class Struct>
Struct fields_of(const nb::dict& given, const std::string& path) {
  Struct result;
  for_each_field(result, [&](const auto& field) {
    if (given.contains(field.name) && !given[field.name].is_none())
      read_value(given[field.name], field, path + "." + field.name, result.*field.kMember);
  });
  return result;
}

template <class T>
nb::object value_of(const T& value) {
  if constexpr (std::same_as<T, Range>)
    return nb::cast(pair_of(value));
  else if constexpr (std::integral<T> || std::floating_point<T> || std::same_as<T, std::string>)
    return nb::cast(value);
  else
    return nb::cast(to_text(value));
}

template <class T>
nb::object value_of(const std::map<std::string, T>& named) {
  nb::dict values;
  for (const auto& [name, value] : named) values[name.c_str()] = value_of(value);
  return values;
}

template <class Struct>
nb::dict dict_of(const Struct& from) {
  nb::dict values;
  for_each_field(from,
                 [&](const auto& field) { values[field.name] = value_of(from.*field.kMember); });
  return values;
}

// Name, what it takes, what it means, its choices and its default, field by field.
template <class Struct>
nb::list descriptions() {
  nb::list all;
  const Struct standard;
  for_each_field(standard, [&](const auto& field) {
    nb::list choices;
    for (const Choice& choice : field.choices)
      choices.append(nb::make_tuple(choice.name, choice.help));
    nb::dict one;
    one["name"] = field.name;
    one["value"] = field.value;
    one["help"] = field.help;
    one["choices"] = choices;
    one["default"] = value_of(standard.*field.kMember);
    all.append(one);
  });
  return all;
}

}  // namespace isoflop::python
