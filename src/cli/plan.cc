#include "isoflop/plan.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
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
  std::optional<double> sparsity;
  std::string arch;
  bool json = false;
};

// What is asked, with the sparsity and the number of experts of --arch.
Result<PlanQuestion> question_of(const Options& options, const Law& law,
                                 std::vector<std::string>& notes) {
  PlanQuestion question = options.question;
  if (options.sparsity) question.sparsity = *options.sparsity;
  if (options.arch.empty()) return question;
  const Result<Architecture> model = read_architecture_file(options.arch);
  if (!model) return std::unexpected(model.error());
  if (options.sparsity)
    return error_at({"--arch"}, "{} gives a sparsity too: remove --sparsity", options.arch);
  question.sparsity = counts_for(law, *model).sparsity();
  Inputs taken = {{"S", question.sparsity}};
  const Inputs all = inputs_of(*model, law);
  if (const auto experts = all.find("experts"); experts != all.end()) {
    if (!question.inputs.insert(*experts).second)
      return error_at({"--arch"}, "{} gives experts too: remove experts=...", options.arch);
    taken.insert(*experts);
  }
  notes.push_back(taken_text(options.arch, taken, law));
  return question;
}

Result<int> run(const Options& options) {
  const Result<Law> law = read_model(options.model);
  if (!law) return std::unexpected(law.error());
  std::vector<std::string> taken;
  const Result<PlanQuestion> question = question_of(options, *law, taken);
  if (!question) return std::unexpected(question.error());
  Result<Plan> plan = isoflop::plan(*law, *question);
  if (!plan) return std::unexpected(plan.error());
  plan->notes.insert(plan->notes.begin(), taken.begin(), taken.end());
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
                     .read = parsed_into(options->sparsity, parse_share)},
                    arch_flag(options->arch, "the sparsity, and experts to the laws with that"),
                    json_flag(options->json)},
          .run = [options](const std::string&) { return run(*options); }};
}

}  // namespace isoflop::cli
