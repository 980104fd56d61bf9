// Takes the files of the books (laws, data sets, claims) apart, and keeps every problem that it
// meets, with its line and what to write instead. What is missing or of another kind comes back
// empty ("", 0, nothing), and is among the problems.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "isoflop/law.h"

namespace isoflop {

class TomlFields {
 public:
  // `source` names the file in the problems.
  explicit TomlFields(std::string_view source) : source_(source) {}

  [[nodiscard]] Place place(const Value& value) const {
    return {source_, value.line, value.column};
  }
  template <class... Args>
  void problem(const Value& at, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add(place(at), format, std::forward<Args>(args)...);
  }
  // The problems of a text inside the file, such as a formula, which stand some characters after
  // its opening quote.
  void problem_inside(const Value& at, const Error& error);
  // Members that are not among the known ones. `what` is the table: "a law file".
  void check_names(const Value& table, std::string_view what,
                   std::initializer_list<std::string> known);

  // The member, or null where it is missing or of another kind. `form` is how it is written.
  const Value* need(const Value& table, std::string_view name, Value::Kind kind,
                    std::string_view form);
  std::string need_text(const Value& table, std::string_view name);
  std::string need_filled(const Value& table, std::string_view name);  // not "" either
  std::string text_or(const Value& table, std::string_view name, std::string fallback);
  // Finite; the fallback is for a member that is not there.
  double number_or(const Value& table, std::string_view name, double fallback);
  // A whole number from 0 on.
  std::size_t count_or(const Value& table, std::string_view name, std::size_t fallback);
  bool truth_or(const Value& table, std::string_view name, bool fallback);
  // Finite numbers; none where the member is not there.
  std::vector<double> numbers(const Value& table, std::string_view name);
  std::vector<std::string> texts(const Value& table, std::string_view name);
  std::map<std::string, double> named_numbers(const Value& table, std::string_view name);
  // [low, high], low first; `of` is what the range belongs to, for the message.
  std::optional<Range> range(const Value& table, std::string_view name, std::string_view of);
  // The entries of [[name]]; none where there is none.
  const std::vector<Value>& entries(const Value& file, std::string_view name);

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] bool ok() const { return problems_.empty(); }
  [[nodiscard]] std::unexpected<Error> take() { return problems_.take(); }

 private:
  std::string source_;
  Problems problems_;
};

}  // namespace isoflop
