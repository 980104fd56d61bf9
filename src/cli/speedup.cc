#include "isoflop/speedup.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/parse_value.h"
#include "cli/progress_bar.h"
#include "cli/shared_flags.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/speedups.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::vector<std::string> runs;
  std::string by;
  Mapping mapping;
  SpeedupRequest request;
  std::uint64_t threads = 0;
  bool json = false;
};

// "1%", "0.01".
Result<double> parse_resolution(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  Result<double> value = parse_positive(text);
  if (value && percent) *value /= 100;
  if (value && !(*value < 1)) return error("\"{}\" must be below 100 %", text);
  return value;
}

Result<int> run(const Options& options) {
  const RunsFile file = must(read_runs_file(options.runs, speedup_law(), options.mapping));
  std::vector<RunsGroup> variants = must(variants_of(file, options.mapping, options.by));
  Work work(options.threads);
  const SpeedupRecord record =
      must(find_speedup(std::move(variants), options.by, options.request, work.executor, work.bar));
  const double seconds = work.seconds();
  const Result<int> done =
      print(options.json ? speedup_json(record, seconds) : with_flags(speedup_page(record)));
  say_all(Tone::kWarning, record.data.warnings);
  say_all(Tone::kNote, record.notes);
  return done;
}

Flag part_flag(const std::string& name, const std::string& field, CurvePart& part,
               const std::string& example) {
  return Flag("--" + name, "HOW", name + " of the curves", parsed_into(part, parse_curve_part),
              {.standard = "shared",
               .group = "Curves",
               .choices = {{"shared", "one for all variants, estimated"},
                           {"own", "one for each, estimated"},
                           {"NUMBER", "pinned: " + example}},
               .fields = {field}});
}

Flag without_project(Flag flag) {
  flag.from_project = nullptr;
  flag.group = "Curves";
  return flag;
}

std::vector<Flag> flags(Options& options) {
  SpeedupRequest& request = options.request;
  std::vector<Flag> flags = {
      runs_flag(options.runs),
      Flag("--by", "COLUMN", "column that names the variant of each run", text_into(options.by),
           {.group = "Data", .required = true, .fields = {"read_groups.by"}}),
      Flag("--baseline", "NAME", "the variant that others are compared with",
           text_into(request.baseline),
           {.group = "Data", .required = true, .fields = {"request.baseline"}}),
      part_flag("asymptote", "request.asymptote", request.asymptote, "1.6"),
      part_flag("exponent", "request.exponent", request.exponent, "0.0941"),
      without_project(recipe_flag(request.recipe, "residual")),
      without_project(recipe_flag(request.recipe, "loss")),
      Flag("--flops", "LIST", "where the speed-up is wanted, in training FLOPs: 1e21,1e23",
           parsed_into(request.flops, parse_list),
           {.standard = "the largest of the runs; with curves of their own the smallest, the "
                        "middle and the largest",
            .group = "Answer",
            .fields = {"request.flops"}}),
      Flag("--throughput", "NAME=RATIO",
           "tokens a second of a variant over the baseline's, for the speed-up in time",
           entry_into(request.throughput, parse_assignment),
           {.group = "Answer", .repeats = true, .fields = {"request.throughput"}}),
      Flag("--resolve", "SHARE", "say how many runs would tell the speed-up to this share",
           parsed_into(request.resolve, parse_resolution),
           {.standard = "1%", .group = "Answer", .fields = {"request.resolve"}}),
      level_flag(request.level, "0.9")};
  append(flags, mapping_flags(options.mapping));
  append(flags, {json_flag(options.json), threads_flag(options.threads)});
  return flags;
}

}  // namespace

Command speedup_command() {
  return with_options<Options>(
      {.name = "speedup",
       .summary = "measure how much compute a variant saves at equal loss",
       .example = "isoflop speedup runs.csv --by optimizer --baseline adamw --asymptote 1.6"},
      flags, run);
}

}  // namespace isoflop::cli
