// Parts of JSON documents that several writers share. Numbers go out as they are: nothing is
// computed here.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/object_reader.h"
#include "base/value.h"
#include "isoflop/comparison_file.h"
#include "isoflop/fit_file.h"
#include "isoflop/law.h"
#include "isoflop/table.h"

namespace isoflop {

// An array of what `make` gives for each: a function, or a member.
template <class All, class Make>
Value array_value(const All& all, const Make& make) {
  Value array = Value::array();
  for (const auto& each : all) array.push(std::invoke(make, each));
  return array;
}
Value texts_value(std::span<const std::string> texts);
Value numbers_value(std::span<const double> numbers);
Value range_value(const Range& range);  // [low, high]
// The same, an end that there is none of being null; null where the interval is not known.
Value profile_value(const ProfileInterval& profile);
Value errors_value(const LossErrors& errors);
LossErrors read_errors(ObjectReader errors);
Value columns_value(const Table& table);  // {NAME: [value, ...]}
// The same, or null where a command has written the table to `output`.
Value columns_unless_written(const Table& table, const std::string& output);
// The text in place of nothing at all: null for "".
Value text_or_null(const std::string& text);
// {name, unit} of what a law predicts.
Value output_value(const Law& law);
Value number_or_null(const std::optional<double>& number);

// What a command prints with --json: the object, with isoflop's version where it has none, in a
// line.
std::string document_text(Value object);

// The path, or "standard input" for "-".
std::string source_text(const std::string& source);
// Where the `rows` of a table are from, how many others there were, and what seems wrong with them.
Value data_source_value(const DataSource& data, std::size_t rows);
// "3 left out by mapping.where, 2 of the highest loss left out"; "" for none.
std::string left_out_text(const LeftOut& left_out);

// "scale", "constant" or "exponent".
std::string to_text(Role role);

// Rows that the fit saw, also where it failed.
std::size_t fitted_rows(const Fit& fit);

// All of a fit but its table and the text of its law: what `fit --json` prints and what a fit file
// starts from.
Value fit_value(const FitRecord& record);
// A comparison file, and whether a document is one.
Value comparison_value(const ComparisonRecord& record);
bool is_comparison(const Value& document);

}  // namespace isoflop
