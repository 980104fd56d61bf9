#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"

namespace isoflop {

namespace {

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
    what = "minimum FLOPs for";
  else if (question.loss && question.flops)
    what = question.minimise == PlanQuestion::Minimise::kActive ? "smallest model for"
                                                                : "fewest tokens for";
  else if (question.loss)
    what = "smallest model for";
  else if (question.free_sparsity)
    what = "optimal sparsity for";
  else if (!sized && !question.tokens)
    what = "compute-optimal for";
  return fmt::format("{} {}", what, fmt::join(givens, " and "));
}

// The ways to say how sure a plan is, as columns of a table: one that no plan has is left out.
constexpr std::size_t kWays = 4;
using Intervals = std::array<std::string, kWays>;

Intervals interval_headers(double level) {
  const std::string share = format_number(100 * level);
  return {share + " % bootstrap", share + " % sandwich", share + " % profile",
          share + " % for misfit"};
}

std::string drawn_text(const std::optional<PlanUncertainty>& sure, std::string_view name,
                       const WriteNumber& write) {
  const Uncertainty* found = sure ? sure->find(name) : nullptr;
  return found == nullptr ? "" : interval_text(found->percentile, write);
}

Intervals intervals(const PlanRecord& record, std::string_view name, const WriteNumber& write) {
  const ProfileInterval* profile = record.profile ? find(*record.profile, name) : nullptr;
  const std::optional<Range> misfit = record.shown_for_misfit(name);
  return {drawn_text(record.bootstrap, name, write), drawn_text(record.sandwich, name, write),
          record.is_undetermined(name) ? "not determined"
          : profile == nullptr         ? ""
                                       : interval_text(profile->interval, write),
          misfit ? interval_text(*misfit, write) : ""};
}

bool has_intervals(const PlanRecord& record) {
  return record.sure() != nullptr || record.profile || !record.undetermined.empty();
}

void append(std::vector<std::string>& cells, const Intervals& more, std::string_view of = "") {
  for (const std::string& each : more)
    cells.push_back(of.empty() ? each : fmt::format("{}, {}", of, each));
}

std::string count_text(double value) { return format_count(value); }
std::string share_text(double value) { return format_share(value); }
std::string number_text(double value) { return format_number(value, 3); }
std::string times_active(double value) { return number_text(value) + " N"; }
// Three decimals, and no sign on a zero.
std::string exponent(double value) {
  return fmt::format("{:.3f}", std::abs(value) < 5e-4 ? 0 : value);
}
std::string loss(double value) { return format_number(value, kLossDigits); }

// Rows of a plan's table: words, symbol, value, interval.
class Rows {
 public:
  explicit Rows(const PlanRecord& record) : record_(record) {
    std::vector<std::string> header(3);
    append(header, interval_headers(record.level));
    if (has_intervals(record)) table_ = TextTable(std::move(header));
  }
  void add(std::string words, std::string symbol, std::string value, const Intervals& of = {}) {
    std::vector<std::string> row = {std::move(words), std::move(symbol), std::move(value)};
    append(row, of);
    table_.add(std::move(row));
  }
  void add_varying(std::string words, std::string symbol, std::string_view name, double value,
                   std::string (*write)(double)) {
    add(std::move(words), std::move(symbol), write(value), intervals(record_, name, write));
  }
  [[nodiscard]] std::string text() const { return table_.text(); }

 private:
  const PlanRecord& record_;
  TextTable table_;
};

void add_costs(const PlanRecord& record, Rows& rows) {
  const PlanQuestion& question = record.plan.question;
  const PlannedRun& run = *record.plan.run;
  const std::optional<Spend>& spend = record.spend;
  if (!question.flops || question.inference_tokens > 0)
    rows.add("training FLOPs", "C", format_flops(run.flops),
             intervals(record, "flops", format_flops));
  if (question.inference_tokens > 0) {
    rows.add("serving FLOPs", "", format_flops(run.total_flops - run.flops));
    rows.add("all FLOPs", "", format_flops(run.total_flops));
  }
  if (question.cost.name != cost_models()[0].name)
    rows.add("cost model", "",
             question.cost.name == "own" ? question.cost.training : question.cost.name);
  if (!spend) return;
  rows.add("GPU-hours", "", format_count(spend->gpu_hours));
  if (spend->days) rows.add("days", "", number_text(*spend->days));
  if (spend->money) rows.add("cost", "", format_count(*spend->money));
}

std::string binding_text(const PlanRecord& record) {
  std::string text;
  const bool of_flops = record.plan.question.loss.has_value();
  for (const Binding& binding : record.plan.binding) {
    const std::string most =
        binding.limit < 1 ? format_share(binding.limit) : format_count(binding.limit);
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
      "the law was fitted on are unknown. question.sparsity_range=0:0.95 sets an edge.\n",
      record.law.label(), question_text(record.plan.question));
}

std::string sparsity_word(const Plan& plan) {
  if (!plan.sparsity_answer) return "";
  return fmt::format("  ({})", plan.sparsity_answer == SparsityAnswer::kMonotone
                                   ? "boundary: loss still decreasing in S"
                                   : to_text(*plan.sparsity_answer));
}

// Of the intervals, where there are any.
double level_of(const PlanAlternatives& ways) {
  for (const PlanAlternative& way : ways.ways)
    if (way.answer && has_intervals(*way.answer)) return way.answer->level;
  return 0;
}

// What all ways have in common.
std::string ways_title(const PlanAlternatives& ways, const PlanRecord& one) {
  if (ways.by == "law") return question_text(one.plan.question);
  PlanQuestion common = one.plan.question;
  if (ways.by == "architecture") {
    common.active_params.reset();
    common.total_params.reset();
  }
  return fmt::format("{}, {}", one.law.label(), question_text(common));
}

}  // namespace

std::string plan_page(const PlanRecord& record) {
  const Plan& plan = record.plan;
  if (!plan.run) return monotone_text(record);
  const PlannedRun& run = *plan.run;
  Rows rows(record);
  rows.add_varying("active parameters", "N", "N", run.N, count_text);
  rows.add_varying("total parameters", "P", "P", run.P, count_text);
  rows.add("sparsity", "S", share_text(run.S) + sparsity_word(plan),
           intervals(record, "S", share_text));
  rows.add_varying("training tokens", "D", "D", run.D, count_text);
  rows.add_varying("tokens a parameter", "D/N", "tokens_per_parameter", run.tokens_per_parameter,
                   number_text);
  if (run.epochs > 0) rows.add("passes over the unique tokens", "D/U", number_text(run.epochs));
  const Output output = output_of(record.law);
  rows.add_varying(
      fmt::format("predicted {}{}", output.name,
                  output.unit.empty() || output.unit == "nats" ? "" : ", " + output.unit),
      output.is_loss() ? "L" : "", "loss", run.loss, loss);
  if (run.S > 0 && std::isfinite(run.dense_equivalent))
    rows.add("dense-equivalent size", "",
             fmt::format("{} ({} N)", count_text(run.dense_equivalent * run.N),
                         number_text(run.dense_equivalent)),
             intervals(record, "dense_equivalent", times_active));
  add_costs(record, rows);
  rows.add("method", "", to_text(plan.method));
  return fmt::format("{}, {}\n\n{}{}", record.law.label(), question_text(record.plan.question),
                     rows.text(), binding_text(record));
}

std::string frontier_page(const FrontierRecord& record) {
  const PlanRecord& first = record.plans.front();
  // The first budgets may have no answer, and so no interval.
  const auto with_interval = std::ranges::find_if(record.plans, has_intervals);
  const Intervals levels =
      interval_headers(with_interval == record.plans.end() ? 0 : with_interval->level);
  std::vector<std::string> header = {"FLOPs", "N"};
  append(header, levels, "N");
  header.insert(header.end(), {"P", "S", "D"});
  append(header, levels, "D");
  const std::string name = record.plans.empty() ? "loss" : output_of(record.plans.front().law).name;
  header.insert(header.end(), {"D/N", name});
  append(header, levels, name);
  header.insert(header.end(), {"days", "cost"});
  const std::size_t columns = header.size();
  TextTable table(std::move(header));
  for (const PlanRecord& each : record.plans) {
    std::vector<std::string> row = {format_flops(*each.plan.question.flops)};
    if (const auto& run = each.plan.run) {
      row.push_back(count_text(run->N));
      append(row, intervals(each, "N", count_text));
      row.insert(row.end(), {count_text(run->P), share_text(run->S), count_text(run->D)});
      append(row, intervals(each, "D", count_text));
      row.insert(row.end(), {number_text(run->tokens_per_parameter), loss(run->loss)});
      append(row, intervals(each, "loss", loss));
      row.push_back(each.spend && each.spend->days ? number_text(*each.spend->days) : "");
      row.push_back(each.spend && each.spend->money ? format_count(*each.spend->money) : "");
    } else {
      row.emplace_back("none");
      row.resize(columns);
    }
    table.add(std::move(row));
  }
  std::string page = fmt::format("{}, plans for {} budgets\n\n{}", first.law.label(),
                                 record.plans.size(), table.text());
  const GrowthExponents& growth = record.exponents;
  if (!std::isnan(growth.N))
    page += fmt::format("\nN grows as C^{}, P as C^{}, D as C^{}{}\n", exponent(growth.N),
                        exponent(growth.P), exponent(growth.D),
                        growth.max_N - growth.min_N > kSteady
                            ? fmt::format(" on the whole; N from C^{} to C^{} along the way",
                                          exponent(growth.min_N), exponent(growth.max_N))
                            : "");
  return page;
}

std::string averaged_page(const Averaged& averaged) {
  const auto text = [](const std::string& name, double value) {
    return !std::isfinite(value) ? "none" : name == "loss" ? loss(value) : count_text(value);
  };
  const auto interval = [&](const std::string& name, const Range& range) {
    return fmt::format("{} to {}", text(name, range.low), text(name, range.high));
  };
  std::vector<std::string> header = {"law", "weight"};
  for (const AveragedQuantity& each : averaged.of)
    header.insert(header.end(), {each.name, format_percent(averaged.level)});
  TextTable table(std::move(header));
  for (std::size_t law = 0; law < averaged.laws.size(); ++law) {
    std::vector<std::string> row = {averaged.laws[law],
                                    fmt::format("{:.3f}", averaged.of[0].parts[law].weight)};
    for (const AveragedQuantity& each : averaged.of)
      row.insert(row.end(), {text(each.name, each.parts[law].value),
                             interval(each.name, each.parts[law].interval)});
    table.add(std::move(row));
  }
  std::vector<std::string> row = {"averaged", ""};
  for (const AveragedQuantity& each : averaged.of)
    row.insert(row.end(),
               {text(each.name, each.together.value), interval(each.name, each.together.interval)});
  table.add(std::move(row));
  return fmt::format("averaged by how the laws predict {} window{} of larger runs\n\n{}",
                     averaged.windows, averaged.windows == 1 ? "" : "s", table.text());
}

std::string plan_ways_page(const PlanAlternatives& ways) {
  const auto planned =
      std::ranges::find_if(ways.ways, [](const auto& way) { return way.answer.has_value(); });
  const std::string name =
      planned == ways.ways.end() ? "loss" : output_of(planned->answer->law).name;
  std::vector<std::string> header = {ways.by, "N", "P", "S", "D", "D/N", name};
  append(header, interval_headers(level_of(ways)));
  header.insert(header.end(), {"FLOPs", "counts"});
  const std::size_t columns = header.size();
  TextTable table(std::move(header));
  std::string failures, title;
  for (const PlanAlternative& way : ways.ways) {
    std::vector<std::string> row = {way.label};
    if (way.answer && title.empty()) title = ways_title(ways, *way.answer);
    if (!way.answer || !way.answer->plan.run) {
      row.insert(row.end(), {"none", "", way.answer ? "no optimum" : ""});
      row.resize(columns - 1);
    } else {
      const PlannedRun& run = *way.answer->plan.run;
      row.insert(row.end(),
                 {count_text(run.N), count_text(run.P), share_text(run.S), count_text(run.D),
                  number_text(run.tokens_per_parameter), loss(run.loss)});
      append(row, intervals(*way.answer, "loss", loss));
      row.push_back(format_flops(run.total_flops));
    }
    row.push_back(way.what);
    table.add(std::move(row));
    if (!way.answer) failures += fmt::format("\n{}: {}", way.label, way.answer.error().text());
  }
  std::string page = title.empty() ? table.text() : title + "\n\n" + table.text();
  if (ways.averaged) page += "\n" + averaged_page(*ways.averaged);
  if (ways.best) page += fmt::format("\nbest: {}\n", ways.ways[*ways.best].label);
  return page + failures + (failures.empty() ? "" : "\n");
}

std::string profile_page(const ProfileRecord& record) {
  const IsoflopProfile& points = record.profile;
  std::vector<std::string> header = {"N", "P", "S", "D", "D/N", output_of(record.law).name};
  for (const auto& [label, losses] : record.others) header.push_back(header[5] + " of " + label);
  TextTable table(std::move(header));
  for (std::size_t i = 0; i < points.N.size(); ++i) {
    std::vector<std::string> row = {count_text(points.N[i]),
                                    count_text(points.P[i]),
                                    share_text(points.S[i]),
                                    count_text(points.D[i]),
                                    number_text(points.tokens_per_parameter[i]),
                                    loss(points.loss[i])};
    for (const auto& [label, losses] : record.others) row.push_back(loss(losses[i]));
    table.add(std::move(row));
  }
  std::string page = fmt::format("{} on {} FLOPs\n\n{}", record.law.label(),
                                 format_flops(points.flops), table.text());
  if (record.optimum)
    page += fmt::format("\nlowest {}: {} at N = {}, P = {}, S = {}, D = {}\n",
                        output_of(record.law).name, loss(record.optimum->loss),
                        count_text(record.optimum->N), count_text(record.optimum->P),
                        share_text(record.optimum->S), count_text(record.optimum->D));
  return page;
}

}  // namespace isoflop
