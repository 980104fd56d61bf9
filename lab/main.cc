// isoflop-lab: trains small models, one or all of a design.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "base/version.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/progress_bar.h"
#include "lab/campaign.h"
#include "lab/speed.h"

namespace {

using namespace isoflop;
using namespace isoflop::lab;

constexpr int kBadInput = 2, kIncomplete = 1;

// "--active-experts" of active_experts.
std::string flag_of(std::string name) {
  std::ranges::replace(name, '_', '-');
  return "--" + name;
}

struct Arguments {
  RunSpec spec;
  std::string design;
  CampaignOptions campaign;
  double minutes = 0;
  std::string level;
  std::vector<std::string> complaints;
};

void add_fields(CLI::App& command, Arguments& arguments) {
  for (const SpecField& field : fields()) {
    std::string names = flag_of(field.name);
    if (!field.alias.empty())
      names += "," + (field.alias.size() == 1 ? "-" + field.alias : "--" + field.alias);
    command
        .add_option_function<std::string>(
            names,
            [&field, &arguments](const std::string& text) {
              if (const auto ok = field.read(arguments.spec, text); !ok)
                arguments.complaints.push_back(flag_of(field.name) + ": " +
                                               ok.error().problems[0].what);
            },
            field.help)
        ->type_name("X")
        ->group("The run");
  }
}

void add_campaign(CLI::App& command, Arguments& arguments) {
  command.add_option(
      "--level", arguments.level,
      "instruction set: baseline, avx2 or avx512 (default the best of this machine)");
}

// A line above the bar.
void say_line(const std::string& line) {
  cli::print_error((isatty(STDERR_FILENO) != 0 ? "\r\x1b[K" : "") + line + "\n");
}

Result<int> run(Arguments& arguments, Corpora& corpora, const TrainingPlan& design) {
  CampaignOptions& options = arguments.campaign;
  options.seconds = arguments.minutes * 60;
  for (const std::string& note : design.notes) cli::say(cli::Tone::kNote, note);
  cli::ProgressBar bar;
  const Result<CampaignOutcome> outcome = run_campaign(design, corpora, options, bar, say_line);
  if (!outcome) return std::unexpected(outcome.error());
  say_line(fmt::format("{}: {} of {} runs", options.output, outcome->done, design.runs.size()));
  if (outcome->diverged > 0)
    cli::say(cli::Tone::kWarning,
             fmt::format("{} of them diverged: their status says so", outcome->diverged));
  if (outcome->left > 0)
    cli::say(cli::Tone::kNote,
             fmt::format("{} runs are left: the same command goes on", outcome->left));
  if (cli::was_stopped()) return cli::stopped_exit_code();
  return outcome->left > 0 ? kIncomplete : 0;
}

Result<int> run_design(Arguments& arguments) {
  const Result<std::string> text = cli::read_file(arguments.design);
  if (!text) return std::unexpected(text.error());
  Corpora corpora;
  const Result<TrainingPlan> design = read_design(*text, arguments.design, arguments.spec, corpora);
  if (!design) return std::unexpected(design.error());
  return run(arguments, corpora, *design);
}

Result<int> train(Arguments& arguments) {
  Corpora corpora;
  const Result<RunSpec> spec = resolved(arguments.spec, corpora);
  if (!spec) return std::unexpected(spec.error());
  return run(arguments, corpora, {.runs = {{1, *spec}}, .notes = {}});
}

int main_of(int argc, char** argv) {
  CLI::App app("Trains small language models, one or all of a design, into a table of runs.",
               "isoflop-lab");
  app.require_subcommand(1);
  app.set_version_flag("--version", "isoflop-lab " + std::string(version()));
  Arguments arguments;
  CampaignOptions& options = arguments.campaign;

  CLI::App* runs =
      app.add_subcommand("run", "train the runs of a design that the table does not have");
  runs->add_option("DESIGN", arguments.design, "CSV, a row a run: width, layers, tokens, ...")
      ->required();
  CLI::App* one = app.add_subcommand("train", "train one run");
  runs->add_option("--jobs", options.jobs, "runs at a time (default 1)")->check(CLI::Range(1, 256));
  for (CLI::App* command : {runs, one}) {
    command->add_option("-o,--output", options.output, "table of runs, a row added as each ends")
        ->required();
    command->add_option("--curve", options.curve,
                        "file for the loss curve; {} in it is the run's number");
    command->add_option("--minutes", arguments.minutes, "stop after so many, to go on later")
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--checkpoint-seconds", options.between_checkpoints,
                     "between checkpoints (default 20)")
        ->check(CLI::NonNegativeNumber);
  }
  CLI::App* speed = app.add_subcommand("speed", "measure tokens a second of some sizes");
  for (CLI::App* command : {runs, one}) add_fields(*command, arguments);
  for (CLI::App* command : {runs, one, speed}) add_campaign(*command, arguments);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kBadInput;
  }
  for (const std::string& complaint : arguments.complaints)
    cli::print_error("error: " + complaint + "\n");
  if (!arguments.complaints.empty()) return kBadInput;
  options.level = best_level();
  if (!arguments.level.empty()) {
    const Result<Level> level = parse_level(arguments.level);
    if (!level) return cli::report(level.error());
    options.level = *level;
  }
  Result<int> code = 0;
  if (runs->parsed()) code = run_design(arguments);
  if (one->parsed()) code = train(arguments);
  if (speed->parsed()) code = cli::print(speed_page(options.level));
  return code ? *code : cli::report(code.error());
}

}  // namespace

int main(int argc, char** argv) { return main_of(argc, argv); }
