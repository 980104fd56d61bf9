// A command of the program as data: its name, its flags, and the function that runs it.
//
// A flag has its name, its check, its default and its help in one place, the Flag that a command
// declares. The check is the function that reads the text: it stores the value, or returns an error
// that says what was expected. command_line.h parses with these tables; help.h writes texts from
// them.
#pragma once

#include <concepts>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/listed.h"
#include "isoflop/fields.h"
#include "isoflop/result.h"
#include "workflow/project.h"

namespace isoflop::cli {

// The positional argument for values of inputs.
inline constexpr std::string_view kNameValue = "NAME=V";

struct FlagDetails {
  std::string standard = {};         // the default as text, where there is one worth showing
  std::string group = "Arguments";   // the heading that it stands under in the help
  std::vector<Choice> choices = {};  // of an enumeration
  std::string symbol = {};           // of the input that it gives, "N": N=7B is its value, too
  bool required = false;
  bool repeats = false;  // may be given more than once; read() is called for each
  bool writes = false;   // its value is a file that the command writes
  // The fields of the library that it sets, as messages of the library name them: "recipe.fix";
  // with a value where only that one of the flag's sets it: "question.free_sparsity=free".
  std::vector<std::string> fields = {};
  // What a project file says in its place, where it is not given: a text for each time that it
  // would be; none where the file says nothing of it.
  std::function<std::vector<std::string>(const Project& project)> from_project = {};
  std::string with = {};  // the flag without which the project is not asked; "" for none
};

struct Flag : FlagDetails {
  using Read = std::function<Result<void>(std::string_view text)>;

  // A row of a table: Flag("--seed", "N", "random seed", parsed_into(seed, parse_count)).
  explicit Flag(std::string its_name, std::string its_value, std::string its_help, Read reader,
                FlagDetails details = {})
      : FlagDetails(std::move(details)),
        name(std::move(its_name)),
        value(std::move(its_value)),
        help(std::move(its_help)),
        read(std::move(reader)) {}

  std::string name;   // "--loss", "-o,--output", or "RUNS" for a positional argument
  std::string value;  // stands for its value in the help: "LOSS"; "" for a switch or an argument
  std::string help;   // starts small, no full stop; the choices and the default are added
  Read read;          // the check
};

// "--output" of "-o,--output": the name in messages.
inline std::string long_name(const Flag& flag) {
  return flag.name.substr(flag.name.rfind(',') + 1);
}

// The error of must() on its way to run_command_line(), which reports it.
struct Failure {
  Error error;
};

// Of end_if_stopped() on its way there.
struct Stopped {};

// The value of a result. An error ends the command, so this is for its own work: what the library
// calls back (the reader of a flag, a journal) returns its errors.
template <class T>
T must(Result<T> result) {
  if (!result) throw Failure{std::move(result.error())};
  return *std::move(result);
}

struct Command {
  std::string name;
  std::string summary;     // imperative, starts small, no full stop; "" for a hidden command
  std::string group = {};  // the heading that it stands under in the general help
  std::string example;     // one real command line, shown by --help
  std::vector<Flag> flags;
  // Does the work and gives the exit code. `line` is the command line, quoted for a shell.
  std::function<Result<int>(const std::string& line)> run;
};

// --project and --no-project, where one of the flags takes something from a project.
void add_project_flags(std::vector<Flag>& flags);

// A command with its flags and its work: flags(options) declares what fills the options, and
// run(options), or run(options, line), reads them.
template <class Options, class Flags, class Run>
Command with_options(Command command, Flags flags, Run run) {
  const auto options = std::make_shared<Options>();
  command.flags = flags(*options);
  add_project_flags(command.flags);
  command.run = [options, run](const std::string& line) -> Result<int> {
    if constexpr (std::invocable<Run, const Options&>)
      return run(*options);
    else
      return run(*options, line);
  };
  return command;
}

// Flags or commands under one heading of the help.
template <class T>
std::vector<T> in_group(const std::string& group, std::vector<T> all) {
  for (T& each : all) each.group = group;
  return all;
}

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Readers for a flag: each stores into `target`, which must outlive the command line.

// The text itself.
inline auto text_into(std::string& target) {
  return [&target](std::string_view text) -> Result<void> {
    target = text;
    return {};
  };
}

// One more text.
inline auto texts_into(std::vector<std::string>& target) {
  return [&target](std::string_view text) -> Result<void> {
    target.emplace_back(text);
    return {};
  };
}

// true, for a switch.
inline auto switch_into(bool& target) {
  return [&target](std::string_view) -> Result<void> {
    target = true;
    return {};
  };
}

// What `parse(text)` makes of it: a Result<T>.
template <class T, class Parse>
auto parsed_into(T& target, Parse parse) {
  return [&target, parse](std::string_view text) -> Result<void> {
    auto value = parse(text);
    if (!value) return std::unexpected(std::move(value.error()));
    target = *std::move(value);
    return {};
  };
}

// One more entry of a map from names, from what `parse(text)` makes of it, a Result of a pair. A
// name that is there already is an error.
template <class Map, class Parse>
auto entry_into(Map& target, Parse parse) {
  return [&target, parse](std::string_view text) -> Result<void> {
    auto entry = parse(text);
    if (!entry) return std::unexpected(std::move(entry.error()));
    const auto [at, fresh] = target.insert(*std::move(entry));
    if (!fresh) return error("{} is given twice: remove one", at->first);
    return {};
  };
}

// A flag that stores the value that goes with the given choice.
template <class T>
Flag choice_flag(Flag flag, T& target, const std::vector<std::pair<Choice, T>>& values) {
  std::vector<std::string> names;
  for (const auto& [choice, value] : values) {
    flag.choices.push_back(choice);
    names.push_back(choice.name);
  }
  flag.read = [&target, values, names](std::string_view text) -> Result<void> {
    for (const auto& [choice, value] : values)
      if (choice.name == text) {
        target = value;
        return {};
      }
    return error("\"{}\" must be {}", text, listed(names, "or"));
  };
  return flag;
}

}  // namespace isoflop::cli
