// What a command of the program is: its name, its flags as data, and what it runs once they are
// read.
//
// A flag has its name, its check, its default and its help in one place, the Flag that a command
// declares. The check is the function that reads the text: it stores the value, or returns an error
// that says what was expected. command_line.h turns commands into a parser and their help.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "isoflop/result.h"

namespace isoflop::cli {

struct Flag {
  std::string name;        // "--loss", "-o,--output", or "RUNS" for an argument that has its place
  std::string value = {};  // stands for its value in the help: "LOSS"; "" for a switch
  std::string help;        // starts small, no full stop
  std::string standard = {};  // the default as text, where there is one worth showing
  bool required = false;
  bool repeats = false;  // may be given more than once; read() is called for each
  std::function<Result<void>(std::string_view text)> read = {};
};

struct Command {
  std::string name;
  std::string summary;
  std::string example;  // one real command line, shown by --help
  std::vector<Flag> flags;
  // Does the work and gives the exit code. `line` is the command line, quoted for a shell.
  std::function<Result<int>(const std::string& line)> run;
};

// Readers for a flag: each stores into `target`, which must outlive the command line.

// The text itself.
inline auto text_into(std::string& target) {
  return [&target](std::string_view text) -> Result<void> {
    target = text;
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

}  // namespace isoflop::cli
