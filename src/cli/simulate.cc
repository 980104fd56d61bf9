#include "isoflop/simulate.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"
#include "cli/table_output.h"
#include "data/derive.h"
#include "report/console/console.h"
#include "report/json/json.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string model;
  Design design;
  std::optional<double> noise;
  std::optional<std::uint64_t> seed;
  bool design_only = false;
  TableOutput output;
};

Result<int> run(const Options& options) {
  if (options.design_only && (options.noise || options.seed))
    return error_at({"--design-only"}, "runs without losses have no noise: leave out {}",
                    options.noise ? "--noise" : "--seed");
  const Model model = must(read_model(options.model));
  const double noise = options.noise.value_or(0);
  const std::uint64_t seed = options.seed.value_or(1);
  const SimulatedRuns runs{
      .law = model.law,
      .design = options.design,
      .noise = noise,
      .seed = seed,
      .table =
          must(options.design_only ? lay_out(model.law, options.design)
                                   : isoflop::simulate(model.law, options.design, noise, seed))};
  const TableOutput& output = options.output;
  const Result<int> done = write_table(
      runs.table, output,
      output.json ? simulate_json(runs, output.file) : simulate_page(runs, output.file));
  if (const std::string note = expert_sparsity_note(model.law); !note.empty())
    say(Tone::kNote, note);
  return done;
}

std::vector<Flag> flags(Options& options) {
  Design& design = options.design;
  std::vector<Flag> flags = {model_flag(options.model), inputs_flag(design.inputs)};
  append(
      flags,
      in_group<Flag>(
          "Design",
          {Flag("--flops", "LIST",
                "training FLOPs of each isoFLOP profile: 1e18,1e20 or LOW:HIGH:COUNT",
                parsed_into(design.flops, parse_list), {.symbol = "C", .required = true}),
           Flag("--sizes", "K", "runs on each profile", parsed_into(design.sizes, parse_count),
                {.standard = std::to_string(design.sizes)}),
           Flag("--span", "F",
                "ratio of the largest model to the smallest on a profile, around the optimum",
                parsed_into(design.span, parse_positive), {.standard = format_number(design.span)}),
           Flag("--sparsity", "LIST", "sparsities of each profile: 0,0.5,2:8",
                parsed_into(design.sparsity, parse_shares), {.standard = "0", .symbol = "S"}),
           Flag("--noise", "X", "standard deviation of ln loss",
                parsed_into(options.noise, parse_not_negative), {.standard = "0"}),
           Flag("--design-only", "", "write the runs without losses, as isoflop-lab reads them",
                switch_into(options.design_only)),
           Flag("--seed", "N", "random seed of the noise", parsed_into(options.seed, parse_count),
                {.standard = "1"})}));
  append(flags, table_output_flags(options.output));
  return flags;
}

}  // namespace

Command simulate_command() {
  return with_options<Options>(
      {.name = "simulate",
       .summary = "simulate a table of runs from a law, with noise",
       .example = "isoflop simulate hossain2025:moe --flops 1e19:1e22:4 --sparsity 0,0.5,0.9 "
                  "--noise 0.01 -o runs.csv"},
      flags, run);
}

}  // namespace isoflop::cli
