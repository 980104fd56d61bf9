#include "workflow/decision.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/listed.h"
#include "base/number_text.h"
#include "isoflop/output.h"

namespace isoflop {

namespace {

std::string count_words(double value) { return format_count(value); }
std::string four_digits(double value) { return format_number(value); }

// Writes intervals, the first of them with the level.
class Intervals {
 public:
  explicit Intervals(const PlanRecord& record) : record_(record) {}

  // " (95 %: 38B to 45B)", or "" where none holds.
  std::string of(std::string_view name, std::string (*write)(double)) {
    if (record_.is_undetermined(name)) return "";
    std::optional<Range> range = record_.shown_for_misfit(name);
    if (!range) range = record_.shown(name);
    if (!range || !std::isfinite(range->low) || !std::isfinite(range->high)) return "";
    const std::string low = write(range->low), high = write(range->high);
    if (low == high) return "";  // at a limit
    const std::string ends = fmt::format("{} to {}", low, high);
    if (said_) return fmt::format(" ({})", ends);
    said_ = true;
    return fmt::format(" ({}: {})", format_percent(record_.level), ends);
  }

 private:
  const PlanRecord& record_;
  bool said_ = false;
};

// "limit on total parameters" of a limit's name.
std::string limit_words(const PlanQuestion& question, const std::string& name) {
  if (name == "memory.bytes") return "the memory";
  for (const Limit& limit : question.limits)
    if (limit.name == name)
      return limit.on == Limit::On::kActive  ? "the limit on active parameters"
             : limit.on == Limit::On::kTotal ? "the limit on total parameters"
                                             : "the limit on tokens";
  return name == "question.sparsity_range" ? "the range of sparsities" : "the unique tokens";
}

std::string size_words(const PlannedRun& run, const std::string& interval) {
  if (run.S == 0) return fmt::format("{} parameters{}", count_words(run.N), interval);
  return fmt::format("{} active parameters{} of {} (S = {})", count_words(run.N), interval,
                     count_words(run.P), format_share(run.S));
}

std::string spend_words(const std::optional<Spend>& spend) {
  if (!spend) return "";
  std::string text = fmt::format("; {} GPU-hours", count_words(spend->gpu_hours));
  if (spend->days) text += fmt::format(", {} days", format_number(*spend->days, 3));
  if (spend->money) text += fmt::format(", a cost of {}", count_words(*spend->money));
  return text;
}

std::string binding_words(const Plan& plan) {
  std::vector<std::string> names;
  for (const Binding& each : plan.binding) names.push_back(limit_words(plan.question, each.name));
  if (names.empty()) return "";
  return fmt::format("; {} bind{}", listed(names), names.size() == 1 ? "s" : "");
}

// Of what the runs leave open though the size is known.
std::string open_words(const PlanRecord& record) {
  std::vector<std::string> names;
  for (const auto& [name, words] : {std::pair("D", "tokens"), {"loss", "loss"}})
    if (record.is_undetermined(name)) names.emplace_back(words);
  if (names.empty()) return "";
  return fmt::format("; the runs do not determine the {}", listed(names));
}

}  // namespace

std::string decision_text(const PlanRecord& record) {
  const Plan& plan = record.plan;
  if (!plan.run)
    return "No sparsity is optimal: the loss falls all the way to S = 1, and the sparsities that "
           "the law was fitted on are unknown.";
  const PlannedRun& run = *plan.run;
  const Output output = output_of(record.law);
  const std::string flops = four_digits(run.total_flops);
  if (record.is_undetermined("N"))
    return fmt::format(
        "These runs do not determine what to train with {} FLOPs: the optimum of the fit, {} on {} "
        "tokens, {}, is one of many that agree with them.",
        flops, size_words(run, ""), count_words(run.D), named_value(output, four_digits(run.loss)));
  Intervals intervals(record);
  const std::string size = size_words(run, intervals.of("N", count_words));
  const std::string tokens =
      fmt::format("{} tokens{}", count_words(run.D), intervals.of("D", count_words));
  const std::string budget =
      flops + (plan.question.flops ? "" : intervals.of("flops", four_digits));
  return fmt::format("Train {} on {}, {} a parameter, with {} FLOPs: {}{}{}{}{}.", size, tokens,
                     format_number(run.tokens_per_parameter, 3), budget,
                     named_value(output, four_digits(run.loss)), intervals.of("loss", four_digits),
                     spend_words(record.spend), binding_words(plan), open_words(record));
}

std::string decision_text(const FrontierRecord& record) {
  if (record.plans.empty()) return "";
  std::string text = decision_text(record.plans.back());
  const GrowthExponents& growth = record.exponents;
  if (record.plans.size() > 1 && std::isfinite(growth.N))
    text.insert(text.size() - 1, fmt::format("; up to there N grows as C^{:.2f} and D as C^{:.2f}",
                                             growth.N, growth.D));
  return text;
}

}  // namespace isoflop
