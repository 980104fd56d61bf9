#include "cli/plan_flags.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"
#include "cli/terminal.h"

namespace isoflop::cli {

namespace {

Result<std::vector<double>> parse_budgets(std::string_view text) {
  Result<std::vector<double>> list = parse_list(text);
  if (!list) return list;
  if (std::ranges::any_of(*list, [](double flops) { return !(flops > 0); }))
    return error("\"{}\" must be above 0", text);
  return list;
}

Result<double> parse_memory(std::string_view text) {
  Result<double> bytes = parse_bytes(text);
  if (bytes && !(*bytes > 0)) return error("\"{}\" must be above 0", text);
  return bytes;
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
      {Flag("--flops", "C", "budget in training FLOPs; a list, or LOW:HIGH:COUNT, gives a frontier",
            parsed_into(flags.request.budgets, parse_budgets),
            {.symbol = "C", .fields = {"question.flops"}}),
       Flag("--active-params", "N", "active (MoE) or non-zero (pruned) parameters",
            parsed_into(question.active_params, parse_positive),
            {.symbol = "N", .fields = {"question.active_params"}}),
       Flag("--total-params", "P", "total parameters",
            parsed_into(question.total_params, parse_positive),
            {.symbol = "P", .fields = {"question.total_params"}}),
       Flag("--tokens", "D", "training tokens", parsed_into(question.tokens, parse_positive),
            {.symbol = "D", .fields = {"question.tokens"}}),
       Flag("--sparsity", "S",
            "share of inactive or zero parameters, a pattern such as 2:4, or free: optimised",
            sparsity_into(question),
            {.standard = "0, or that of N and P",
             .symbol = "S",
             .fields = {"question.sparsity", "question.free_sparsity=free"}}),
       Flag("--sparsity-range", "LOW:HIGH", "range of a free sparsity",
            parsed_into(question.sparsity_range, parse_range),
            {.fields = {"question.sparsity_range"}}),
       Flag("--loss", "L",
            "target loss; gives the minimum budget, or the size or tokens that are open",
            parsed_into(question.loss, parse_positive), {.fields = {"question.loss"}}),
       choice_flag<PlanQuestion::Minimise>(
           Flag("--least", "WHAT", "quantity to minimise with both --loss and --flops", {},
                {.standard = "active", .fields = {"question.minimise"}}),
           question.minimise,
           {{{"active", "active parameters"}, PlanQuestion::Minimise::kActive},
            {{"tokens", "training tokens"}, PlanQuestion::Minimise::kTokens}}),
       Flag("--reach", "DECADES", "distance from the fitted N and D at which an optimum may lie",
            parsed_into(question.reach, parse_not_negative),
            {.standard = format_number(PlanQuestion::kReach), .fields = {"question.reach"}})});
}

std::vector<Flag> limit_flags(PlanFlags& flags) {
  PlanQuestion& question = flags.request.question;
  std::vector<Flag> all = in_group<Flag>(
      "Limits",
      {Flag("--max-active", "N", "largest number of active parameters",
            limit_into(question.limits, Limit::On::kActive, "question.max_active"),
            {.fields = {"question.max_active"}}),
       Flag("--max-total", "P", "largest number of total parameters",
            limit_into(question.limits, Limit::On::kTotal, "question.max_total"),
            {.fields = {"question.max_total", "question.limits"}}),
       Flag("--max-tokens", "D", "largest number of training tokens",
            limit_into(question.limits, Limit::On::kTokens, "question.max_tokens"),
            {.fields = {"question.max_tokens"}}),
       Flag("--memory", "BYTES", "memory that the model must fit in: 640GB",
            parsed_into(flags.memory, parse_memory), {.fields = {"memory.bytes"}}),
       choice_flag<bool>(
           Flag("--memory-for", "USE", "contents of the memory", {}, {.standard = "serving"}),
           flags.memory_budget.training,
           {{{"serving", "weights and KV cache"}, false},
            {{"training", "weights, gradients and 12 bytes a parameter of optimizer state"},
             true}}),
       Flag("--bytes-per-parameter", "B", "bytes of a weight, and of its gradient",
            parsed_into(flags.memory_budget.options.bytes_per_parameter, parse_positive),
            {.standard = format_number(flags.memory_budget.options.bytes_per_parameter)}),
       Flag("--kv-cache", "BYTES", "part of the memory that is kept for the KV cache",
            parsed_into(flags.memory_budget.key_values, parse_bytes),
            {.standard = "that of --sequences of --arch", .fields = {"memory.key_values"}}),
       Flag("--sequences", "K", "sequences of --context tokens in the KV cache of --arch",
            parsed_into(flags.memory_budget.options.sequences, parse_not_negative),
            {.standard = "0", .fields = {"memory.sequences"}})});
  append(
      all,
      in_group<Flag>(
          "Repeated and served tokens",
          {Flag("--unique-tokens", "U",
                "unique training tokens; further ones are repeats, which lower the loss less",
                parsed_into(question.unique_tokens, parse_positive),
                {.fields = {"question.unique_tokens"}}),
           Flag("--repetition", "R", "repetitions over which the value of repeated tokens decays",
                parsed_into(question.repetition, parse_positive),
                {.standard = format_number(PlanQuestion::kRepetition),
                 .fields = {"question.repetition"}}),
           Flag("--inference-tokens", "D",
                "tokens to serve after training, which the budget pays for too",
                parsed_into(question.inference_tokens, parse_not_negative),
                {.fields = {"question.inference_tokens"}})}));
  return all;
}

std::vector<Flag> cost_flags(PlanFlags& flags) {
  std::vector<Flag> all = {
      Flag("--cost", "COST", "training FLOPs of a token", cost_into(flags.request),
           {.standard = cost_models()[0].name,
            .choices = cost_choices(),
            .fields = {"question.cost"}}),
      arch_flag(flags.arch, "exact costs, the sparsity, and experts and Sx for laws with these"),
      Flag("--context", "TOKENS", "tokens of a sequence, for exact costs and the KV cache",
           parsed_into(flags.context, parse_count), {.standard = std::to_string(flags.context)})};
  append(all, flops_flags(flags.request.flops));
  return in_group("Cost of a token", std::move(all));
}

std::vector<Flag> hardware_flags(PlanFlags& flags) {
  return in_group<Flag>(
      "Hardware",
      {Flag("--gpu", "NAME", "accelerator, for its peak", parsed_into(flags.peak, parse_gpu),
            {.choices = gpu_choices()}),
       Flag("--peak", "F", "peak FLOP/s of one GPU, in place of --gpu: 989e12",
            parsed_into(flags.peak, parse_positive), {.fields = {"hardware.peak"}}),
       Flag("--mfu", "SHARE", "share of the peak that training reaches",
            parsed_into(flags.mfu, parse_mfu), {.standard = format_number(Hardware::kUsualMfu)}),
       Flag("--gpus", "K", "number of GPUs; with --days the budget, else the answer gives the days",
            parsed_into(flags.gpus, parse_positive)),
       Flag("--days", "T", "days of training on --gpus",
            parsed_into(flags.request.days, parse_positive), {.fields = {"request.days"}}),
       Flag("--price-per-gpu-hour", "M", "price of a GPU hour, for the cost of the answer",
            parsed_into(flags.price, parse_positive)),
       Flag("--money", "M", "budget in money, at --price-per-gpu-hour",
            parsed_into(flags.request.money, parse_positive), {.fields = {"request.money"}})});
}

std::vector<Flag> interval_flags(PlanFlags& flags) {
  return {
      intervals_flag(flags.request.intervals.profile, "method of the intervals of a fit's plans"),
      level_flag(flags.request.intervals.level, "that of the fit")};
}

std::vector<Flag> view_flags(PlanFlags& flags) {
  std::vector<Flag> all = in_group<Flag>(
      "Comparisons and tables",
      {Flag("--costs", "", "compare the plans of the cost models", switch_into(flags.costs)),
       Flag("--among", "CONFIG", "choose among architectures, not among all sizes",
            texts_into(flags.among), {.repeats = true}),
       Flag("--against", "MODEL", "ask another fit or law the same question, side by side",
            texts_into(flags.against), {.repeats = true}),
       Flag(
           "--profile", "AXIS", "table of the loss along an axis of the budget",
           parsed_into(flags.profile, parse_axis),
           {.choices = {{"N", "active parameters"}, {"P", "total parameters"}, {"S", "sparsity"}}}),
       Flag("--surface", "", "table of the loss over P and S on the budget",
            switch_into(flags.surface)),
       Flag("--points", "K", "points of a profile, or of each side of a surface",
            parsed_into(flags.points, parse_count), {.standard = "33; of a surface 25"}),
       Flag("--span", "LOW:HIGH",
            "range of a profile's axis, or of the total parameters of a surface",
            parsed_into(flags.span, parse_range), {.standard = "around the optimum"})});
  append(all, interval_flags(flags));
  return all;
}

}  // namespace

std::vector<Flag> question_flags(PlanFlags& flags) {
  std::vector<Flag> all = given_flags(flags);
  append(all, limit_flags(flags));
  append(all, cost_flags(flags));
  return all;
}

std::vector<Flag> request_flags(PlanFlags& flags) {
  std::vector<Flag> all = question_flags(flags);
  append(all, hardware_flags(flags));
  append(all, interval_flags(flags));
  return all;
}

std::vector<Flag> plan_flags(PlanFlags& flags) {
  std::vector<Flag> all = {model_flag(flags.model), inputs_flag(flags.request.question.inputs)};
  append(all, question_flags(flags));
  append(all, hardware_flags(flags));
  append(all, view_flags(flags));
  append(all, table_output_flags(flags.output));
  append(all, {Flag("--rules", "", "print the learning rate and batch of published rules",
                    switch_into(flags.rules)),
               plot_flag(flags.plot), threads_flag(flags.threads)});
  return all;
}

}  // namespace isoflop::cli
