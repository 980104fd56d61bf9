#include "isoflop/predict.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/field_names.h"
#include "cli/file.h"
#include "cli/law_argument.h"
#include "cli/parse_value.h"
#include "cli/runs_argument.h"
#include "cli/shared_flags.h"
#include "cli/table_output.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/intervals.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string model;
  Inputs inputs;
  std::string arch;
  std::string runs;
  Mapping mapping;
  bool profile = false;  // intervals by profile likelihood, too
  double level = kUsualLevel;
  TableOutput output;
};

Result<int> predict_one(const Options& options, const Model& model) {
  const Law& law = model.law;
  Inputs inputs = options.inputs;
  std::vector<std::string> taken;
  if (!options.arch.empty()) {
    const Result<NamedArchitecture> arch = read_architecture_file(options.arch);
    if (!arch) return std::unexpected(arch.error());
    if (const auto added = add_architecture(*arch, law, inputs, taken); !added)
      return std::unexpected(added.error());
  }
  Result<Prediction> prediction = isoflop::predict(law, std::move(inputs));
  if (!prediction) return std::unexpected(prediction.error());
  std::vector<std::string>& notes = prediction->notes;
  notes.insert(notes.begin(), taken.begin(), taken.end());
  const std::optional<LossIntervals> sure =
      loss_intervals(model, prediction->inputs, {options.level, options.profile}, notes);
  const Result<int> done =
      print(options.output.json ? predict_json(law, *prediction, sure)
                                : with_flags(predict_page(law, *prediction, sure)));
  say_all(Tone::kNote, notes);
  return done;
}

Result<int> predict_table(const Options& options, const Law& law) {
  const Result<RunsFile> file = read_runs_file(options.runs, law);
  if (!file) return std::unexpected(file.error());
  Result<Runs> runs = map_runs_to_predict(*file, law, options.mapping);
  if (!runs) return std::unexpected(runs.error());
  const Result<PredictedRuns> predicted = predict_runs(law, *std::move(runs));
  if (!predicted) return std::unexpected(predicted.error());
  const TableOutput& output = options.output;
  const Result<int> done =
      write_table(predicted->table, output,
                  output.json ? predict_table_json(*predicted, output.file)
                              : with_flags(predict_table_page(*predicted, output.file)));
  say_all(Tone::kNote, predicted->notes);
  return done;
}

Result<int> run(const Options& options) {
  const bool table = !options.runs.empty();
  if (table && (!options.inputs.empty() || !options.arch.empty()))
    return error("predict takes {} or --table RUNS, not both",
                 options.arch.empty() ? "NAME=V" : "--arch");
  if (table && options.profile)
    return error_at({"--intervals"}, "the losses of a table have no intervals: leave it out");
  const Mapping& mapping = options.mapping;
  const bool of_tables =
      mapping.skip_missing || !(mapping.columns + mapping.where + options.output.file).empty();
  if (!table && of_tables)
    return error(
        "--columns, --where, --skip-missing and --output go with a table: add --table RUNS");
  const std::string inputs[] = {options.runs, file_of(options.model)};
  if (const auto ok = check_output(options.output.file, inputs); !ok)
    return std::unexpected(ok.error());
  const Result<Model> model = read_model(options.model);
  if (!model) return std::unexpected(model.error());
  if (options.profile)
    if (const auto ok = check_profiles(*model); !ok) return std::unexpected(ok.error());
  return table ? predict_table(options, model->law) : predict_one(options, *model);
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {model_flag(options.model), inputs_flag(options.inputs)};
  append(flags,
         in_group<Flag>(
             "Run", {arch_flag(options.arch, "N and P, and Sx and experts for laws with these")}));
  append(flags,
         in_group<Flag>("Data", {Flag("--table", "RUNS",
                                      "predict each row of this table: CSV or JSON, gzipped or not",
                                      text_into(options.runs))}));
  append(flags, mapping_flags(options.mapping, {"weights", "drop_highest_loss"}));
  append(flags,
         {intervals_flag(options.profile, "method of the intervals of one run's loss, from a fit"),
          Flag("--level", "LEVEL", "confidence level of the intervals",
               parsed_into(options.level, parse_level),
               {.standard = format_number(options.level), .group = "Uncertainty"})});
  append(flags, table_output_flags(options.output));
  return flags;
}

}  // namespace

Command predict_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "predict",
          .summary = "predict the loss of a run, or of each row of a table",
          .example = "isoflop predict hossain2025:moe N=37B P=671B D=14.8T",
          .flags = flags(*options),
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
