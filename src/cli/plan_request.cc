// What the flags of `isoflop plan` ask for together.
#include <utility>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/plan_flags.h"

namespace isoflop::cli {

Result<void> check_plan_flags(const PlanFlags& flags) {
  Problems problems;
  const auto needs = [&](bool given, std::string_view flag, bool other, std::string_view what) {
    if (given && !other) problems.add({std::string(flag)}, "it needs {}", what);
  };
  const PlanRequest& request = flags.request;
  const PlanQuestion& question = request.question;
  const MemoryBudget& memory = flags.memory_budget;
  const bool architectures = !flags.arch.empty() || !flags.among.empty();
  const bool sparsity = question.sparsity || question.free_sparsity;
  needs(question.sparsity_range.has_value(), "--sparsity-range", question.free_sparsity,
        "--sparsity free");
  needs(memory.options.sequences > 0, "--sequences", flags.memory && architectures,
        "--memory, and --arch or --among");
  needs(memory.key_values.has_value(), "--kv-cache", flags.memory && !memory.training,
        "--memory, for serving");
  needs(memory.training, "--memory-for", flags.memory.has_value(), "--memory");
  needs(memory.options.bytes_per_parameter != MemoryOptions{}.bytes_per_parameter,
        "--bytes-per-parameter", flags.memory.has_value(), "--memory");
  needs(question.repetition != PlanQuestion::kRepetition, "--repetition",
        question.unique_tokens.has_value(), "--unique-tokens");
  needs(question.minimise == PlanQuestion::Minimise::kTokens, "--least",
        question.loss && !request.budgets.empty(), "--loss and --flops");
  needs(flags.mfu.has_value(), "--mfu", flags.peak.has_value(), "--gpu or --peak");
  needs(request.days.has_value(), "--days", flags.gpus && flags.peak,
        "--gpus, and --gpu or --peak");
  needs(flags.gpus.has_value(), "--gpus", flags.peak.has_value(), "--gpu or --peak");
  needs(flags.price.has_value(), "--price-per-gpu-hour", flags.peak.has_value(), "--gpu or --peak");
  needs(request.money.has_value(), "--money", flags.price && flags.peak,
        "--price-per-gpu-hour, and --gpu or --peak");
  needs(request.exact_cost, "--cost exact", architectures, "--arch or --among");
  const bool of_sizes =
      question.active_params || question.total_params || sparsity || !flags.arch.empty();
  if (!flags.among.empty() && of_sizes)
    problems.add({"--among"},
                 "architectures have sizes and sparsities of their own: leave out --arch, "
                 "--active-params, --total-params and --sparsity");
  if (!flags.arch.empty() && sparsity)
    problems.add({"--arch"}, "{} gives a sparsity too: remove --sparsity", flags.arch);
  const int views = (flags.profile ? 1 : 0) + (flags.surface ? 1 : 0) + (flags.costs ? 1 : 0) +
                    (flags.among.empty() ? 0 : 1);
  if (views > 1)
    problems.add({}, "--profile, --surface, --costs and --among are views of their own: give one");
  const bool limited = flags.memory || !question.limits.empty();
  if (limited && (flags.profile || flags.surface))
    problems.add({}, "a profile shows all sizes: leave out {}",
                 flags.memory ? "memory.bytes" : question.limits[0].name);
  needs(flags.points || flags.span, flags.points ? "--points" : "--span",
        flags.profile || flags.surface, "--profile or --surface");
  if (request.intervals.profile && (flags.profile || flags.surface))
    problems.add({"--intervals"}, "a table of losses has no intervals: leave out {}",
                 flags.profile ? "--profile" : "--surface");
  if (!flags.against.empty() && (flags.costs || !flags.among.empty()))
    problems.add({"--against"}, "it goes with one plan, --profile or --surface");
  if (flags.plot && (views > 0 || !flags.against.empty()))
    problems.add({"--plot"},
                 "it shows one plan, or those of several --flops: leave out other views");
  return problems.result();
}

PlanRequest plan_request(const PlanFlags& flags) {
  PlanRequest request = flags.request;
  request.context = static_cast<double>(flags.context);
  if (flags.memory) {
    request.memory = flags.memory_budget;
    request.memory->bytes = *flags.memory;
  }
  if (flags.peak)
    request.hardware = {.peak = *flags.peak,
                        .mfu = flags.mfu.value_or(Hardware::kUsualMfu),
                        .gpus = flags.gpus,
                        .price_per_gpu_hour = flags.price};
  if (flags.arch.empty()) return request;
  request.architecture = must(read_architecture_file(flags.arch));
  return request;
}

}  // namespace isoflop::cli
