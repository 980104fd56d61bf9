#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/json_events.h"
#include "base/value.h"

namespace isoflop {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDeepest = 200;
// Doubles up to here hold every integer, so a whole number is written without a fraction.
constexpr double kLargestWhole = 9007199254740992.0;

// A walk over the text that knows its line and character.
class Position {
 public:
  explicit Position(std::string_view text) : text_(text) {}

  void go_to(std::size_t byte) {
    while (at_ < byte && at_ < text_.size()) step();
  }
  void put_into(Value& value) const {
    value.line = line_;
    value.column = column_;
  }
  [[nodiscard]] Place place(std::string_view source) const {
    return {std::string(source), line_, column_};
  }

 private:
  void step() {
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

// What the parser reads: the text, but with Python's numbers that are none in the form of texts of
// the same length, `NaN` as `"" `.
class Characters {
 public:
  // NOLINTBEGIN(readability-identifier-naming): what every iterator calls them.
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  // NOLINTEND(readability-identifier-naming)

  Characters(std::string_view text, JsonDialect dialect)
      : rest_(text), python_(dialect == JsonDialect::kPython) {
    find_word();
  }

  const char& operator*() const {
    if (word_ == 0) return rest_[0];
    return at_ < 2 ? kQuoteAndBlank[0] : kQuoteAndBlank[1];
  }
  Characters& operator++() {
    if (word_ == 0) {
      const char c = rest_[0];
      if (c == '"' && !escaped_) inside_ = !inside_;
      escaped_ = inside_ && c == '\\' && !escaped_;
    } else if (++at_ == word_) {
      word_ = 0;
    }
    rest_.remove_prefix(1);
    if (python_ && word_ == 0 && !inside_) find_word();
    return *this;
  }
  bool operator==(const Characters& other) const { return rest_.size() == other.rest_.size(); }

 private:
  static constexpr std::string_view kQuoteAndBlank = "\" ";

  void find_word() {
    if (!python_ || rest_.empty()) return;
    if (rest_[0] != 'N' && rest_[0] != 'I' && rest_[0] != '-') return;
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
      if (rest_.starts_with(word)) word_ = word.size();
    at_ = 0;
  }

  std::string_view rest_;
  bool python_;
  bool inside_ = false, escaped_ = false;  // of a text
  std::size_t word_ = 0, at_ = 0;          // length of the word that is replaced, and place in it
};

// Between the parser, whose events do not say where they are, and the events that do.
class Adapter final : public nlohmann::json_sax<Json> {
 public:
  Adapter(std::string_view text, std::string_view source, JsonEvents& events)
      : text_(text), source_(source), events_(events) {}

  bool null() override { return events_.scalar(Value(), token()); }
  bool boolean(bool value) override { return events_.scalar(Value(value), token()); }
  bool number_integer(number_integer_t value) override {
    return events_.scalar(Value(static_cast<double>(value)), token());
  }
  bool number_unsigned(number_unsigned_t value) override {
    return events_.scalar(Value(static_cast<double>(value)), token());
  }
  bool number_float(number_float_t value, const string_t&) override {
    return events_.scalar(Value(value), token());
  }
  bool string(string_t& value) override { return events_.scalar(Value(std::move(value)), token()); }
  bool binary(binary_t&) override { return false; }  // never in a text
  bool key(string_t& name) override { return events_.key(name, token()); }
  bool start_object(std::size_t) override { return open(Value::Kind::kObject); }
  bool start_array(std::size_t) override { return open(Value::Kind::kArray); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    // "[...] parse error at line 1, column 2: syntax ..."
    std::string_view what = exception.what();
    if (const std::size_t end = what.find("] "); end != what.npos) what.remove_prefix(end + 2);
    if (const std::size_t colon = what.find(": "); colon != what.npos)
      what.remove_prefix(colon + 2);
    problem_ = error_at(place_of_byte(text_, source_, position == 0 ? 0 : position - 1),
                        "this is not JSON: {}", what);
    return false;
  }

  Result<void> take() {
    if (problem_.error().problems.empty()) return {};
    return problem_;
  }

 private:
  bool open(Value::Kind kind) {
    const JsonEvents::Token here = token();
    if (++depth_ <= kDeepest) return events_.open(kind, here);
    problem_ = error_at(place_of_byte(text_, source_, here.begin),
                        "this is nested more than {} levels deep", kDeepest);
    return false;
  }
  bool close() {
    --depth_;
    return events_.close(token());
  }

  // The next token of the text.
  JsonEvents::Token token() {
    while (at_ < text_.size() && stands_between(text_[at_])) ++at_;
    const std::size_t begin = at_;
    if (at_ == text_.size()) return {begin, at_};
    if (text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
        if (text_[at_] == '\\') ++at_;
      at_ = std::min(at_ + 1, text_.size());
    } else if (is_bracket(text_[at_])) {
      ++at_;
    } else {
      while (at_ < text_.size() && !stands_between(text_[at_]) && !is_bracket(text_[at_])) ++at_;
    }
    return {begin, at_};
  }

  static bool stands_between(char c) {
    return c == ' ' || c == ',' || c == ':' || c == '\n' || c == '\r' || c == '\t';
  }
  static bool is_bracket(char c) { return c == '{' || c == '}' || c == '[' || c == ']'; }

  std::string_view text_, source_;
  JsonEvents& events_;
  std::size_t at_ = 0, depth_ = 0;
  std::unexpected<Error> problem_{Error{}};
};

// Builds the tree.
class Builder final : public JsonEvents {
 public:
  Builder(std::string_view text, std::string_view source) : source_(source), position_(text) {}

  bool open(Value::Kind kind, Token token) override {
    open_.push_back({kind == Value::Kind::kObject ? Value::object() : Value::array(), {}, {}});
    stand(open_.back().value, token);
    return true;
  }
  bool close(Token) override {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
    return true;
  }
  bool key(std::string& name, Token token) override {
    Open& object = open_.back();
    if (!object.keys.insert(name).second) {
      position_.go_to(token.begin);
      problem_ =
          error_at(position_.place(source_), "the key \"{}\" is here twice: remove one", name);
      return false;
    }
    object.key = std::move(name);
    return true;
  }
  bool scalar(Value value, Token token) override {
    stand(value, token);
    add(std::move(value));
    return true;
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

  void stand(Value& value, Token token) {
    position_.go_to(token.begin);
    position_.put_into(value);
  }
  void add(Value value) {
    if (open_.empty())
      root_ = std::move(value);
    else if (Open& parent = open_.back(); parent.value.is(Value::Kind::kObject))
      parent.value.set(std::move(parent.key), std::move(value));
    else
      parent.value.push(std::move(value));
  }

  std::string_view source_;
  Position position_;
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
  if (value.is(Value::Kind::kNull)) return nullptr;
  if (value.is(Value::Kind::kBool)) return value.boolean();
  if (value.is(Value::Kind::kNumber)) return number_to_json(value.number());
  if (value.is(Value::Kind::kString)) return value.string();
  Json json = value.is(Value::Kind::kArray) ? Json::array() : Json::object();
  for (const Value& item : value.items()) json.push_back(to_json(item));
  for (const auto& [name, member] : value.members()) json[name] = to_json(member);
  return json;
}

}  // namespace

Result<void> read_json_events(std::string_view text, std::string_view source, JsonDialect dialect,
                              JsonEvents& events) {
  Adapter adapter(text, source, events);
  Json::sax_parse(Characters(text, dialect), Characters({}, dialect), &adapter);
  return adapter.take();
}

Place place_of_byte(std::string_view text, std::string_view source, std::size_t byte) {
  Position position(text);
  position.go_to(byte);
  return position.place(source);
}

Result<Value> read_json(std::string_view text, std::string_view source) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Builder builder(text, source);
  const Result<void> read = read_json_events(text, source, JsonDialect::kStandard, builder);
  if (!read) return std::unexpected(read.error());
  return builder.take();
}

std::string write_json(const Value& value, int indent) {
  return to_json(value).dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace isoflop
