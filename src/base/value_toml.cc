// toml++ 3.3 takes some texts for impossible and lets the compiler build on that: what is no key
// after "[", and letters of Greek or with accents outside of quotes. It has an error for each
// behind its assumption, which is reached where assertions do nothing and where the "unreachable"
// end of a function that tells kinds of characters says no.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/impl/forward_declarations.h>
#pragma push_macro("TOML_UNREACHABLE")
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE \
  return {}
#include <toml++/impl/unicode.h>
#pragma pop_macro("TOML_UNREACHABLE")
// Its parse_file() is compiled with the rest, and needs a class that the core must not use and that
// WebAssembly does not have: a stream that never opens stands in for std::ifstream.
#include <sstream>
namespace std {  // NOLINT: toml++ looks for it there
struct unopened_file : istringstream {
  void open(const string&, openmode) {}
  [[nodiscard]] static bool is_open() { return false; }
};
}  // namespace std
#define ifstream unopened_file
#include <toml++/toml.h>
#undef ifstream

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace isoflop {

namespace {

Place place_of(const toml::source_region& region, std::string_view source) {
  return {std::string(source), region.begin.line, region.begin.column};
}

bool stands_before(const Value& a, const Value& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

Value convert(const toml::node& node, std::string_view source, Problems& problems);

// toml++ keeps the members in the order of their names; here they are in that of the text.
Value convert_table(const toml::table& table, std::string_view source, Problems& problems) {
  Value::Members members;
  for (const auto& [key, node] : table)
    members.emplace_back(std::string(key.str()), convert(node, source, problems));
  std::ranges::stable_sort(members, stands_before, &Value::Members::value_type::second);
  return Value::object(std::move(members));
}

Value convert_array(const toml::array& array, std::string_view source, Problems& problems) {
  Value value = Value::array();
  for (const toml::node& item : array) value.push(convert(item, source, problems));
  return value;
}

Value convert(const toml::node& node, std::string_view source, Problems& problems) {
  Value value;
  if (const toml::table* table = node.as_table())
    value = convert_table(*table, source, problems);
  else if (const toml::array* array = node.as_array())
    value = convert_array(*array, source, problems);
  else if (node.is_string())
    value = node.as_string()->get();
  else if (node.is_boolean())
    value = node.as_boolean()->get();
  else if (node.is_integer())
    value = static_cast<double>(node.as_integer()->get());
  else if (node.is_floating_point())
    value = node.as_floating_point()->get();
  else
    problems.add(place_of(node.source(), source),
                 "dates and times have no use here: write a number or a \"text\"");
  value.line = node.source().begin.line;
  value.column = node.source().begin.column;
  return value;
}

constexpr std::size_t kDeepestLevel = 100;

// How deep tables and arrays are nested, from the text alone: toml++ bounds values in values but
// not the parts of a dotted key, each of which is a table, and walks the tree by recursion.
class Nesting {
 public:
  explicit Nesting(std::string_view text) : text_(text) {}

  // The line where it goes too deep; 0 where it does not.
  std::size_t too_deep() {
    while (at_ < text_.size()) {
      step();
      if (header_ + (open_.empty() ? 0 : open_.back()) + dots_ > kDeepestLevel) return line_;
    }
    return 0;
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"' || c == '\'') return skip_string(c);
    if (c == '#') return skip_to(text_.find('\n', at_));
    ++at_;
    if (c == '\n') return end_line();
    if (c == '.') ++dots_;
    if (c == ',') dots_ = 0;
    if (open_.empty() && starts_line_ && c == '[') {
      is_header_ = true;
      header_ = 0;
    } else if ((c == '[' || c == '{') && !is_header_) {
      open_.push_back((open_.empty() ? 0 : open_.back()) + dots_ + 1);
      dots_ = 0;
    } else if ((c == ']' || c == '}') && !open_.empty()) {
      open_.pop_back();
      dots_ = 0;
    }
    if (c != ' ' && c != '\t') starts_line_ = false;
  }

  void end_line() {
    if (is_header_) header_ = dots_ + 1;
    is_header_ = false;
    starts_line_ = open_.empty();
    dots_ = 0;
    ++line_;
  }

  // Of one line, or of several within three quotes. Its end is not before the text's.
  void skip_string(char quote) {
    starts_line_ = false;
    const bool three = text_.substr(at_, 3) == std::string(3, quote);
    const std::string_view end = text_.substr(at_, three ? 3 : 1);
    for (at_ += end.size(); at_ < text_.size() && text_.substr(at_, end.size()) != end; ++at_) {
      if (text_[at_] == '\n' && !three) return;
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '\\' && quote == '"' && text_.substr(at_ + 1, 1) != "\n") ++at_;
    }
    skip_to(at_ + end.size());
  }
  void skip_to(std::size_t at) { at_ = std::min(at, text_.size()); }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
  std::size_t header_ = 0;         // parts of the name of the table
  std::size_t dots_ = 0;           // of the key that is read
  std::vector<std::size_t> open_;  // depth within each open bracket, below the table
  bool starts_line_ = true, is_header_ = false;
};

}  // namespace

Result<Value> read_toml(std::string_view text, std::string_view source) {
  if (const std::size_t line = Nesting(text).too_deep(); line > 0)
    return error_at({std::string(source), line}, "this is nested more than {} levels deep",
                    kDeepestLevel);
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::parse_error& problem = parsed.error();
    return error_at(place_of(problem.source(), source), "this is not TOML: {}",
                    problem.description());
  }
  Problems problems;
  Value value = convert(parsed.table(), source, problems);
  if (!problems.empty()) return problems.take();
  return value;
}

}  // namespace isoflop
