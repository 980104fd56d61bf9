#include "cli/command_line.h"

#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/spelling.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/help.h"
#include "cli/shell_quoted.h"

namespace isoflop::cli {

namespace {

constexpr int kBadInput = 2;

std::string command_text(int argc, const char* const* argv) {
  std::string text = "isoflop";
  for (int i = 1; i < argc; ++i) text += " " + shell_quoted(argv[i]);
  return text;
}

CLI::Option* add_flag(CLI::App& app, const Flag& flag) {
  const auto later = [](const CLI::results_t&) { return true; };
  if (flag.value.empty() && !is_positional(flag))
    return app.add_flag_callback(flag.name, [] {})->disable_flag_override();
  CLI::Option* option = app.add_option(flag.name, later)->required(flag.required);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (flag.repeats && is_positional(flag))
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
  return option;
}

// Whether "N=7B" gives a value to this flag, whose symbol is N.
bool is_symbol_of(std::string_view text, const Flag& flag) {
  return !flag.symbol.empty() && text.starts_with(flag.symbol + "=");
}

// The texts that were given for each flag, those that were given by its symbol too.
std::vector<std::vector<std::string>> given_texts(const std::vector<Flag>& flags,
                                                  const std::vector<CLI::Option*>& options) {
  std::vector<std::vector<std::string>> given(flags.size());
  for (std::size_t i = 0; i < options.size(); ++i)
    for (const std::string& text : options[i]->results()) {
      const auto named = std::ranges::find_if(flags, [&](const Flag& flag) {
        return is_positional(flags[i]) && is_symbol_of(text, flag);
      });
      if (named == flags.end())
        given[i].push_back(text);
      else
        given[named - flags.begin()].push_back(text.substr(named->symbol.size() + 1));
    }
  return given;
}

// The choice that a text may have meant, argument and all left out: "huber" of "hubre:1e-3".
std::string nearest_choice(const Flag& flag, std::string_view text, const std::string& message) {
  if (message.find("did you mean") != std::string::npos) return "";
  std::vector<std::string> names;
  for (const Choice& choice : flag.choices)
    names.push_back(choice.name.substr(0, choice.name.find(':')));
  return did_you_mean(text.substr(0, text.find(':')), names);
}

// Calls the check of every flag that was given.
Result<void> read_values(const std::vector<Flag>& flags, const std::vector<CLI::Option*>& options) {
  Problems problems;
  const std::vector<std::vector<std::string>> given = given_texts(flags, options);
  for (std::size_t i = 0; i < options.size(); ++i) {
    const Flag& flag = flags[i];
    if (given[i].size() > 1 && !flag.repeats && !flag.value.empty())
      problems.add({long_name(flag)}, "it is given {} times: keep one", given[i].size());
    for (const std::string& text : given[i]) {
      const Result<void> read = flag.read(text);
      if (read) continue;
      for (const Problem& problem : read.error().problems) {
        const std::string& inner = problem.source;
        const bool own_name = is_positional(flag) && !inner.empty();  // of "N=7X", N
        problems.add({own_name ? inner : long_name(flag), 0, problem.column}, "{}{}{}{}",
                     own_name ? "" : inner, own_name || inner.empty() ? "" : ": ", problem.what,
                     nearest_choice(flag, text, problem.what));
      }
    }
  }
  if (!problems.empty()) return problems.take();
  return {};
}

// What is wrong with a command line that CLI11 could not take apart.
std::string complaint(const Command& command, const CLI::App& app, const CLI::ParseError& error) {
  const std::string_view what = error.what();
  if (error.get_name() == "ArgumentMismatch") {
    const bool is_switch = what.find("override") != std::string_view::npos;
    const std::string_view name = what.substr(0, what.find_first_of(": "));
    return is_switch ? fmt::format("--{} takes no value", name)
                     : fmt::format("{} needs a value", name);
  }
  const std::vector<std::string> extra = app.remaining();
  if (extra.empty()) return std::string(what);
  if (extra[0][0] != '-') return fmt::format("\"{}\" is one argument too many", extra[0]);
  const std::string name = extra[0].substr(0, extra[0].find('='));
  std::vector<std::string> names;
  for (const Flag& flag : all_flags(command))
    if (!is_positional(flag)) names.push_back(long_name(flag));
  return fmt::format("there is no flag {}{}", name, did_you_mean(name, names));
}

// A complaint with where to read on.
int refuse(const std::string& complaint, const std::string& help) {
  fmt::print(stderr, "{}{} `{}` lists what there is\n", complaint,
             complaint.ends_with('?') ? "" : ";", help);
  return kBadInput;
}

int run(const Command& command, int argc, const char* const* argv) {
  CLI::App app;
  std::vector<CLI::Option*> options;
  for (const Flag& flag : command.flags) options.push_back(add_flag(app, flag));
  try {
    app.parse(argc - 1, argv + 1);
  } catch (const CLI::CallForHelp&) {
    const Result<int> code = print(command_help(command, help_width()));
    return code ? *code : report(code.error());
  } catch (const CLI::ParseError& error) {
    return refuse(fmt::format("isoflop {}: {}", command.name, complaint(command, app, error)),
                  fmt::format("isoflop {} --help", command.name));
  }
  if (const Result<void> read = read_values(command.flags, options); !read)
    return report(read.error());
  const Result<int> code = command.run(command_text(argc, argv));
  return code ? *code : report(code.error());
}

}  // namespace

int run_command_line(std::span<const Command> commands, int argc, const char* const* argv) {
  if (argc < 2) {
    fmt::print(stderr, "{}", general_help(commands, help_width()));
    return kBadInput;
  }
  std::string name = argv[1];
  if (name == "-h" || name == "--help") name = "help";
  if (name == "--version") name = "version";
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == name) {
      name_fields(commands, command);
      return run(command, argc, argv);
    }
    if (!command.summary.empty()) names.push_back(command.name);
  }
  for (const char* flag : {"--help", "--version"}) names.emplace_back(flag);
  return refuse(fmt::format("isoflop: there is no {} {}{}", name[0] == '-' ? "flag" : "command",
                            name, did_you_mean(name, names)),
                "isoflop help");
}

}  // namespace isoflop::cli
