#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
#include "cli/intervals_flag.h"
#include "cli/parse_value.h"
#include "cli/plan_options.h"
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

Result<double> parse_gpu(std::string_view text) {
  const Result<Gpu> gpu = find_gpu(text);
  if (!gpu) return std::unexpected(gpu.error());
  return gpu->peak;
}

Result<std::string> parse_sparsity_choice(std::string_view text) {
  if (text == kFreeSparsity) return std::string(text);
  if (const auto share = parse_share(text); !share) {
    if (text.starts_with("fr")) return error("\"{}\" must be a share, a pattern or free", text);
    return std::unexpected(share.error());
  }
  return std::string(text);
}

Result<bool> parse_memory_use(std::string_view text) {
  if (text == "serving" || text == "training") return text == "training";
  return error("\"{}\" must be serving or training", text);
}

Result<PlanQuestion::Least> parse_least(std::string_view text) {
  if (text == "active") return PlanQuestion::Least::kActive;
  if (text == "tokens") return PlanQuestion::Least::kTokens;
  return error("\"{}\" must be active (the smallest model) or tokens (the fewest tokens)", text);
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

std::vector<Flag> given_flags(PlanOptions& options) {
  PlanQuestion& question = options.question;
  return {{.name = "--flops",
           .value = "C",
           .help = "the budget in training FLOPs; a list, or LOW:HIGH:COUNT, for a frontier",
           .fields = {"question.flops"},
           .read = parsed_into(options.budgets, parse_budgets)},
          {.name = "--active-params",
           .value = "N",
           .help = "active (or non-zero) parameters",
           .fields = {"question.active_params"},
           .read = parsed_into(question.active_params, parse_positive)},
          {.name = "--total-params",
           .value = "P",
           .help = "total parameters",
           .fields = {"question.total_params"},
           .read = parsed_into(question.total_params, parse_positive)},
          {.name = "--tokens",
           .value = "D",
           .help = "training tokens",
           .fields = {"question.tokens"},
           .read = parsed_into(question.tokens, parse_positive)},
          {.name = "--sparsity",
           .value = "S",
           .help = "share of inactive or zero parameters, a pattern such as 2:4, or free: found",
           .standard = "0, or that of N and P",
           .fields = {"question.sparsity", "question.free_sparsity=free"},
           .read = parsed_into(options.sparsity, parse_sparsity_choice)},
          {.name = "--sparsity-range",
           .value = "LOW:HIGH",
           .help = "where a free sparsity may lie",
           .fields = {"question.sparsity_range"},
           .read = parsed_into(question.sparsity_range, parse_range)},
          {.name = "--loss",
           .value = "L",
           .help = "a wanted loss: the least FLOPs for it, or the size or tokens that are left",
           .fields = {"question.loss"},
           .read = parsed_into(question.loss, parse_positive)},
          {.name = "--least",
           .value = "WHAT",
           .help = "with --loss and --flops: least active parameters (active) or tokens",
           .standard = "active",
           .fields = {"question.least"},
           .read = parsed_into(question.least, parse_least)}};
}

std::vector<Flag> limit_flags(PlanOptions& options) {
  PlanQuestion& question = options.question;
  return {
      {.name = "--max-active",
       .value = "N",
       .help = "no more active parameters than this",
       .fields = {"question.max_active"},
       .read = limit_into(question.limits, Limit::On::kActive, "question.max_active")},
      {.name = "--max-total",
       .value = "P",
       .help = "no more total parameters than this",
       .fields = {"question.max_total", "question.limits"},
       .read = limit_into(question.limits, Limit::On::kTotal, "question.max_total")},
      {.name = "--max-tokens",
       .value = "D",
       .help = "no more training tokens than this",
       .fields = {"question.max_tokens"},
       .read = limit_into(question.limits, Limit::On::kTokens, "question.max_tokens")},
      {.name = "--memory",
       .value = "BYTES",
       .help = "weights and KV cache, or the state of training, must fit: 640GB",
       .fields = {"question.memory"},
       .read = parsed_into(options.memory, parse_bytes)},
      {.name = "--memory-for",
       .value = "USE",
       .help = "serving, or training: weights, gradients and the optimizer's 12 bytes a parameter",
       .standard = "serving",
       .read = parsed_into(options.memory_for_training, parse_memory_use)},
      {.name = "--bytes-per-parameter",
       .value = "B",
       .help = "of weights and gradients",
       .standard = format_number(options.memory_options.bytes_per_parameter),
       .read = parsed_into(options.memory_options.bytes_per_parameter, parse_positive)},
      {.name = "--kv-cache",
       .value = "BYTES",
       .help = "of the memory, kept for the KV cache; by default that of --sequences of --arch",
       .read = parsed_into(options.key_values, parse_bytes)},
      {.name = "--sequences",
       .value = "K",
       .help = "sequences of --context tokens in the KV cache of an architecture",
       .standard = "0",
       .read = parsed_into(options.memory_options.sequences, parse_not_negative)},
      {.name = "--unique-tokens",
       .value = "U",
       .help = "more training tokens than these are repeated, and worth less",
       .fields = {"question.unique_tokens"},
       .read = parsed_into(question.unique_tokens, parse_positive)},
      {.name = "--repetition",
       .value = "R",
       .help = "repetitions over which their worth decays",
       .standard = format_number(PlanQuestion::kRepetition),
       .fields = {"question.repetition"},
       .read = parsed_into(question.repetition, parse_positive)},
      {.name = "--inference-tokens",
       .value = "D",
       .help = "tokens that will be served; the budget, or the least one, pays for these too",
       .fields = {"question.inference_tokens"},
       .read = parsed_into(question.inference_tokens, parse_not_negative)}};
}

std::vector<Flag> cost_flags(PlanOptions& options) {
  std::vector<Flag> flags = {
      {.name = "--cost",
       .value = "MODEL",
       .help = "FLOPs of a token: 6nd, as-dense, pruning, fine-grained, exact (with --arch or "
               "--among), or a formula such as '6*N + 0.1*P'",
       .standard = cost_models()[0].name,
       .fields = {"question.cost"},
       .read = text_into(options.cost)},
      arch_flag(options.arch,
                "the sparsity, experts and Sx to the laws with these, and exact costs"),
      {.name = "--context",
       .value = "TOKENS",
       .help = "of a sequence, for exact costs and the KV cache",
       .standard = std::to_string(kPlanContext),
       .read = parsed_into(options.context, parse_count)}};
  append(flags, flops_flags(options.flops));
  return flags;
}

std::vector<Flag> hardware_flags(PlanOptions& options) {
  return {{.name = "--gpu",
           .value = "NAME",
           .help = "a known GPU, for its peak: h100, a100, b200, mi300x, tpu-v5p, ...",
           .read = parsed_into(options.peak, parse_gpu)},
          {.name = "--peak",
           .value = "F",
           .help = "FLOP/s of one GPU at most: 989e12",
           .fields = {"hardware.peak"},
           .read = parsed_into(options.peak, parse_positive)},
          {.name = "--mfu",
           .value = "SHARE",
           .help = "of the peak that training reaches",
           .standard = format_number(Hardware::kUsualMfu),
           .read = parsed_into(options.mfu, parse_mfu)},
          {.name = "--gpus",
           .value = "K",
           .help = "how many; with --days this is the budget, else the answer says days",
           .read = parsed_into(options.gpus, parse_positive)},
          {.name = "--days",
           .value = "T",
           .help = "of training on --gpus",
           .read = parsed_into(options.days, parse_positive)},
          {.name = "--price-per-gpu-hour",
           .value = "M",
           .help = "the answer says what it costs",
           .read = parsed_into(options.price, parse_positive)},
          {.name = "--money",
           .value = "M",
           .help = "the budget as money, at --price-per-gpu-hour",
           .read = parsed_into(options.money, parse_positive)}};
}

std::vector<Flag> view_flags(PlanOptions& options) {
  return {{.name = "--costs",
           .help = "how the answer moves from one cost model to another",
           .read = switch_into(options.costs)},
          {.name = "--among",
           .value = "CONFIG",
           .help = "one of these architectures, not any size; may be given again",
           .repeats = true,
           .read = appended_to(options.among, parse_text)},
          {.name = "--against",
           .value = "MODEL",
           .help = "the same question of another fit or law, side by side; may be given again",
           .repeats = true,
           .read = appended_to(options.against, parse_text)},
          {.name = "--profile",
           .value = "AXIS",
           .help = "the loss along N, P or S on the budget, as a table",
           .read = parsed_into(options.profile, parse_axis)},
          {.name = "--surface",
           .help = "the loss over P and S on the budget, as a table",
           .read = switch_into(options.surface)},
          {.name = "--points",
           .value = "K",
           .help = "of a profile (33), or of each side of a surface (25)",
           .read = parsed_into(options.points, parse_count)},
          {.name = "--span",
           .value = "LOW:HIGH",
           .help = "of a profile's axis, or of the total parameters of a surface",
           .standard = "around the optimum",
           .read = parsed_into(options.span, parse_range)},
          intervals_flag(options.intervals_by_profile,
                         "of a fit's plans: sandwich (and the bootstrap, where the fit has one) or "
                         "profile (likelihood), too"),
          {.name = "--level",
           .value = "SHARE",
           .help = "what the intervals of a fit's plans are to cover",
           .standard = "that of the fit",
           .read = parsed_into(options.level, parse_level)},
          {.name = "--threads",
           .value = "K",
           .help = "0: one for every core",
           .standard = "0",
           .read = parsed_into(options.threads, parse_count)},
          plot_flag(options.plot)};
}

}  // namespace

std::vector<Flag> question_flags(PlanOptions& options) {
  std::vector<Flag> flags = {
      inputs_flag(options.question.inputs, "what else the law or the cost wants: experts=64")};
  append(flags, given_flags(options));
  append(flags, limit_flags(options));
  append(flags, cost_flags(options));
  return flags;
}

std::vector<Flag> plan_flags(PlanOptions& options) {
  std::vector<Flag> flags = {model_flag(options.model)};
  append(flags, question_flags(options));
  append(flags, hardware_flags(options));
  append(flags, view_flags(options));
  append(flags, table_output_flags(options.output));
  return flags;
}

}  // namespace isoflop::cli
