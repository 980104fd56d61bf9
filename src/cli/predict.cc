#include "isoflop/predict.h"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "cli/table_output.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/averaging.h"
#include "workflow/intervals.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string model;
  std::vector<std::string> against;
  Inputs inputs;
  std::string arch;
  std::vector<std::string> runs;
  Mapping mapping;
  bool profile = false;  // intervals by profile likelihood, too
  double level = kUsualLevel;
  TableOutput output;
};

Result<int> predict_one(const Options& options, std::span<const Model> models) {
  const Model& model = models.front();
  const Law& law = model.law;
  Inputs inputs = options.inputs;
  std::vector<std::string> taken;
  if (!options.arch.empty())
    must(add_architecture(must(read_architecture_file(options.arch)), law, inputs, taken));
  Prediction prediction = must(isoflop::predict(law, inputs));
  std::vector<std::string>& notes = prediction.notes;
  notes.insert(notes.begin(), taken.begin(), taken.end());
  const std::optional<LossIntervals> sure =
      loss_intervals(model, prediction.inputs, {options.level, options.profile}, notes);
  std::optional<Averaged> averaged;
  if (models.size() > 1) {
    Work work(1);
    averaged = must(averaged_loss(models, inputs, options.level, work.executor, work.bar));
    end_if_stopped();
  }
  std::string page = predict_page(law, prediction, sure);
  if (averaged) page += "\n" + averaged_page(*averaged);
  const Result<int> done =
      print(options.output.json ? predict_json(law, prediction, sure, averaged, model.warnings)
                                : with_flags(page));
  say_all(Tone::kNote, notes);
  return done;
}

Result<int> predict_table(const Options& options, const Law& law) {
  const RunsFile file = must(read_runs_file(options.runs, law, options.mapping));
  const PredictedRuns predicted =
      must(predict_runs(law, must(map_runs_to_predict(file, law, options.mapping))));
  const TableOutput& output = options.output;
  const Result<int> done =
      write_table(predicted.table, output,
                  output.json ? predict_table_json(predicted, output.file)
                              : with_flags(predict_table_page(predicted, output.file)));
  say_all(Tone::kWarning, predicted.data.warnings);
  say_all(Tone::kNote, predicted.notes);
  return done;
}

Result<int> run(const Options& options) {
  const bool table = !options.runs.empty();
  if (table && (!options.inputs.empty() || !options.arch.empty()))
    return error("predict takes {} or --table RUNS, not both",
                 options.arch.empty() ? "NAME=V" : "--arch");
  if (table && options.profile)
    return error_at({"--intervals"}, "the losses of a table have no intervals: leave it out");
  if (!table && (options.mapping != Mapping{} || !options.output.file.empty()))
    return error("--output and the flags of data go with a table: add --table RUNS");
  if (table && !options.against.empty())
    return error_at({"--against"}, "the losses of a table are not averaged: leave it out");
  std::vector<std::string> names = {options.model};
  append(names, options.against);
  const std::vector<Model> models = must(read_models(names));
  if (options.profile) must(check_profiles(models[0]));
  return table ? predict_table(options, models[0].law) : predict_one(options, models);
}

std::vector<Flag> flags(Options& options) {
  std::vector<Flag> flags = {model_flag(options.model), inputs_flag(options.inputs)};
  append(flags,
         in_group<Flag>(
             "Run", {arch_flag(options.arch, "N and P, and Sx and experts for laws with these")}));
  append(flags,
         in_group<Flag>("Data", {Flag("--table", "RUNS",
                                      "predict each row of this table: CSV or JSON, gzipped or not",
                                      texts_into(options.runs), {.repeats = true})}));
  std::vector<Flag> mapping = mapping_flags(options.mapping, {"weights", "drop_highest_loss"});
  for (Flag& flag : mapping) flag.with = "--table";
  append(flags, std::move(mapping));
  append(flags,
         {Flag("--against", "FIT",
               "another fit of the same runs: the laws are averaged, by weights from how they "
               "predict larger runs",
               texts_into(options.against), {.repeats = true}),
          intervals_flag(options.profile, "method of the intervals of one run's loss, from a fit"),
          level_flag(options.level, format_number(options.level))});
  append(flags, table_output_flags(options.output));
  return flags;
}

}  // namespace

Command predict_command() {
  return with_options<Options>({.name = "predict",
                                .summary = "predict the loss of a run, or of each row of a table",
                                .example = "isoflop predict hossain2025:moe N=37B P=671B D=14.8T"},
                               flags, run);
}

}  // namespace isoflop::cli
