#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/error.h"
#include "base/value.h"

namespace isoflop {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDeepest = 200;
// Doubles up to here hold every integer, so a whole number is written without a fraction.
constexpr double kLargestWhole = 9007199254740992.0;

// Walks over the text beside the parser, whose events do not say where they are.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // Goes to the next token, stands the value there, and goes past the token.
  void stand(Value& value) {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[at_]) != text_.npos)
      step();
    value.line = line_;
    value.column = column_;
    if (at_ >= text_.size()) return;
    if (text_[at_] == '"') {
      step();
      while (at_ < text_.size() && text_[at_] != '"') {
        if (text_[at_] == '\\') step();
        step();
      }
      step();
    } else if (std::string_view("{}[]").find(text_[at_]) != text_.npos) {
      step();
    } else {
      while (at_ < text_.size() && std::string_view(" \t\r\n,:{}[]").find(text_[at_]) == text_.npos)
        step();
    }
  }

  void go_to(std::size_t offset) {
    while (at_ < offset && at_ < text_.size()) step();
  }
  [[nodiscard]] Place place(std::string_view source) const {
    return {std::string(source), line_, column_};
  }

 private:
  void step() {
    if (at_ >= text_.size()) return;
    const auto byte = static_cast<unsigned char>(text_[at_++]);
    if (byte == '\n') {
      ++line_;
      column_ = 1;
    } else if (at_ == text_.size() || (static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80) {
      ++column_;  // the next byte starts a character
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1, column_ = 1;
};

// Builds the tree from the parser's events; false stops the parser.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::string_view source)
      : text_(text), source_(source), cursor_(text) {}

  bool null() override { return scalar(Value()); }
  bool boolean(bool value) override { return scalar(Value(value)); }
  bool number_integer(number_integer_t value) override {
    return scalar(Value(static_cast<double>(value)));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar(Value(static_cast<double>(value)));
  }
  bool number_float(number_float_t value, const string_t&) override { return scalar(Value(value)); }
  bool string(string_t& value) override { return scalar(Value(std::move(value))); }
  bool binary(binary_t&) override { return false; }  // never in a text

  bool start_object(std::size_t) override { return open(Value::object()); }
  bool start_array(std::size_t) override { return open(Value::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Value here;
    cursor_.stand(here);
    Open& object = open_.back();
    if (!object.keys.insert(name).second) {
      problem_ = error_at({std::string(source_), here.line, here.column},
                          "the key \"{}\" is here twice: remove one", name);
      return false;
    }
    object.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    Cursor cursor(text_);
    cursor.go_to(position == 0 ? 0 : position - 1);
    std::string_view what =
        exception.what();  // "[...] parse error at line 1, column 2: syntax ..."
    if (const std::size_t colon = what.find(": "); colon != what.npos)
      what.remove_prefix(colon + 2);
    problem_ = error_at(cursor.place(source_), "this is not JSON: {}", what);
    return false;
  }

  Result<Value> take() {
    if (!problem_.error().problems.empty()) return problem_;
    return std::move(root_);
  }

 private:
  struct Open {
    Value value;
    std::string key;  // of the member that comes next
    std::unordered_set<std::string> keys;
  };

  bool scalar(Value value) {
    cursor_.stand(value);
    add(std::move(value));
    return true;
  }
  bool open(Value value) {
    cursor_.stand(value);
    if (open_.size() == kDeepest) {
      problem_ = error_at({std::string(source_), value.line, value.column},
                          "this is nested more than {} levels deep", kDeepest);
      return false;
    }
    open_.push_back({std::move(value), {}, {}});
    return true;
  }
  bool close() {
    Value bracket;
    cursor_.stand(bracket);
    Value value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
    return true;
  }
  void add(Value value) {
    if (open_.empty())
      root_ = std::move(value);
    else if (Open& parent = open_.back(); parent.value.is(Value::Kind::kObject))
      parent.value.set(std::move(parent.key), std::move(value));
    else
      parent.value.push(std::move(value));
  }

  std::string_view text_, source_;
  Cursor cursor_;
  std::vector<Open> open_;
  Value root_;
  std::unexpected<Error> problem_{Error{}};
};

Json number_to_json(double number) {
  if (!std::isfinite(number)) return nullptr;
  const bool whole = std::trunc(number) == number && std::abs(number) <= kLargestWhole;
  if (whole && !(number == 0 && std::signbit(number))) return static_cast<std::int64_t>(number);
  return number;
}

Json to_json(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return nullptr;
    case Value::Kind::kBool:
      return value.boolean();
    case Value::Kind::kNumber:
      return number_to_json(value.number());
    case Value::Kind::kString:
      return value.string();
    case Value::Kind::kArray: {
      Json array = Json::array();
      for (const Value& item : value.items()) array.push_back(to_json(item));
      return array;
    }
    case Value::Kind::kObject:
      break;
  }
  Json object = Json::object();
  for (const auto& [name, member] : value.members()) object[name] = to_json(member);
  return object;
}

}  // namespace

Result<Value> read_json(std::string_view text, std::string_view source) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Builder builder(text, source);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string write_json(const Value& value, int indent) {
  return to_json(value).dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace isoflop
