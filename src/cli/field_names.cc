#include "cli/field_names.h"

#include <functional>
#include <map>
#include <utility>

namespace isoflop::cli {

namespace {

struct Name {
  std::string plain;
  std::string place;       // before a colon
  std::string with_value;  // before an equals sign and a value
};

using Names = std::map<std::string, Name, std::less<>>;

// Of the one command that this process runs.
Names& names() {
  static Names names;
  return names;
}

bool is_in_name(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// A longer name or a path, of which what looks like a field is only a part.
bool goes_on(char c) { return is_in_name(c) || c == '/' || c == '-' || (c >= 'A' && c <= 'Z'); }

// Where the field that starts at `first` ends: behind "struct.member"; `first` where there is none.
std::size_t end_of_field(std::string_view text, std::size_t first) {
  if (first > 0 && (goes_on(text[first - 1]) || text[first - 1] == '.')) return first;
  std::size_t end = first, dots = 0;
  while (end < text.size() && (is_in_name(text[end]) || text[end] == '.'))
    dots += text[end++] == '.' ? 1 : 0;
  if (end > first && text[end - 1] == '.') --end, --dots;  // of the sentence
  const bool whole = end == text.size() || !goes_on(text[end]);
  return dots == 1 && whole ? end : first;
}

}  // namespace

void name_fields(std::span<const Command> commands, const Command& running) {
  names().clear();
  const auto add = [](const Command& command) {
    for (const Flag& flag : command.flags)
      for (const std::string& field : flag.fields) {
        const std::size_t equals = field.find('=');
        const bool any = equals == std::string::npos;
        const std::string name = long_name(flag) + (any ? "" : " " + field.substr(equals + 1));
        names().try_emplace(field.substr(0, equals), Name{name, name, name});
      }
  };
  add(running);
  for (const Command& command : commands) add(command);
}

void name_field(const std::string& field, const std::string& name, const std::string& file) {
  Name& known = names()[field];
  known = file.empty() ? Name{name, name, name}
                       : Name{name + " of " + file, file + ": " + name, known.with_value};
}

std::function<void()> keep_names() {
  return [kept = names()] { names() = kept; };
}

std::string with_flags(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_field(text, at);
    const auto name = names().find(text.substr(at, end - at));
    if (name == names().end()) {
      result += text[at++];
      continue;
    }
    const char next = end < text.size() ? text[end] : ' ';
    const bool has_value = next == '=' && end + 1 < text.size() && text[end + 1] != '=';
    const std::string& chosen = has_value     ? name->second.with_value
                                : next == ':' ? name->second.place
                                              : name->second.plain;
    result += chosen;
    at = end;
    // "recipe.residual=linear" is "--residual linear".
    if (has_value && chosen.starts_with('-')) {
      result += ' ';
      ++at;
    }
  }
  return result;
}

}  // namespace isoflop::cli
