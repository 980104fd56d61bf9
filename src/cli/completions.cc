
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/help.h"
#include "isoflop/data_set.h"
#include "isoflop/law.h"

namespace isoflop::cli {

namespace {

// Both scripts are one function with a `case` for the command, and in it one for the word before
// the one to complete: either a flag that takes a value, or anything else. It sets `values` and
// `paths`, which the end of the function completes with. In bash the lists are words in one text,
// in zsh arrays of "word:meaning".
struct Shell {
  std::string_view head, tail;
  std::string_view declare;    // of a list
  std::string_view reference;  // format of lists by their variables
  std::string (*list)(std::span<const Choice> words);
};

// The line is read anew, as readline parts words at ":" and "=", too; what it has parted from the
// word is taken off the answers at the end.
constexpr Shell kBash = {.head = R"(_isoflop() {
  local line=${COMP_LINE:0:COMP_POINT} words flags= values= paths=
  local word=${line##*[[:blank:]]}
  read -ra words <<<"${line%"$word"}"
  local command=${words[1]} previous=${words[-1]}
  if [[ $word == --*=* ]]; then
    previous=${word%%=*}
    word=${word#*=}
  fi
)",
                         .tail = R"(  if [[ $word == -* ]]; then values=$flags paths=; fi
  local before=
  if [[ $word == *,* ]]; then before=${word%,*},; fi
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$values" -- "${word##*,}")
  if [[ $paths ]]; then
    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -A "$paths" -- "$word")
    compopt -o filenames 2>/dev/null
  fi
  if [[ ${COMPREPLY[*]} == *[:=] ]]; then compopt -o nospace 2>/dev/null; fi
  if [[ $COMP_WORDBREAKS == *:* ]]; then
    local parted=${word%"${word##*[:=]}"}
    COMPREPLY=("${COMPREPLY[@]#"$parted"}")
  fi
}
complete -F _isoflop isoflop
)",
                         .declare = "local",
                         .reference = "\"{}\"",
                         .list = [](std::span<const Choice> words) {
                           std::vector<std::string> names;
                           for (const Choice& word : words) names.push_back(word.name);
                           return fmt::format("'{}'", fmt::join(names, " "));
                         }};

constexpr Shell kZsh = {.head = R"(#compdef isoflop
_isoflop() {
  local -a flags values
  local paths= command=$words[2] previous=$words[CURRENT-1]
  if (( CURRENT == 2 )); then command=; fi
  if [[ $PREFIX == --*=* ]]; then
    previous=${PREFIX%%=*}
    compset -P '*='
  fi
)",
                        .tail = R"(  if [[ $PREFIX == -* ]]; then values=($flags) paths=; fi
  if (( $#values )); then
    compset -P '*,'
    _describe value values
  fi
  if [[ $paths == file ]]; then _files; fi
  if [[ $paths == directory ]]; then _files -/; fi
}
_isoflop "$@"
)",
                        .declare = "local -a",
                        .reference = "({})",
                        .list = [](std::span<const Choice> words) {
                          std::vector<std::string> items;
                          for (const Choice& word : words) {
                            std::string item;
                            for (const char c : word.name)
                              item += c == ':' ? "\\:" : std::string(1, c);
                            if (!word.help.empty()) item += ":" + word.help;
                            items.push_back(shell_quoted(item));
                          }
                          return fmt::format("({})", fmt::join(items, " "));
                        }};

// What may stand where the help has one of these names: lists of the script, and paths.
struct StandIn {
  std::string_view name, lists, paths;
};
constexpr StandIn kStandIns[] = {{"FILE", "", "file"},
                                 {"RUNS", "", "file"},
                                 {"FIT", "", "file"},
                                 {"CONFIG", "", "file"},
                                 {"DIR", "", "directory"},
                                 {"LAW", "$laws", "file"},
                                 {"LAWS", "$laws", "file"},
                                 {"MODEL", "$laws", "file"},
                                 {"DATASET", "get $data_sets", "file"},
                                 {"NAME", "$laws $data_sets", "file"},
                                 {"COMMAND", "$commands", ""}};

std::vector<Choice> laws_with_sets() {
  std::vector<Choice> words;
  for (const std::string& key : book_keys()) {
    const Result<Law> law = find_law(key);
    if (!law) continue;
    words.push_back({key, law->title()});
    for (const CoefficientSet& set : law->sets())
      words.push_back({key + ":" + set.name, law->title()});
  }
  return words;
}

// "huber:" of "huber:DELTA"; nothing of FILTER, which stands for a text.
std::vector<Choice> literal_words(std::span<const Choice> choices) {
  const auto is_upper = [](unsigned char c) { return std::isupper(c) != 0; };
  std::vector<Choice> words;
  for (Choice word : choices) {
    if (word.name.size() > 1 && is_upper(word.name[0])) continue;
    const std::size_t colon = word.name.find(':');
    if (colon != std::string::npos && is_upper(word.name[colon + 1])) word.name.resize(colon + 1);
    words.push_back(std::move(word));
  }
  return words;
}

std::vector<Choice> data_sets() {
  std::vector<Choice> words;
  for (const std::string& key : data_set_keys())
    if (const Result<DataSet> data = find_data_set(key)) words.push_back({key, data->title});
  return words;
}

// Assignments for a value of `flag`: "values=... paths=...".
std::string answer(const Flag& flag, const Shell& shell) {
  if (!flag.choices.empty()) return "values=" + shell.list(literal_words(flag.choices));
  const std::string& name = is_positional(flag) ? flag.name : flag.value;
  const auto* const stand_in = std::ranges::find(kStandIns, name, &StandIn::name);
  if (stand_in == std::end(kStandIns)) return "";
  return fmt::format("values={} paths={}",
                     fmt::format(fmt::runtime(shell.reference), stand_in->lists), stand_in->paths);
}

void add_command(std::string& out, const Command& command, const Shell& shell) {
  std::vector<Choice> flags;
  std::string cases, arguments;
  for (const Flag& flag : all_flags(command)) {
    if (is_positional(flag)) {
      if (arguments.empty()) arguments = answer(flag, shell);
      continue;
    }
    flags.push_back({long_name(flag), flag.help});
    if (flag.value.empty()) continue;
    std::string names = flag.name;
    std::ranges::replace(names, ',', '|');
    cases += fmt::format("        {}) {} ;;\n", names, answer(flag, shell));
  }
  out += fmt::format(
      "    {})\n      flags={}\n      case $previous in\n{}        *) {} ;;\n      esac ;;\n",
      command.name, shell.list(flags), cases, arguments);
}

std::string script(std::span<const Command> commands, const Shell& shell) {
  std::vector<Choice> names;
  for (const Command& command : commands) names.push_back({command.name, command.summary});
  std::string out(shell.head);
  const std::pair<std::string_view, std::vector<Choice>> lists[] = {
      {"commands", names}, {"laws", laws_with_sets()}, {"data_sets", data_sets()}};
  for (const auto& [name, words] : lists)
    out += fmt::format("  {} {}={}\n", shell.declare, name, shell.list(words));
  out += fmt::format("  case $command in\n    '') values={} ;;\n",
                     fmt::format(fmt::runtime(shell.reference), "$commands"));
  for (const Command& command : commands) add_command(out, command, shell);
  return out + "  esac\n" + std::string(shell.tail);
}

}  // namespace

std::string bash_completion(std::span<const Command> commands) { return script(commands, kBash); }

std::string zsh_completion(std::span<const Command> commands) { return script(commands, kZsh); }

}  // namespace isoflop::cli
