#include "cli/plan_options.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
#include "cli/parse_value.h"
#include "cli/shared_flags.h"

namespace isoflop::cli {

namespace {

constexpr double kHoursPerDay = 24;
constexpr double kGigabyte = 1e9;
constexpr std::string_view kFree = "free", kExact = "exact";

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

Result<double> parse_level(std::string_view text) {
  const std::optional<double> level = parse_plain_number(text);
  if (!level || !(*level > 0 && *level < 1))
    return error("\"{}\" must be a share between 0 and 1, like 0.9", text);
  return *level;
}

Result<double> parse_peak(std::string_view text) { return parse_positive(text); }
Result<double> parse_gpu(std::string_view text) {
  const Result<Gpu> gpu = find_gpu(text);
  if (!gpu) return std::unexpected(gpu.error());
  return gpu->peak;
}

Result<std::string> parse_sparsity_choice(std::string_view text) {
  if (text == kFree) return std::string(text);
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
           .read = parsed_into(options.budgets, parse_budgets)},
          {.name = "--active-params",
           .value = "N",
           .help = "active (or non-zero) parameters",
           .read = parsed_into(question.active_params, parse_positive)},
          {.name = "--total-params",
           .value = "P",
           .help = "total parameters",
           .read = parsed_into(question.total_params, parse_positive)},
          {.name = "--tokens",
           .value = "D",
           .help = "training tokens",
           .read = parsed_into(question.tokens, parse_positive)},
          {.name = "--sparsity",
           .value = "S",
           .help = "share of inactive or zero parameters, a pattern such as 2:4, or free: found",
           .standard = "0, or that of N and P",
           .read = parsed_into(options.sparsity, parse_sparsity_choice)},
          {.name = "--sparsity-range",
           .value = "LOW:HIGH",
           .help = "where a free sparsity may lie",
           .read = parsed_into(question.sparsity_range, parse_range)},
          {.name = "--loss",
           .value = "L",
           .help = "a wanted loss: the least FLOPs for it, or the size or tokens that are left",
           .read = parsed_into(question.loss, parse_positive)},
          {.name = "--least",
           .value = "WHAT",
           .help = "with --loss and --flops: least active parameters (active) or tokens",
           .standard = "active",
           .read = parsed_into(question.least, parse_least)}};
}

std::vector<Flag> limit_flags(PlanOptions& options) {
  PlanQuestion& question = options.question;
  return {
      {.name = "--max-active",
       .value = "N",
       .help = "no more active parameters than this",
       .read = limit_into(question.limits, Limit::On::kActive, "--max-active")},
      {.name = "--max-total",
       .value = "P",
       .help = "no more total parameters than this",
       .read = limit_into(question.limits, Limit::On::kTotal, "--max-total")},
      {.name = "--max-tokens",
       .value = "D",
       .help = "no more training tokens than this",
       .read = limit_into(question.limits, Limit::On::kTokens, "--max-tokens")},
      {.name = "--memory",
       .value = "BYTES",
       .help = "weights and KV cache, or the state of training, must fit: 640GB",
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
       .read = parsed_into(question.unique_tokens, parse_positive)},
      {.name = "--repetition",
       .value = "R",
       .help = "repetitions over which their worth decays",
       .standard = format_number(PlanQuestion::kRepetition),
       .read = parsed_into(question.repetition, parse_positive)},
      {.name = "--inference-tokens",
       .value = "D",
       .help = "tokens that will be served; the budget, or the least one, pays for these too",
       .read = parsed_into(question.inference_tokens, parse_not_negative)}};
}

std::vector<Flag> cost_flags(PlanOptions& options) {
  std::vector<Flag> flags = {
      {.name = "--cost",
       .value = "MODEL",
       .help = "FLOPs of a token: 6nd, as-dense, pruning, fine-grained, exact (with --arch or "
               "--among), or a formula such as '6*N + 0.1*P'",
       .standard = cost_models()[0].name,
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
           .read = parsed_into(options.peak, parse_peak)},
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
          {.name = "--level",
           .value = "SHARE",
           .help = "what the intervals of a bootstrapped fit are to cover",
           .standard = "that of the fit",
           .read = parsed_into(options.level, parse_level)},
          {.name = "--threads",
           .value = "K",
           .help = "0: one for every core",
           .standard = "0",
           .read = parsed_into(options.threads, parse_count)}};
}

// What the memory leaves to total parameters.
Result<void> add_memory_limit(const PlanOptions& options, const NamedArchitecture* arch,
                              double context, PlanQuestion& question,
                              std::vector<std::string>& notes) {
  if (!options.memory) return {};
  const MemoryOptions& each = options.memory_options;
  const bool counts_cache = !options.memory_for_training;
  double cache = counts_cache ? options.key_values.value_or(0) : 0;
  if (counts_cache && !options.key_values && arch != nullptr)
    cache = isoflop::memory(arch->model, context, each).key_values;
  const double bytes = options.memory_for_training
                           ? 2 * each.bytes_per_parameter + each.optimizer_bytes_per_parameter
                           : each.bytes_per_parameter;
  if (!(cache < *options.memory))
    return error_at({"--memory"}, "the KV cache alone takes {} GB, {} times as much",
                    format_number(cache / kGigabyte), format_number(cache / *options.memory, 3));
  question.limits.push_back({.on = Limit::On::kTotal,
                             .most = (*options.memory - cache) / bytes,
                             .name = "--memory",
                             .relaxed = (1.1 * *options.memory - cache) / bytes});
  if (cache > 0 && !options.key_values)
    notes.push_back(fmt::format("of the memory {} GB are for the KV cache of {}, whatever the size",
                                format_number(cache / kGigabyte), arch->path));
  if (counts_cache && cache == 0)
    notes.emplace_back(
        "the memory is for weights alone: --kv-cache, or --arch and --sequences, leave room");
  return {};
}

// N, P and the inputs that an architecture gives a law.
Result<void> add_architecture_inputs(const NamedArchitecture& arch, const Law& law, bool fixed,
                                     PlanQuestion& question, std::vector<std::string>& notes) {
  const ParameterCounts counts = counts_for(law, arch.model);
  const Inputs all = inputs_of(arch.model, law);
  Inputs taken;
  if (fixed) {
    question.active_params = static_cast<double>(counts.active);
    question.total_params = static_cast<double>(counts.total);
    taken = {{"N", *question.active_params}, {"P", *question.total_params}};
  } else {
    question.sparsity = counts.sparsity();
    taken = {{"S", *question.sparsity}};
  }
  if (const auto experts = all.find("experts"); experts != all.end()) {
    if (!question.inputs.insert(*experts).second)
      return error_at({"--arch"}, "{} gives experts too: remove experts=...", arch.path);
    taken.insert(*experts);
  }
  if (const auto sparsity = all.find("Sx"); sparsity != all.end()) {
    question.expert_sparsity = sparsity->second;
    taken.insert(*sparsity);
  }
  notes.push_back(taken_text(arch.path, taken, law));
  return {};
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

Result<void> check_plan_options(const PlanOptions& options) {
  Problems problems;
  const auto needs = [&](bool given, std::string_view flag, bool other, std::string_view what) {
    if (given && !other) problems.add({std::string(flag)}, "it needs {}", what);
  };
  const bool free = options.sparsity == kFree;
  needs(options.question.sparsity_range.has_value(), "--sparsity-range", free, "--sparsity free");
  needs(options.memory_options.sequences > 0, "--sequences",
        options.memory && (!options.arch.empty() || !options.among.empty()),
        "--memory, and --arch or --among");
  needs(options.key_values.has_value(), "--kv-cache",
        options.memory && !options.memory_for_training, "--memory, for serving");
  needs(options.memory_for_training, "--memory-for", options.memory.has_value(), "--memory");
  needs(options.memory_options.bytes_per_parameter != MemoryOptions{}.bytes_per_parameter,
        "--bytes-per-parameter", options.memory.has_value(), "--memory");
  needs(options.question.repetition != PlanQuestion::kRepetition, "--repetition",
        options.question.unique_tokens.has_value(), "--unique-tokens");
  needs(options.question.least == PlanQuestion::Least::kTokens, "--least",
        options.question.loss && !options.budgets.empty(), "--loss and --flops");
  needs(options.mfu.has_value(), "--mfu", options.peak.has_value(), "--gpu or --peak");
  needs(options.days.has_value(), "--days", options.gpus && options.peak,
        "--gpus, and --gpu or --peak");
  needs(options.gpus.has_value(), "--gpus", options.peak.has_value(), "--gpu or --peak");
  needs(options.price.has_value(), "--price-per-gpu-hour", options.peak.has_value(),
        "--gpu or --peak");
  needs(options.money.has_value(), "--money", options.price && options.peak,
        "--price-per-gpu-hour, and --gpu or --peak");
  needs(options.cost == kExact, "--cost exact", !options.arch.empty() || !options.among.empty(),
        "--arch or --among");
  const bool of_sizes = options.question.active_params || options.question.total_params ||
                        !options.sparsity.empty() || !options.arch.empty();
  if (!options.among.empty() && of_sizes)
    problems.add({"--among"},
                 "architectures have sizes and sparsities of their own: leave out --arch, "
                 "--active-params, --total-params and --sparsity");
  if (!options.arch.empty() && !options.sparsity.empty())
    problems.add({"--arch"}, "{} gives a sparsity too: remove --sparsity", options.arch);
  const int views = (options.profile ? 1 : 0) + (options.surface ? 1 : 0) +
                    (options.costs ? 1 : 0) + (options.among.empty() ? 0 : 1);
  if (views > 1)
    problems.add({}, "--profile, --surface, --costs and --among are views of their own: give one");
  const bool limited = options.memory || !options.question.limits.empty();
  if (limited && (options.profile || options.surface))
    problems.add({}, "a profile shows all sizes: leave out {}",
                 options.memory ? "--memory" : options.question.limits[0].name);
  needs(options.points || options.span, options.points ? "--points" : "--span",
        options.profile || options.surface, "--profile or --surface");
  if (!options.against.empty() && (options.costs || !options.among.empty()))
    problems.add({"--against"}, "it goes with one plan, --profile or --surface");
  if (!problems.empty()) return problems.take();
  return {};
}

std::optional<Hardware> hardware_of(const PlanOptions& options) {
  if (!options.peak) return std::nullopt;
  return Hardware{.peak = *options.peak,
                  .mfu = options.mfu.value_or(Hardware::kUsualMfu),
                  .gpus = options.gpus,
                  .price_per_gpu_hour = options.price};
}

Result<std::vector<double>> budgets_of(const PlanOptions& options) {
  const int ways =
      (options.budgets.empty() ? 0 : 1) + (options.days ? 1 : 0) + (options.money ? 1 : 0);
  if (ways > 1) return error("--flops, --days and --money are each a budget: give one");
  if (options.days)
    return std::vector{
        flops_of_gpu_hours(*hardware_of(options), *options.gpus * *options.days * kHoursPerDay)};
  if (options.money)
    return std::vector{flops_of_gpu_hours(*hardware_of(options), *options.money / *options.price)};
  return options.budgets;
}

Result<PlanQuestion> plan_question(const PlanOptions& options, const Law& law,
                                   const NamedArchitecture* arch, bool fixed,
                                   std::vector<std::string>& notes) {
  PlanQuestion question = options.question;
  question.free_sparsity = options.sparsity == kFree;
  if (!options.sparsity.empty() && !question.free_sparsity)
    question.sparsity = *parse_share(options.sparsity);
  if (arch != nullptr)
    if (const auto added = add_architecture_inputs(*arch, law, fixed, question, notes); !added)
      return std::unexpected(added.error());
  const auto context = static_cast<double>(options.context.value_or(kPlanContext));
  if (options.cost == kExact && arch != nullptr) {
    const auto active = static_cast<double>(counts_for(law, arch->model).active);
    question.cost = cost_of(arch->model, active, context, options.flops);
  } else if (!options.cost.empty()) {
    Result<CostModel> cost = find_cost(options.cost);
    if (!cost) {
      Problems problems;
      for (const Problem& problem : cost.error().problems)
        problems.add({"--cost", problem.line, problem.column}, "{}", problem.what);
      return problems.take();
    }
    question.cost = *std::move(cost);
  }
  if (const auto added = add_memory_limit(options, arch, context, question, notes); !added)
    return std::unexpected(added.error());
  return question;
}

}  // namespace isoflop::cli
