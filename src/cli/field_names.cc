#include "cli/field_names.h"

#include <functional>
#include <map>
#include <utility>

namespace isoflop::cli {

namespace {

using Names = std::map<std::string, std::string, std::less<>>;

// Of the one command that this process runs.
struct AllNames {
  Names names;
  Names given;  // where a value follows
};

AllNames& all_names() {
  static AllNames all;
  return all;
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
  all_names() = {};
  const auto add = [](const Command& command) {
    for (const Flag& flag : command.flags)
      for (const std::string& field : flag.fields) {
        const std::size_t equals = field.find('=');
        const bool any = equals == std::string::npos;
        const std::string name = long_name(flag) + (any ? "" : " " + field.substr(equals + 1));
        all_names().names.try_emplace(field.substr(0, equals), name);
        all_names().given.try_emplace(field.substr(0, equals), name);
      }
  };
  add(running);
  for (const Command& command : commands) add(command);
}

void name_field(const std::string& field, std::string name, bool given) {
  if (given) all_names().given.insert_or_assign(field, name);
  all_names().names.insert_or_assign(field, std::move(name));
}

std::string with_flags(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_field(text, at);
    const bool given = end + 1 < text.size() && text[end] == '=' && text[end + 1] != '=';
    const Names& names = given ? all_names().given : all_names().names;
    const auto flag = names.find(text.substr(at, end - at));
    if (flag == names.end()) {
      result += text[at++];
      continue;
    }
    result += flag->second;
    at = end;
    // "recipe.residual=linear" is "--residual linear".
    if (given && flag->second[0] == '-') {
      result += ' ';
      ++at;
    }
  }
  return result;
}

}  // namespace isoflop::cli
