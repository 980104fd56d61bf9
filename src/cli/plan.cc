#include "isoflop/plan.h"

#include <memory>
#include <string>

#include "base/number_text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/law_argument.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"
#include "report/console.h"
#include "report/json.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string model;
  PlanQuestion question;
  bool json = false;
};

Result<int> run(const Options& options) {
  const Result<Law> law = read_model(options.model);
  if (!law) return std::unexpected(law.error());
  const Result<Plan> plan = isoflop::plan(*law, options.question);
  if (!plan) return std::unexpected(plan.error());
  const Result<int> done = print(options.json ? plan_json(*law, *plan) : plan_page(*law, *plan));
  say_all(Tone::kNote, plan->notes);
  return done;
}

}  // namespace

Command plan_command() {
  const auto options = std::make_shared<Options>();
  PlanQuestion& question = options->question;
  return {.name = "plan",
          .summary = "the compute-optimal model and tokens for a budget",
          .example = "isoflop plan hoffmann2022:besiroglu --flops 5.88e23",
          .flags = {model_flag(options->model),
                    inputs_flag(question.inputs, "what else the law wants: experts=64"),
                    {.name = "--flops",
                     .value = "C",
                     .help = "training FLOPs, 6 N D",
                     .required = true,
                     .read = parsed_into(question.flops, parse_positive)},
                    {.name = "--sparsity",
                     .value = "S",
                     .help = "share of inactive or zero parameters, or a pattern such as 2:4",
                     .standard = format_number(question.sparsity),
                     .read = parsed_into(question.sparsity, parse_share)},
                    json_flag(options->json)},
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
