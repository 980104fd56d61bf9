// A document as a tree: what TOML and JSON files are read into, and what JSON is written from.
//
// One type for both, so that each big header (toml++, nlohmann-json) is compiled in one file alone,
// and a reader of law files or fit files can say where in the text a wrong value stands.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/result.h"

namespace isoflop {

class Value {
 public:
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  using Members = std::vector<std::pair<std::string, Value>>;  // in the order of the text

  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): {"rows", 240} is how a document is written.
  Value(bool value) : kind_(Kind::kBool), number_(value ? 1 : 0) {}
  Value(double value) : kind_(Kind::kNumber), number_(value) {}
  Value(int value) : Value(static_cast<double>(value)) {}
  // Text of its digits above 2^53, where a double skips whole numbers.
  Value(std::uint64_t value);
  template <std::unsigned_integral T>  // std::size_t where that is another type
  Value(T value) : Value(static_cast<std::uint64_t>(value)) {}
  Value(std::string value) : kind_(Kind::kString), string_(std::move(value)) {}
  Value(const char* value) : Value(std::string(value)) {}
  // NOLINTEND(google-explicit-constructor)
  static Value array(std::vector<Value> items = {});
  static Value object(Members members = {});

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  // The value itself; of another kind: false, NaN, "" or nothing.
  [[nodiscard]] bool boolean() const { return kind_ == Kind::kBool && number_ != 0; }
  [[nodiscard]] double number() const;
  [[nodiscard]] const std::string& string() const { return string_; }
  [[nodiscard]] const std::vector<Value>& items() const { return items_; }
  [[nodiscard]] const Members& members() const { return members_; }

  // The member of that name, or null where there is none.
  [[nodiscard]] const Value* find(std::string_view name) const;
  // Adds a member or an item at the end and returns this value; a null becomes an object or an
  // array.
  Value& set(std::string name, Value value);
  Value& push(Value value);

  // Where the value stands in its text, from 1; 0 where it was not read from text (or the reader
  // cannot tell).
  std::size_t line = 0;
  std::size_t column = 0;

 private:
  Kind kind_ = Kind::kNull;
  double number_ = 0;
  std::string string_;
  std::vector<Value> items_;
  Members members_;
};

// Errors carry `source`, line and column, and what was expected. Duplicate keys are errors.
Result<Value> read_json(std::string_view text, std::string_view source);
Result<Value> read_toml(std::string_view text, std::string_view source);
// Numbers with as many digits as it takes to read the same double back; infinities and NaN as null.
// `indent` spaces a level; below 0: all on one line. Ends without a newline.
std::string write_json(const Value& value, int indent = 2);

}  // namespace isoflop
