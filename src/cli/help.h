// Help texts, manual pages and completions, written from the tables of commands and flags.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace isoflop::cli {

inline constexpr std::string_view kAbout =
    "Fit, compare and use neural scaling laws for dense, pruned and mixture-of-experts language "
    "models.";

// The flags of a command with --help, which none declares.
std::vector<Flag> all_flags(const Command& command);

// Those that are not hidden.
std::vector<Command> shown_commands(std::span<const Command> commands);

bool is_positional(const Flag& flag);
// The name with its value: "-o, --output FILE".
std::string label(const Flag& flag);
// The help with the choices and the default: "random seed (default 1)". Choices that have a help
// of their own are not named: they are listed below it.
std::string described(const Flag& flag);
// "isoflop predict MODEL [NAME=V...] [FLAGS]"
std::string usage(const Command& command);

// Flags or commands in lists of one group each, in the order of their first members.
template <class T>
std::vector<std::vector<T>> by_group(std::span<const T> all) {
  std::vector<std::vector<T>> groups;
  for (const T& each : all) {
    const auto same =
        std::ranges::find_if(groups, [&](const auto& list) { return list[0].group == each.group; });
    if (same == groups.end())
      groups.push_back({each});
    else
      same->push_back(each);
  }
  return groups;
}

// In lines of at most `width` characters, but for longer words.
std::string general_help(std::span<const Command> commands, std::size_t width);
std::string command_help(const Command& command, std::size_t width);

// The width of the terminal, at most 120.
std::size_t help_width();

// Manual pages (man(7)): isoflop(1), isoflop-fit(1).
std::string program_man_page(std::span<const Command> commands);
std::string command_man_page(const Command& command);

// Completion scripts. They know commands, flags, the words of enumerations, laws and data sets of
// the book, and where a file may stand.
std::string bash_completion(std::span<const Command> commands);
std::string zsh_completion(std::span<const Command> commands);

}  // namespace isoflop::cli
