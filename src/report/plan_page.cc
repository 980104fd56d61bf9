#include "report/plan_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "base/number_text.h"
#include "report/law_text.h"
#include "report/text_table.h"

namespace isoflop {

namespace {

constexpr int kIntervalDigits = 3;
// Exponents that vary by no more than this along a frontier are one exponent.
constexpr double kSteady = 0.005;

// What is asked, as a title.
std::string question_text(const PlanQuestion& question) {
  std::vector<std::string> givens;
  if (question.flops)
    givens.push_back(
        fmt::format("{} {} FLOPs", format_flops(*question.flops),
                    question.inference_tokens > 0 ? "training and serving" : "training"));
  if (question.active_params)
    givens.push_back(format_count(*question.active_params) + " active parameters");
  if (question.total_params)
    givens.push_back(format_count(*question.total_params) + " total parameters");
  if (question.tokens) givens.push_back(format_count(*question.tokens) + " tokens");
  if (question.loss) givens.push_back("a loss of " + format_number(*question.loss, kLossDigits));
  const bool sized = question.active_params || question.total_params;
  const char* what = "what follows from";
  if (question.loss && !question.flops && !question.tokens)
    what = "least FLOPs for";
  else if (question.loss && question.flops)
    what =
        question.least == PlanQuestion::Least::kActive ? "smallest model for" : "fewest tokens for";
  else if (question.loss)
    what = "smallest model for";
  else if (question.free_sparsity)
    what = "optimal sparsity for";
  else if (!sized && !question.tokens)
    what = "compute-optimal for";
  return fmt::format("{} {}", what, fmt::join(givens, " and "));
}

std::string interval_text(const PlanRecord& record, std::string_view name,
                          const std::function<std::string(double)>& write) {
  const Uncertainty* found = record.sure ? record.sure->find(name) : nullptr;
  if (found == nullptr) return "";
  const Range& range = interval_of(*found);
  if (!std::isfinite(range.low) || !std::isfinite(range.high)) return "unknown";
  return fmt::format("{} to {}", write(range.low), write(range.high));
}

std::string count(double value) { return format_count(value, kIntervalDigits); }
std::string share(double value) { return format_share(value); }
std::string number(double value) { return format_number(value, kIntervalDigits); }
std::string times_active(double value) { return number(value) + " N"; }
// Three decimals, and no sign on a zero.
std::string exponent(double value) {
  return fmt::format("{:.3f}", std::abs(value) < 5e-4 ? 0 : value);
}
std::string loss(double value) { return format_number(value, kLossDigits); }

// Rows of a plan's table: words, symbol, value, interval.
class Rows {
 public:
  explicit Rows(const PlanRecord& record) : record_(record) {
    const std::string level = record.sure ? format_number(100 * record.level) + " % interval" : "";
    if (record.sure) table_ = TextTable({"", "", "", level});
  }
  void add(std::string words, std::string symbol, std::string value, std::string interval = "") {
    table_.add({std::move(words), std::move(symbol), std::move(value), std::move(interval)});
  }
  void add_varying(std::string words, std::string symbol, std::string_view name, double value,
                   std::string (*write)(double)) {
    add(std::move(words), std::move(symbol), write(value), interval_text(record_, name, write));
  }
  [[nodiscard]] std::string text() const { return table_.text(); }

 private:
  const PlanRecord& record_;
  TextTable table_;
};

void add_costs(const PlanRecord& record, Rows& rows) {
  const auto& [law, question, plan, spend, sure, sure_by, level] = record;
  if (!question.flops || question.inference_tokens > 0)
    rows.add("training FLOPs", "C", format_flops(plan.flops),
             interval_text(record, "flops", format_flops));
  if (question.inference_tokens > 0) {
    rows.add("serving FLOPs", "", format_flops(plan.total_flops - plan.flops));
    rows.add("all FLOPs", "", format_flops(plan.total_flops));
  }
  if (question.cost.name != cost_models()[0].name)
    rows.add("cost model", "",
             question.cost.name == "own" ? question.cost.training : question.cost.name);
  if (!spend) return;
  rows.add("GPU-hours", "", format_count(spend->gpu_hours));
  if (spend->days) rows.add("days", "", number(*spend->days));
  if (spend->money) rows.add("cost", "", format_count(*spend->money));
}

std::string binding_text(const PlanRecord& record) {
  std::string text;
  const bool of_flops = record.question.loss.has_value();
  for (const Binding& binding : record.plan.binding) {
    const std::string most =
        binding.most < 1 ? format_share(binding.most) : format_count(binding.most);
    const std::string gain = of_flops ? format_flops(binding.gain) + " FLOPs"
                                      : format_number(binding.gain, 3) + " of loss";
    text += fmt::format("held by {} at {}: 10 % more would gain {}\n", binding.name, most,
                        std::isfinite(binding.gain) ? gain : "an unknown amount");
  }
  return text.empty() ? "" : "\n" + text;
}

std::string monotone_text(const PlanRecord& record) {
  return fmt::format(
      "{}, {}\n\nNo sparsity is optimal: the loss falls all the way to S = 1, and the sparsities "
      "that "
      "the law was fitted on are unknown. --sparsity-range 0:0.95 sets an edge.\n",
      record.law.label(), question_text(record.question));
}

std::string sparsity_word(const Plan& plan) {
  return plan.sparsity_answer ? fmt::format("  ({})", to_text(*plan.sparsity_answer)) : "";
}

// "90 %", of the intervals where there are any.
std::string level_of(const PlanWays& ways) {
  for (const PlanWay& way : ways.ways)
    if (way.answer && way.answer->sure) return format_number(100 * way.answer->level) + " %";
  return "";
}

// What all ways have in common.
std::string ways_title(const PlanWays& ways, const PlanRecord& one) {
  if (ways.by == "law") return question_text(one.question);
  PlanQuestion common = one.question;
  if (ways.by == "architecture") {
    common.active_params.reset();
    common.total_params.reset();
  }
  return fmt::format("{}, {}", one.law.label(), question_text(common));
}

}  // namespace

std::string plan_page(const PlanRecord& record) {
  const Plan& plan = record.plan;
  if (!plan.answered) return monotone_text(record);
  Rows rows(record);
  rows.add_varying("active parameters", "N", "N", plan.N, count);
  rows.add_varying("total parameters", "P", "P", plan.P, count);
  rows.add("sparsity", "S", share(plan.S) + sparsity_word(plan), interval_text(record, "S", share));
  rows.add_varying("training tokens", "D", "D", plan.D, count);
  rows.add_varying("tokens a parameter", "D/N", "tokens_per_parameter", plan.tokens_per_parameter,
                   number);
  if (plan.epochs > 0) rows.add("passes over the unique tokens", "D/U", number(plan.epochs));
  rows.add_varying("predicted loss", "L", "loss", plan.loss, loss);
  if (plan.S > 0 && std::isfinite(plan.dense_equivalent))
    rows.add("dense-equivalent size", "",
             fmt::format("{} ({} N)", count(plan.dense_equivalent * plan.N),
                         number(plan.dense_equivalent)),
             interval_text(record, "dense_equivalent", times_active));
  add_costs(record, rows);
  rows.add("method", "", to_text(plan.method));
  return fmt::format("{}, {}\n\n{}{}", record.law.label(), question_text(record.question),
                     rows.text(), binding_text(record));
}

std::string frontier_page(const FrontierRecord& record) {
  const PlanRecord& first = record.plans.front();
  // The first budgets may have no answer, and so no interval.
  const auto with_interval = std::ranges::find_if(
      record.plans, [](const PlanRecord& each) { return each.sure.has_value(); });
  const bool sure = with_interval != record.plans.end();
  const std::string level = sure ? format_number(100 * with_interval->level) + " %" : "";
  TextTable table({"FLOPs", "N", sure ? "N, " + level : "", "P", "S", "D",
                   sure ? "D, " + level : "", "D/N", "loss", sure ? "loss, " + level : "", "days",
                   "cost"});
  for (const PlanRecord& each : record.plans) {
    const Plan& plan = each.plan;
    if (!plan.answered) {
      table.add(
          {format_flops(*each.question.flops), "none", "", "", "", "", "", "", "", "", "", ""});
      continue;
    }
    table.add({format_flops(*each.question.flops), count(plan.N), interval_text(each, "N", count),
               count(plan.P), share(plan.S), count(plan.D), interval_text(each, "D", count),
               number(plan.tokens_per_parameter), loss(plan.loss),
               interval_text(each, "loss", loss),
               each.spend && each.spend->days ? number(*each.spend->days) : "",
               each.spend && each.spend->money ? format_count(*each.spend->money) : ""});
  }
  std::string page = fmt::format("{}, plans for {} budgets\n\n{}", first.law.label(),
                                 record.plans.size(), table.text());
  const GrowthExponents& growth = record.exponents;
  if (!std::isnan(growth.N))
    page += fmt::format("\nN grows as C^{}, P as C^{}, D as C^{}{}\n", exponent(growth.N),
                        exponent(growth.P), exponent(growth.D),
                        growth.most_N - growth.least_N > kSteady
                            ? fmt::format(" on the whole; N from C^{} to C^{} along the way",
                                          exponent(growth.least_N), exponent(growth.most_N))
                            : "");
  return page;
}

std::string plan_ways_page(const PlanWays& ways) {
  const std::string level = level_of(ways);
  TextTable table({ways.by, "N", "P", "S", "D", "D/N", "loss", level, "FLOPs", "counts"});
  std::string failures, title;
  for (const PlanWay& way : ways.ways) {
    if (!way.answer) {
      table.add({way.label, "none", "", "", "", "", "", "", "", way.what});
      failures += fmt::format("\n{}: {}", way.label, way.answer.error().text());
      continue;
    }
    const Plan& plan = way.answer->plan;
    if (title.empty()) title = ways_title(ways, *way.answer);
    if (!plan.answered) {
      table.add({way.label, "none", "", "monotone", "", "", "", "", "", way.what});
      continue;
    }
    table.add({way.label, count(plan.N), count(plan.P), share(plan.S), count(plan.D),
               number(plan.tokens_per_parameter), loss(plan.loss),
               interval_text(*way.answer, "loss", loss), format_flops(plan.total_flops), way.what});
  }
  std::string page = title.empty() ? table.text() : title + "\n\n" + table.text();
  if (ways.best) page += fmt::format("\nbest: {}\n", ways.ways[*ways.best].label);
  return page + failures + (failures.empty() ? "" : "\n");
}

std::string profile_page(const ProfileRecord& record) {
  const Profile& points = record.profile;
  std::vector<std::string> header = {"N", "P", "S", "D", "D/N", "loss"};
  for (const auto& [label, losses] : record.others) header.push_back("loss of " + label);
  TextTable table(std::move(header));
  for (std::size_t i = 0; i < points.N.size(); ++i) {
    std::vector<std::string> row = {count(points.N[i]),
                                    count(points.P[i]),
                                    share(points.S[i]),
                                    count(points.D[i]),
                                    number(points.tokens_per_parameter[i]),
                                    loss(points.loss[i])};
    for (const auto& [label, losses] : record.others) row.push_back(loss(losses[i]));
    table.add(std::move(row));
  }
  std::string page = fmt::format("{} on {} FLOPs\n\n{}", record.law.label(),
                                 format_flops(points.flops), table.text());
  if (record.optimum && record.optimum->answered)
    page +=
        fmt::format("\nleast loss: {} at N = {}, P = {}, S = {}, D = {}\n",
                    loss(record.optimum->loss), count(record.optimum->N), count(record.optimum->P),
                    share(record.optimum->S), count(record.optimum->D));
  return page;
}

}  // namespace isoflop
