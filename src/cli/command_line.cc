#include "cli/command_line.h"

#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/listed.h"
#include "base/spelling.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/help.h"
#include "cli/progress_bar.h"
#include "cli/project.h"

namespace isoflop::cli {

namespace {

constexpr int kBadInput = 2;

std::string command_text(int argc, const char* const* argv) {
  std::string text = "isoflop";
  for (int i = 1; i < argc; ++i) text += " " + shell_quoted(argv[i]);
  return text;
}

// "N" of "N=7B"; "" of a text that does not begin with a name and an equals sign.
std::string_view assigned_name(std::string_view text) {
  const std::string_view name = text.substr(0, text.find('='));
  const bool is_name =
      name.size() < text.size() &&
      std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return is_name ? name : "";
}

std::string unknown_flag(const Command& command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Flag& flag : all_flags(command))
    if (!is_positional(flag)) names.push_back(long_name(flag));
  return fmt::format("there is no flag {}{}", name, did_you_mean(name, names));
}

// Gives `word` to the flag whose symbol it names ("N=7B"), or to the positional argument it is for.
// Returns a complaint, or nothing.
std::string place(const Command& command, std::string_view word, Given& given) {
  const std::vector<Flag>& flags = command.flags;
  if (word.size() > 1 && word[0] == '-') return unknown_flag(command, word);
  const std::string_view name = assigned_name(word);
  const auto inputs = std::ranges::find(flags, kNameValue, &Flag::name);
  const bool is_input = inputs != flags.end() && !name.empty();
  const auto named = std::ranges::find(flags, name, &Flag::symbol);
  if (is_input && named != flags.end()) {
    given[named - flags.begin()].emplace_back(word.substr(name.size() + 1));
    return "";
  }
  auto target = inputs;  // a word that no argument is for is refused there
  if (!is_input)
    for (auto flag = flags.begin(); flag != flags.end(); ++flag)
      if (is_positional(*flag) && (flag->repeats || given[flag - flags.begin()].empty())) {
        target = flag;
        break;
      }
  if (target == flags.end()) return fmt::format("\"{}\" is one argument too many", word);
  given[target - flags.begin()].emplace_back(word);
  return "";
}

std::string missing(const std::vector<Flag>& flags, const Given& given) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < flags.size(); ++i)
    if (flags[i].required && given[i].empty()) names.push_back(long_name(flags[i]));
  if (names.empty()) return "";
  return fmt::format("{} {} required", listed(names), names.size() == 1 ? "is" : "are");
}

// What is wrong with a command line that CLI11 could not take apart.
std::string complaint(const CLI::ParseError& error) {
  const std::string_view what = error.what();
  const std::string_view name = what.substr(0, what.find_first_of(": "));
  if (error.get_name() != "ArgumentMismatch") return std::string(what);
  const bool is_switch = what.find("override") != std::string_view::npos;
  return is_switch ? fmt::format("--{} takes no value", name)
                   : fmt::format("{} needs a value", name);
}

struct Parsed {
  Given given;
  std::string complaint;  // "" where there is none
  bool help = false;
};

// CLI11 tells flags and their values from other words.
Parsed parse(const Command& command, int argc, const char* const* argv) {
  CLI::App app;
  app.allow_extras();
  std::vector<CLI::Option*> options;
  for (const Flag& flag : command.flags) {
    CLI::Option* option = nullptr;
    if (!is_positional(flag) && flag.value.empty())
      option = app.add_flag_callback(flag.name, [] {})->disable_flag_override();
    else if (!is_positional(flag))
      option = app.add_option(flag.name, [](const CLI::results_t&) { return true; })
                   ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options.push_back(option);
  }
  Parsed parsed;
  try {
    app.parse(argc - 1, argv + 1);
  } catch (const CLI::CallForHelp&) {
    parsed.help = true;
    return parsed;
  } catch (const CLI::ParseError& error) {
    parsed.complaint = complaint(error);
    return parsed;
  }
  for (const CLI::Option* option : options)
    parsed.given.push_back(option == nullptr ? std::vector<std::string>() : option->results());
  for (const std::string& word : app.remaining()) {
    parsed.complaint = place(command, word, parsed.given);
    if (!parsed.complaint.empty()) return parsed;
  }
  return parsed;
}

// The choice that a text may have meant: "huber" of "hubre:1e-3".
std::string nearest_choice(const Flag& flag, std::string_view text, const std::string& message) {
  if (message.find("did you mean") != std::string::npos) return "";
  const auto without_argument = [](std::string_view word) {
    return word.substr(0, word.find(':'));
  };
  std::vector<std::string> names;
  for (const Choice& choice : flag.choices) {
    names.emplace_back(without_argument(choice.name));
    if (names.back() == without_argument(text)) return "";  // the argument is wrong
  }
  return did_you_mean(without_argument(text), names);
}

// Calls the check of every flag that was given.
Result<void> read_values(const std::vector<Flag>& flags, const Given& given) {
  Problems problems;
  for (std::size_t i = 0; i < flags.size(); ++i) {
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
  return problems.result();
}

// What a text may name a file by: the whole, or a part of a list of laws.
void add_inputs(const std::string& text, std::vector<std::string>& inputs) {
  inputs.push_back(file_of(text));
  if (const auto paths = expand_paths(std::span(&text, 1)))
    inputs.insert(inputs.end(), paths->begin(), paths->end());
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    inputs.push_back(file_of(std::string(trimmed(text.substr(start, end - start)))));
    start = end + 1;
  }
}

// No file is written that is read, or twice. Any text that is not an output's may be of an input:
// one that names no file is the same as none.
Result<void> check_files(const std::vector<Flag>& flags, const Given& given,
                         const std::vector<std::string>& more_inputs) {
  std::vector<Output> outputs;
  std::vector<std::string> inputs;
  for (const std::string& text : more_inputs) add_inputs(text, inputs);
  for (std::size_t i = 0; i < flags.size(); ++i)
    for (const std::string& text : given[i]) {
      if (flags[i].writes && !text.empty()) outputs.push_back({long_name(flags[i]), text});
      if (!flags[i].writes) add_inputs(text, inputs);
    }
  const auto printed = std::ranges::find(outputs, "-", &Output::path);
  const auto json = std::ranges::find(flags, "--json", &Flag::name);
  if (printed != outputs.end() && json != flags.end() && !given[json - flags.begin()].empty())
    return error("--json and {0} - both print to standard output: give {0} a file", printed->name);
  if (printed == outputs.end()) outputs.push_back({"standard output", "-"});
  return check_outputs(outputs, inputs);
}

// A complaint with where to read on.
int refuse(const std::string& complaint, const std::string& help) {
  print_error(fmt::format("{}{} `{}` lists what there is\n", complaint,
                          complaint.ends_with('?') ? "" : ";", help));
  return kBadInput;
}

int run(const Command& command, int argc, const char* const* argv) {
  Parsed parsed = parse(command, argc, argv);
  if (parsed.help) {
    const Result<int> code = print(command_help(command, help_width()));
    return code ? *code : report(code.error());
  }
  std::vector<std::string> inputs;
  if (parsed.complaint.empty()) {
    const Result<void> added = add_project(command, parsed.given, inputs);
    if (!added) return report(added.error());
    parsed.complaint = missing(command.flags, parsed.given);
  }
  if (!parsed.complaint.empty())
    return refuse(fmt::format("isoflop {}: {}", command.name, parsed.complaint),
                  fmt::format("isoflop {} --help", command.name));
  if (const Result<void> read = read_values(command.flags, parsed.given); !read)
    return report(read.error());
  if (const auto ok = check_files(command.flags, parsed.given, inputs); !ok)
    return report(ok.error());
  int code = 0;
  try {
    code = must(command.run(command_text(argc, argv)));
  } catch (const Failure& failure) {
    code = report(failure.error);
  } catch (const Stopped&) {
    say(Tone::kWarning, "stopped: nothing is shown or written");
  }
  return was_stopped() ? stopped_exit_code() : code;
}

}  // namespace

int run_command_line(std::span<const Command> commands, int argc, const char* const* argv) {
  if (argc < 2) {
    print_error(general_help(commands, help_width()));
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
