// Reads a document (TOML or JSON, as the tree of value.h) member by member.
//
//   DocumentErrors errors("own.toml", DocumentErrors::Format::kToml);
//   ObjectReader file(*read_toml(text, "own.toml"), errors, "a law file");
//   law.title = file.text("title");     // needed
//   law.note = file.text("note", "");   // "" where it is not there
//   file.check_unknown();               // a member that nothing has asked for is a problem
//   if (!errors.ok()) return errors.take();
//
// Reading goes on after a problem, so that all of a document are reported at once, each with its
// line and column. A member that is missing or of another kind reads as empty (0, "", nothing).
// null counts as missing, except that a needed number may be null, which is how JSON writes NaN.
#pragma once

#include <cstddef>
#include <cstdint>
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

// The problems of one document.
class DocumentErrors {
 public:
  enum class Format : std::uint8_t {
    kToml,    // written by people: an error says what to write
    kJson,    // read from another program
    kOwnJson  // written by this program: what is wrong in it was damaged
  };
  // `source` names the document in errors.
  DocumentErrors(std::string_view source, Format format) : source_(source), format_(format) {}

  template <class... Args>
  void add(const Value& at, fmt::format_string<Args...> format, Args&&... args) {
    keep(at, 0, fmt::format(format, std::forward<Args>(args)...));
  }
  // The problems of a text inside the document, such as a formula, whose columns count from the
  // text's opening quote.
  void add_inside(const Value& at, const Error& error);

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] Format format() const { return format_; }
  // The name of a member as the format writes it: 'name' or "name".
  [[nodiscard]] std::string quoted(std::string_view name) const;
  [[nodiscard]] bool ok() const { return problems_.empty(); }
  [[nodiscard]] std::unexpected<Error> take() { return problems_.take(); }

 private:
  void keep(const Value& at, std::size_t column, std::string what);

  std::string source_;
  Format format_;
  Problems problems_;
};

class ObjectReader {
 public:
  // `what` names such an object in errors: "a law file". `object` and `errors` must outlive this; a
  // value of another kind reads as an object whose members have all been complained of.
  ObjectReader(const Value& object, DocumentErrors& errors, std::string_view what = "it")
      : object_(&object), errors_(&errors), what_(what) {}

  // Whether the member is there and not null.
  bool has(std::string_view name) { return find(name) != nullptr; }
  const Value* find(std::string_view name);
  // The member that must be there and of that kind, or null and a problem. `form` is what to write.
  const Value* need(std::string_view name, Value::Kind kind, std::string_view form = "");

  // A second argument is the value where there is no such member, which then is no problem.
  std::string text(std::string_view name);
  std::string text(std::string_view name, std::string otherwise) {
    return has(name) ? text(name) : std::move(otherwise);
  }
  std::string filled_text(std::string_view name);  // not "" either
  double number(std::string_view name);            // finite, or NaN for null
  double number(std::string_view name, double otherwise) {
    return has(name) ? number(name) : otherwise;
  }
  double whole_number(std::string_view name, double low, double high);
  std::size_t count(std::string_view name);  // up to 2^53
  std::size_t count(std::string_view name, std::size_t otherwise) {
    return has(name) ? count(name) : otherwise;
  }
  std::uint64_t integer(std::string_view name);  // a number, or text of its digits above 2^53
  bool truth(std::string_view name);
  bool truth(std::string_view name, bool otherwise) { return has(name) ? truth(name) : otherwise; }
  std::vector<std::string> texts(std::string_view name);
  std::vector<double> numbers(std::string_view name);  // each as number()
  std::vector<std::size_t> counts(std::string_view name);
  std::optional<Range> range(std::string_view name);  // [low, high], finite, low first
  std::map<std::string, std::string> named_texts(std::string_view name);
  std::map<std::string, double> named_numbers(std::string_view name);
  std::map<std::string, Range> named_ranges(std::string_view name);
  // What `parse` makes of a text; T() where there is none.
  template <class T>
  T parsed(std::string_view name, Result<T> (*parse)(std::string_view)) {
    const Value* value = need(name, Value::Kind::kString);
    if (value == nullptr) return {};
    Result<T> result = parse(value->string());
    if (result) return *std::move(result);
    errors_->add_inside(*value, result.error());
    return {};
  }

  ObjectReader object(std::string_view name, std::string_view what = "it",
                      std::string_view form = "");
  // The objects of a list.
  std::vector<ObjectReader> objects(std::string_view name, std::string_view what = "it");
  std::vector<ObjectReader> objects_if_any(std::string_view name, std::string_view what = "it");

  [[nodiscard]] const Value::Members& members() const { return object_->members(); }
  // Members that nothing has asked for.
  [[nodiscard]] std::vector<const Value::Members::value_type*> unread() const;
  // Makes each of them a problem; to be called when all else was read.
  void check_unknown();

  template <class... Args>
  void problem(fmt::format_string<Args...> format, Args&&... args) {
    errors_->add(*object_, format, std::forward<Args>(args)...);
  }
  // At the member, or at the object where it has none of that name.
  template <class... Args>
  void problem_at(std::string_view name, fmt::format_string<Args...> format, Args&&... args) {
    const Value* value = object_->find(name);
    errors_->add(value == nullptr ? *object_ : *value, format, std::forward<Args>(args)...);
  }
  [[nodiscard]] DocumentErrors& errors() { return *errors_; }

 private:
  bool check(const Value& value, const std::string& name, Value::Kind kind,
             std::string_view form = "");
  double finite(const Value& value, const std::string& name);
  double whole(const Value& value, const std::string& name, double low, double high);
  std::optional<Range> range_of(const Value& value, const std::string& name);
  [[nodiscard]] std::string item_of(std::string_view name) const;

  const Value* object_;
  DocumentErrors* errors_;
  std::string what_;
  std::vector<std::string> asked_for_;
};

}  // namespace isoflop
