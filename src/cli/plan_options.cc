#include "cli/plan_options.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/arch_argument.h"
#include "cli/parse_value.h"

namespace isoflop::cli {

namespace {

constexpr double kHoursPerDay = 24;
constexpr double kGigabyte = 1e9;
constexpr std::string_view kExact = "exact";

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
                             .name = "question.memory",
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

Result<void> check_plan_options(const PlanOptions& options) {
  Problems problems;
  const auto needs = [&](bool given, std::string_view flag, bool other, std::string_view what) {
    if (given && !other) problems.add({std::string(flag)}, "it needs {}", what);
  };
  const bool free = options.sparsity == kFreeSparsity;
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
                 options.memory ? "question.memory" : options.question.limits[0].name);
  needs(options.points || options.span, options.points ? "--points" : "--span",
        options.profile || options.surface, "--profile or --surface");
  if (options.intervals_by_profile && (options.profile || options.surface))
    problems.add({"--intervals"}, "a table of losses has no intervals: leave out {}",
                 options.profile ? "--profile" : "--surface");
  if (!options.against.empty() && (options.costs || !options.among.empty()))
    problems.add({"--against"}, "it goes with one plan, --profile or --surface");
  if (options.plot && (views > 0 || !options.against.empty()))
    problems.add({"--plot"},
                 "it shows one plan, or those of several --flops: leave out other views");
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
  question.free_sparsity = options.sparsity == kFreeSparsity;
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
