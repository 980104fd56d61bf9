#include "cli/help.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "base/error.h"
#include "base/spelling.h"
#include "base/version.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/terminal.h"

namespace isoflop::cli {

namespace {

constexpr std::size_t kWidest = 120;       // longer lines are hard to read
constexpr std::size_t kNarrow = 64;        // a width that has no two columns
constexpr std::size_t kLongestLabel = 24;  // of those that the column of help texts leaves room for

// Words of a paragraph or of a command line; a text in quotes is one word.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '\'' && (quoted || list.back().empty())) quoted = !quoted;
    if (c == ' ' && !quoted)
      list.emplace_back();
    else
      list.back() += c;
  }
  return list;
}

// Each flag with its value as one word, if that is not too long.
std::vector<std::string> with_values(const std::vector<std::string>& words, std::size_t longest) {
  std::vector<std::string> list;
  for (const std::string& word : words) {
    const bool is_value = !list.empty() && list.back().starts_with('-') && !word.starts_with('-') &&
                          list.back().size() + 1 + word.size() <= longest;
    if (is_value)
      list.back() += " " + word;
    else
      list.push_back(word);
  }
  return list;
}

// Continues `out`, whose last line has `at` characters, by a paragraph whose further lines are
// indented. `broken` ends a line that goes on: "" or " \".
void wrap(std::string& out, std::size_t at, const std::vector<std::string>& paragraph,
          std::size_t indent, std::size_t width, std::string_view broken = "") {
  bool first = true;
  for (const std::string& word : paragraph) {
    if (!first && at + 1 + word.size() + broken.size() > width) {
      out += fmt::format("{}\n{:{}}", broken, "", indent);
      at = indent;
      first = true;
    }
    out += (first ? "" : " ") + word;
    at += (first ? 0 : 1) + word.size();
    first = false;
  }
  out += '\n';
}

// A label at `indent` and its text from `column` on; below the label, where that is too long.
void add_entry(std::string& out, std::size_t indent, const std::string& label,
               const std::string& text, std::size_t column, std::size_t width) {
  out += fmt::format("{:{}}{}", "", indent, label);
  const std::size_t end = indent + label.size();
  if (end + 2 > column)
    out += fmt::format("\n{:{}}", "", column);
  else
    out += std::string(column - end, ' ');
  wrap(out, column, words(text), column, width);
}

// Where texts start beside labels of these sizes.
std::size_t text_column(std::size_t indent, std::size_t longest, std::size_t width) {
  return width < kNarrow ? indent + 4 : indent + std::min(longest, kLongestLabel) + 2;
}

template <class T, class Size>
std::size_t longest(const std::vector<T>& all, Size size) {
  std::size_t most = 0;
  for (const T& each : all) most = std::max(most, size(each));
  return most;
}

void add_choices(std::string& out, const Flag& flag, std::size_t indent, std::size_t width) {
  if (flag.choices.empty() || flag.choices[0].help.empty()) return;
  const std::size_t column = text_column(
      indent, longest(flag.choices, [](const Choice& c) { return c.name.size(); }), width);
  for (const Choice& choice : flag.choices)
    add_entry(out, indent, choice.name, choice.help, column, width);
}

Result<int> print_help(const std::vector<Command>& commands, const std::string& name) {
  if (name.empty()) return print(general_help(commands, help_width()));
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == name) return print(command_help(command, help_width()));
    if (!command.summary.empty()) names.push_back(command.name);
  }
  return error("there is no command {}{}", name, did_you_mean(name, names));
}

}  // namespace

std::vector<Flag> all_flags(const Command& command) {
  std::vector<Flag> flags = command.flags;
  flags.push_back(Flag("-h,--help", "", "print this help", {}, {.group = "Other"}));
  return flags;
}

std::vector<Command> shown_commands(std::span<const Command> commands) {
  std::vector<Command> shown;
  for (const Command& command : commands)
    if (!command.summary.empty()) shown.push_back(command);
  return shown;
}

bool is_positional(const Flag& flag) { return flag.name[0] != '-'; }

std::string label(const Flag& flag) {
  std::string text = flag.name;
  if (const std::size_t comma = text.find(','); comma != std::string::npos)
    text.insert(comma + 1, " ");
  return flag.value.empty() ? text : text + " " + flag.value;
}

std::string described(const Flag& flag) {
  std::string text = flag.help;
  if (!flag.choices.empty() && flag.choices[0].help.empty()) {
    std::vector<std::string> names;
    for (const Choice& choice : flag.choices) names.push_back(choice.name);
    text += ": " + listed(names, "or");
  }
  if (!flag.standard.empty()) text += fmt::format(" (default {})", flag.standard);
  if (flag.repeats && !is_positional(flag)) text += " (repeatable)";
  return text;
}

std::string usage(const Command& command) {
  std::string text = "isoflop " + command.name;
  for (const Flag& flag : command.flags) {
    if (!is_positional(flag) && !flag.required) continue;
    const std::string value = flag.value.empty() ? "" : " " + flag.value;
    text += fmt::format(" {}{}{}{}{}", flag.required ? "" : "[", long_name(flag), value,
                        flag.repeats ? "..." : "", flag.required ? "" : "]");
  }
  return text + " [FLAGS]";
}

std::string general_help(std::span<const Command> commands, std::size_t width) {
  std::string out;
  wrap(out, 0, words(kAbout), 0, width);
  out += "\nUsage: ";
  wrap(out, 7, words("isoflop COMMAND [ARGUMENTS] [FLAGS]"), 9, width);
  const std::vector<Command> shown = shown_commands(commands);
  const std::size_t column =
      text_column(2, longest(shown, [](const Command& c) { return c.name.size(); }), width);
  for (const std::vector<Command>& group : by_group<Command>(shown)) {
    out += fmt::format("\n{}:\n", group[0].group);
    for (const Command& command : group)
      add_entry(out, 2, command.name, command.summary, column, width);
  }
  out += '\n';
  wrap(out, 0, words("`isoflop help COMMAND` shows the flags of a command and an example."), 0,
       width);
  return out;
}

std::string command_help(const Command& command, std::size_t width) {
  std::string out;
  wrap(out, 0, words(sentence(command.summary)), 0, width);
  out += "\nUsage: ";
  wrap(out, 7, words(usage(command)), 9, width);
  const std::vector<Flag> flags = all_flags(command);
  const std::size_t column = text_column(2, kLongestLabel, width);
  for (const std::vector<Flag>& group : by_group<Flag>(flags)) {
    out += fmt::format("\n{}:\n", group[0].group);
    for (const Flag& flag : group) {
      add_entry(out, 2, label(flag), described(flag), column, width);
      add_choices(out, flag, column + 2, width);
    }
  }
  out += "\nExample:\n  ";
  wrap(out, 2, with_values(words(command.example), width - 6), 4, width, " \\");
  return out;
}

std::size_t help_width() { return std::min(kWidest, terminal_width(STDOUT_FILENO)); }

Command help_command(const std::vector<Command>& commands) {
  const auto name = std::make_shared<std::string>();
  return {.name = "help",
          .summary = "show the commands, or the flags of one",
          .example = "isoflop help fit",
          .flags = {Flag("COMMAND", "", "a command of isoflop", text_into(*name))},
          .run = [&commands, name](const std::string&) { return print_help(commands, *name); }};
}

Command version_command() {
  return {.name = "version",
          .summary = "print the version",
          .example = "isoflop version",
          .run = [](const std::string&) { return print(fmt::format("isoflop {}\n", version())); }};
}

}  // namespace isoflop::cli
