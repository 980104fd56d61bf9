// Takes the fields of a JSON document apart, and keeps every problem that it meets: a damaged file
// is reported whole. What is missing or of another kind comes back empty (zero, "", nothing), and
// is among the problems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "isoflop/law.h"
#include "isoflop/result.h"

namespace isoflop {

class FieldReader {
 public:
  // `source` names the document in the problems.
  explicit FieldReader(std::string_view source) : source_(source) {}

  const Value& object(const Value& parent, std::string_view name);
  const Value& list(const Value& parent, std::string_view name);
  const std::string& text(const Value& parent, std::string_view name);
  bool truth(const Value& parent, std::string_view name);
  std::size_t count(const Value& parent, std::string_view name);
  double number(const Value& parent, std::string_view name);  // null reads as NaN
  std::vector<std::string> texts(const Value& parent, std::string_view name);
  std::vector<double> numbers(const Value& parent, std::string_view name);
  std::vector<std::size_t> counts(const Value& parent, std::string_view name);
  std::map<std::string, double> named_numbers(const Value& parent, std::string_view name);
  std::map<std::string, std::string> named_texts(const Value& parent, std::string_view name);
  std::map<std::string, Range> named_ranges(const Value& parent, std::string_view name);
  // A number or the text of its digits.
  std::uint64_t seed(const Value& parent, std::string_view name);
  // What `parse` makes of a text.
  template <class T>
  T parsed(const Value& parent, std::string_view name, Result<T> (*parse)(std::string_view)) {
    const Value& value = field(parent, name, Value::Kind::kString);
    if (!value.is(Value::Kind::kString)) return {};
    Result<T> result = parse(value.string());
    if (result) return *result;
    damaged(value, result.error().text());
    return {};
  }

  void damaged(const Value& at, std::string_view what);
  [[nodiscard]] bool ok() const { return problems_.empty(); }
  [[nodiscard]] std::unexpected<Error> take() { return problems_.take(); }

 private:
  const Value& field(const Value& parent, std::string_view name, Value::Kind kind);
  bool check(const Value& value, std::string_view name, Value::Kind kind);
  double number_of(const Value& value, std::string_view name);
  std::size_t count_of(const Value& value, std::string_view name);

  std::string source_;
  Problems problems_;
  Value empty_;
};

}  // namespace isoflop
