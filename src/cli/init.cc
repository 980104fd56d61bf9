#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/project.h"
#include "cli/shared_flags.h"
#include "isoflop/fields.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/layout.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> runs;
  std::string law;
  bool json = false;
};

Result<int> run(const Options& options) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(kProjectFile, ignored)))
    return error_at({kProjectFile},
                    "it is there already, and is not written over: edit it, or move it away first");
  if (std::ranges::find(options.runs, "-") != options.runs.end())
    return error_at({"RUNS"}, "standard input cannot be read twice: save it to a file first");
  std::optional<Law> law;
  if (!options.law.empty()) law = must(read_law(options.law));
  // What is wrong with the mapping is a matter of the file, not of flags.
  for_each_field(Mapping{}, [](const auto& field) {
    name_field(fmt::format("mapping.{}", field.name), field.name);
  });
  ProjectGuess guess = must(guess_runs(options.runs, law));
  if (law) guess.law = options.law;
  must(write_file(kProjectFile, write_project(guess, options.runs)));
  const bool complete = guess.problems.empty();
  const std::string page =
      with_flags(project_page(guess, kProjectFile)) + (complete ? "check it" : "complete it") +
      "; then `isoflop fit` shows the fit, `isoflop plan --flops 1e21` plans\n";
  const Result<int> done = print(options.json ? init_json(guess, kProjectFile) : page);
  return done && !complete ? Result<int>(1) : done;
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {runs_flag(options.runs), law_flag(options.law),
                             json_flag(options.json)};
  flags[0].from_project = flags[1].from_project = nullptr;
  flags[1].required = false;
  flags[1].standard = "guessed from the inputs";
  return flags;
}

}  // namespace

Command init_command() {
  return with_options<Options>(
      {.name = "init",
       .summary = "guess how a table of runs is to be read, and write isoflop.toml",
       .example = "isoflop init runs.csv"},
      flags, run);
}

}  // namespace isoflop::cli
