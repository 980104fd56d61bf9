#include "cli/command_line.h"

#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/spelling.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/shell_quoted.h"

namespace isoflop::cli {

namespace {

constexpr int kDone = 0;
constexpr int kBadInput = 2;
constexpr std::size_t kHelpColumn = 34;

std::string command_text(int argc, const char* const* argv) {
  std::string text = "isoflop";
  for (int i = 1; i < argc; ++i) text += " " + shell_quoted(argv[i]);
  return text;
}

// The name that a flag goes by in messages: "--output" of "-o,--output".
std::string long_name(const Flag& flag) { return flag.name.substr(flag.name.rfind(',') + 1); }

bool is_positional(const Flag& flag) { return flag.name[0] != '-'; }

// One command as CLI11 sees it; the values that it collects are read afterwards, all of them.
struct Parser {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::vector<CLI::Option*> options = {};  // in the order of command->flags
};

CLI::Option* add_flag(CLI::App& app, const Flag& flag) {
  const auto later = [](const CLI::results_t&) { return true; };
  std::string help = flag.help;
  if (!flag.standard.empty()) help += fmt::format(" (default {})", flag.standard);
  if (flag.value.empty() && !is_positional(flag))
    return app.add_flag_callback(flag.name, [] {}, help)->disable_flag_override();
  CLI::Option* option = app.add_option(flag.name, later, help);
  option->option_text(flag.value.empty() ? " " : flag.value)->required(flag.required);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (flag.repeats && is_positional(flag))
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
  return option;
}

Parser add_command(CLI::App& program, const Command& command) {
  Parser parser{.command = &command, .app = program.add_subcommand(command.name, command.summary)};
  parser.app->group("Commands");
  parser.app->footer("Example:\n  " + command.example);
  for (const Flag& flag : command.flags) parser.options.push_back(add_flag(*parser.app, flag));
  return parser;
}

// Calls the check of every flag that was given.
Result<void> read_values(const Parser& parser) {
  Problems problems;
  for (std::size_t i = 0; i < parser.options.size(); ++i) {
    const Flag& flag = parser.command->flags[i];
    const std::vector<std::string> given = parser.options[i]->results();
    if (given.size() > 1 && !flag.repeats && !flag.value.empty())
      problems.add({long_name(flag)}, "it is given {} times: keep one", given.size());
    for (const std::string& text : given) {
      const Result<void> read = flag.read(text);
      if (read) continue;
      for (const Problem& problem : read.error().problems) {
        const std::string& inner = problem.source;
        const bool own_name = is_positional(flag) && !inner.empty();  // of "N=7X", N
        problems.add({own_name ? inner : long_name(flag), 0, problem.column}, "{}{}{}",
                     own_name ? "" : inner, own_name || inner.empty() ? "" : ": ", problem.what);
      }
    }
  }
  if (!problems.empty()) return problems.take();
  return {};
}

std::vector<std::string> flag_names(const Command& command) {
  std::vector<std::string> names = {"--help"};
  for (const Flag& flag : command.flags)
    if (!is_positional(flag)) names.push_back(long_name(flag));
  return names;
}

// A complaint with where to read on: "...; `isoflop fit --help` lists what there is".
std::string go_on(const std::string& complaint, const std::string& command) {
  return fmt::format("{}{} `isoflop {}{}--help` lists what there is", complaint,
                     complaint.ends_with('?') ? "" : ";", command, command.empty() ? "" : " ");
}

// What is wrong with a command line that CLI11 could not take apart, and how to go on.
std::string complaint(std::span<const Parser> parsers, int argc, const char* const* argv,
                      const CLI::ParseError& error) {
  for (const Parser& parser : parsers) {
    if (!parser.app->parsed()) continue;
    const std::string& command = parser.command->name;
    const std::vector<std::string> extra = parser.app->remaining();
    const std::string_view what = error.what();
    if (error.get_name() == "ArgumentMismatch") {
      const bool is_switch = what.find("override") != std::string_view::npos;
      const std::string_view name = what.substr(0, what.find_first_of(": "));
      return go_on(is_switch ? fmt::format("isoflop {}: --{} takes no value", command, name)
                             : fmt::format("isoflop {}: {} needs a value", command, name),
                   command);
    }
    if (extra.empty()) return go_on(fmt::format("isoflop {}: {}", command, what), command);
    const std::string name = extra[0].substr(0, extra[0].find('='));
    if (name[0] != '-')
      return go_on(fmt::format("isoflop {}: \"{}\" is one argument too many", command, extra[0]),
                   command);
    return go_on(fmt::format("isoflop {}: there is no flag {}{}", command, name,
                             did_you_mean(name, flag_names(*parser.command))),
                 command);
  }
  if (argc < 2) return go_on("isoflop: a command is missing", "");
  std::vector<std::string> names = {"--help", "--version"};
  for (const Parser& parser : parsers) names.push_back(parser.command->name);
  return go_on(fmt::format("isoflop: there is no {} {}{}", argv[1][0] == '-' ? "flag" : "command",
                           argv[1], did_you_mean(argv[1], names)),
               "");
}

}  // namespace

int run_command_line(std::span<const Command> commands, int argc, const char* const* argv) {
  CLI::App program(
      "Fits and uses neural scaling laws for dense, pruned and mixture-of-experts models.",
      "isoflop");
  program.get_formatter()->column_width(kHelpColumn);
  program.get_formatter()->label("Positionals", "Arguments");
  program.get_formatter()->label("OPTIONS", "FLAGS");
  program.get_formatter()->label("SUBCOMMAND", "COMMAND");
  program.set_version_flag("--version", fmt::format("isoflop {}", version()), "print the version");
  program.set_help_flag("-h,--help", "print this help");
  program.require_subcommand(1);
  program.footer("`isoflop COMMAND --help` has the flags of a command and an example.");
  std::vector<Parser> parsers;
  for (const Command& command : commands) parsers.push_back(add_command(program, command));

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    fmt::print(stderr, "{}\n", complaint(parsers, argc, argv, error));
    return kBadInput;
  }
  for (const Parser& parser : parsers) {
    if (!parser.app->parsed()) continue;
    if (const Result<void> read = read_values(parser); !read) return report(read.error());
    const Result<int> code = parser.command->run(command_text(argc, argv));
    return code ? *code : report(code.error());
  }
  return kDone;
}

}  // namespace isoflop::cli
