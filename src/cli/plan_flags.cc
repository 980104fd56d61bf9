#include "cli/plan_flags.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"
#include "cli/terminal_chart.h"

namespace isoflop::cli {

namespace {

Result<std::vector<double>> parse_budgets(std::string_view text) {
  Result<std::vector<double>> list = parse_list(text);
  if (!list) return list;
  if (std::ranges::any_of(*list, [](double flops) { return !(flops > 0); }))
    return error("\"{}\" must be above 0", text);
  return list;
}

Result<double> parse_mfu(std::string_view text) {
  const Result<double> value = parse_value(text);
  if (!value || !(*value > 0 && *value <= 1))
    return error("\"{}\" must be a share above 0, at most 1", text);
  return value;
}

std::vector<Choice> cost_choices() {
  std::vector<Choice> choices;
  for (const CostModel& cost : cost_models()) choices.push_back({cost.name, cost.counts});
  choices.push_back({"exact", "all products of --arch or --among"});
  choices.push_back({"FORMULA", "such as '6*N + 0.1*P'"});
  return choices;
}

std::vector<Choice> gpu_choices() {
  std::vector<Choice> choices;
  for (const Gpu& gpu : known_gpus()) choices.push_back({std::string(gpu.name)});
  return choices;
}

Result<double> parse_gpu(std::string_view text) {
  const Result<Gpu> gpu = find_gpu(text);
  if (!gpu) return std::unexpected(gpu.error());
  return gpu->peak;
}

// A share, a pattern, or "free": to be found.
auto sparsity_into(PlanQuestion& question) {
  return [&question](std::string_view text) -> Result<void> {
    question.free_sparsity = text == "free";
    question.sparsity.reset();
    if (question.free_sparsity) return {};
    const Result<double> share = parse_share(text);
    if (!share && text.starts_with("fr"))
      return error("\"{}\" must be a share, a pattern or free", text);
    if (!share) return std::unexpected(share.error());
    question.sparsity = *share;
    return {};
  };
}

// A cost model by its name, a formula, or "exact": of an architecture.
auto cost_into(PlanRequest& request) {
  return [&request](std::string_view text) -> Result<void> {
    request.exact_cost = text == "exact";
    if (request.exact_cost) return {};
    Result<CostModel> cost = find_cost(text);
    if (!cost) {
      for (Problem& problem : cost.error().problems) problem.source.clear();  // the flag's own
      return std::unexpected(cost.error());
    }
    request.question.cost = *std::move(cost);
    return {};
  };
}

template <class T, class Parse>
auto appended_to(std::vector<T>& list, Parse parse) {
  return [&list, parse](std::string_view text) -> Result<void> {
    auto value = parse(text);
    if (!value) return std::unexpected(value.error());
    list.push_back(*std::move(value));
    return {};
  };
}

Result<std::string> parse_text(std::string_view text) { return std::string(text); }

auto limit_into(std::vector<Limit>& limits, Limit::On on, const char* name) {
  return [&limits, on, name](std::string_view text) -> Result<void> {
    const Result<double> most = parse_positive(text);
    if (!most) return std::unexpected(most.error());
    limits.push_back({on, *most, name});
    return {};
  };
}

std::vector<Flag> given_flags(PlanFlags& flags) {
  PlanQuestion& question = flags.request.question;
  return in_group<Flag>(
      "Question",
      {{.name = "--flops",
        .value = "C",
        .help = "budget in training FLOPs; a list, or LOW:HIGH:COUNT, gives a frontier",
        .symbol = "C",
        .fields = {"question.flops"},
        .read = parsed_into(flags.request.budgets, parse_budgets)},
       {.name = "--active-params",
        .value = "N",
        .help = "active (MoE) or non-zero (pruned) parameters",
        .symbol = "N",
        .fields = {"question.active_params"},
        .read = parsed_into(question.active_params, parse_positive)},
       {.name = "--total-params",
        .value = "P",
        .help = "total parameters",
        .symbol = "P",
        .fields = {"question.total_params"},
        .read = parsed_into(question.total_params, parse_positive)},
       {.name = "--tokens",
        .value = "D",
        .help = "training tokens",
        .symbol = "D",
        .fields = {"question.tokens"},
        .read = parsed_into(question.tokens, parse_positive)},
       {.name = "--sparsity",
        .value = "S",
        .help = "share of inactive or zero parameters, a pattern such as 2:4, or free: optimised",
        .standard = "0, or that of N and P",
        .symbol = "S",
        .fields = {"question.sparsity", "question.free_sparsity=free"},
        .read = sparsity_into(question)},
       {.name = "--sparsity-range",
        .value = "LOW:HIGH",
        .help = "range of a free sparsity",
        .fields = {"question.sparsity_range"},
        .read = parsed_into(question.sparsity_range, parse_range)},
       {.name = "--loss",
        .value = "L",
        .help = "target loss; gives the minimum budget, or the size or tokens that are open",
        .fields = {"question.loss"},
        .read = parsed_into(question.loss, parse_positive)},
       choice_flag<PlanQuestion::Minimise>(
           {.name = "--least",
            .value = "WHAT",
            .help = "quantity to minimise with both --loss and --flops",
            .standard = "active",
            .fields = {"question.minimise"}},
           question.minimise,
           {{{"active", "active parameters"}, PlanQuestion::Minimise::kActive},
            {{"tokens", "training tokens"}, PlanQuestion::Minimise::kTokens}})});
}

std::vector<Flag> limit_flags(PlanFlags& flags) {
  PlanQuestion& question = flags.request.question;
  std::vector<Flag> all = in_group<Flag>(
      "Limits",
      {{.name = "--max-active",
        .value = "N",
        .help = "largest number of active parameters",
        .fields = {"question.max_active"},
        .read = limit_into(question.limits, Limit::On::kActive, "question.max_active")},
       {.name = "--max-total",
        .value = "P",
        .help = "largest number of total parameters",
        .fields = {"question.max_total", "question.limits"},
        .read = limit_into(question.limits, Limit::On::kTotal, "question.max_total")},
       {.name = "--max-tokens",
        .value = "D",
        .help = "largest number of training tokens",
        .fields = {"question.max_tokens"},
        .read = limit_into(question.limits, Limit::On::kTokens, "question.max_tokens")},
       {.name = "--memory",
        .value = "BYTES",
        .help = "memory that the model must fit in: 640GB",
        .fields = {"memory.bytes"},
        .read = parsed_into(flags.memory, parse_bytes)},
       choice_flag<bool>(
           {.name = "--memory-for",
            .value = "USE",
            .help = "contents of the memory",
            .standard = "serving"},
           flags.memory_budget.training,
           {{{"serving", "weights and KV cache"}, false},
            {{"training", "weights, gradients and 12 bytes a parameter of optimizer state"},
             true}}),
       {.name = "--bytes-per-parameter",
        .value = "B",
        .help = "bytes of a weight, and of its gradient",
        .standard = format_number(flags.memory_budget.options.bytes_per_parameter),
        .read = parsed_into(flags.memory_budget.options.bytes_per_parameter, parse_positive)},
       {.name = "--kv-cache",
        .value = "BYTES",
        .help = "part of the memory that is kept for the KV cache",
        .standard = "that of --sequences of --arch",
        .fields = {"memory.key_values"},
        .read = parsed_into(flags.memory_budget.key_values, parse_bytes)},
       {.name = "--sequences",
        .value = "K",
        .help = "sequences of --context tokens in the KV cache of --arch",
        .standard = "0",
        .fields = {"memory.sequences"},
        .read = parsed_into(flags.memory_budget.options.sequences, parse_not_negative)}});
  append(
      all,
      in_group<Flag>(
          "Repeated and served tokens",
          {{.name = "--unique-tokens",
            .value = "U",
            .help = "unique training tokens; further ones are repeats, which lower the loss less",
            .fields = {"question.unique_tokens"},
            .read = parsed_into(question.unique_tokens, parse_positive)},
           {.name = "--repetition",
            .value = "R",
            .help = "repetitions over which the value of repeated tokens decays",
            .standard = format_number(PlanQuestion::kRepetition),
            .fields = {"question.repetition"},
            .read = parsed_into(question.repetition, parse_positive)},
           {.name = "--inference-tokens",
            .value = "D",
            .help = "tokens to serve after training, which the budget pays for too",
            .fields = {"question.inference_tokens"},
            .read = parsed_into(question.inference_tokens, parse_not_negative)}}));
  return all;
}

std::vector<Flag> cost_flags(PlanFlags& flags) {
  std::vector<Flag> all = {
      {.name = "--cost",
       .value = "COST",
       .help = "training FLOPs of a token",
       .standard = cost_models()[0].name,
       .choices = cost_choices(),
       .fields = {"question.cost"},
       .read = cost_into(flags.request)},
      arch_flag(flags.arch, "exact costs, the sparsity, and experts and Sx for laws with these"),
      {.name = "--context",
       .value = "TOKENS",
       .help = "tokens of a sequence, for exact costs and the KV cache",
       .standard = std::to_string(flags.context),
       .read = parsed_into(flags.context, parse_count)}};
  append(all, flops_flags(flags.request.flops));
  return in_group("Cost of a token", std::move(all));
}

std::vector<Flag> hardware_flags(PlanFlags& flags) {
  return in_group<Flag>(
      "Hardware",
      {{.name = "--gpu",
        .value = "NAME",
        .help = "accelerator, for its peak",
        .choices = gpu_choices(),
        .read = parsed_into(flags.peak, parse_gpu)},
       {.name = "--peak",
        .value = "F",
        .help = "peak FLOP/s of one GPU, in place of --gpu: 989e12",
        .fields = {"hardware.peak"},
        .read = parsed_into(flags.peak, parse_positive)},
       {.name = "--mfu",
        .value = "SHARE",
        .help = "share of the peak that training reaches",
        .standard = format_number(Hardware::kUsualMfu),
        .read = parsed_into(flags.mfu, parse_mfu)},
       {.name = "--gpus",
        .value = "K",
        .help = "number of GPUs; with --days the budget, else the answer gives the days",
        .read = parsed_into(flags.gpus, parse_positive)},
       {.name = "--days",
        .value = "T",
        .help = "days of training on --gpus",
        .fields = {"request.days"},
        .read = parsed_into(flags.request.days, parse_positive)},
       {.name = "--price-per-gpu-hour",
        .value = "M",
        .help = "price of a GPU hour, for the cost of the answer",
        .read = parsed_into(flags.price, parse_positive)},
       {.name = "--money",
        .value = "M",
        .help = "budget in money, at --price-per-gpu-hour",
        .fields = {"request.money"},
        .read = parsed_into(flags.request.money, parse_positive)}});
}

std::vector<Flag> view_flags(PlanFlags& flags) {
  std::vector<Flag> all = in_group<Flag>(
      "Comparisons and tables",
      {{.name = "--costs",
        .help = "compare the plans of the cost models",
        .read = switch_into(flags.costs)},
       {.name = "--among",
        .value = "CONFIG",
        .help = "choose among architectures, not among all sizes",
        .repeats = true,
        .read = appended_to(flags.among, parse_text)},
       {.name = "--against",
        .value = "MODEL",
        .help = "ask another fit or law the same question, side by side",
        .repeats = true,
        .read = appended_to(flags.against, parse_text)},
       {.name = "--profile",
        .value = "AXIS",
        .help = "table of the loss along an axis of the budget",
        .choices = {{"N", "active parameters"}, {"P", "total parameters"}, {"S", "sparsity"}},
        .read = parsed_into(flags.profile, parse_axis)},
       {.name = "--surface",
        .help = "table of the loss over P and S on the budget",
        .read = switch_into(flags.surface)},
       {.name = "--points",
        .value = "K",
        .help = "points of a profile, or of each side of a surface",
        .standard = "33; of a surface 25",
        .read = parsed_into(flags.points, parse_count)},
       {.name = "--span",
        .value = "LOW:HIGH",
        .help = "range of a profile's axis, or of the total parameters of a surface",
        .standard = "around the optimum",
        .read = parsed_into(flags.span, parse_range)}});
  append(all, {intervals_flag(flags.request.intervals.profile,
                              "method of the intervals of a fit's plans"),
               {.name = "--level",
                .value = "LEVEL",
                .help = "confidence level of the intervals",
                .standard = "that of the fit",
                .group = "Uncertainty",
                .read = parsed_into(flags.request.intervals.level, parse_level)}});
  return all;
}

}  // namespace

std::vector<Flag> question_flags(PlanFlags& flags) {
  std::vector<Flag> all = given_flags(flags);
  append(all, limit_flags(flags));
  append(all, cost_flags(flags));
  return all;
}

std::vector<Flag> plan_flags(PlanFlags& flags) {
  std::vector<Flag> all = {model_flag(flags.model), inputs_flag(flags.request.question.inputs)};
  append(all, question_flags(flags));
  append(all, hardware_flags(flags));
  append(all, view_flags(flags));
  append(all, table_output_flags(flags.output));
  append(all, {plot_flag(flags.plot), threads_flag(flags.threads)});
  return all;
}

}  // namespace isoflop::cli
