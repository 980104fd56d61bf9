#include "isoflop/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/enum_names.h"
#include "base/number_text.h"
#include "law/law_text.h"
#include "plan/landscape.h"
#include "plan/solve.h"

namespace isoflop {

namespace {

// In the orders of PlanMethod and SparsityAnswer.
constexpr std::string_view kMethodNames[] = {"given", "closed form", "root"};
constexpr std::string_view kAnswerNames[] = {"interior", "edge", "monotone"};

constexpr double kRelaxed = 1.1;   // factor on a limit, for what more of it gains
constexpr double kAtLimit = 1e-6;  // distance from an active limit, in logarithms
// Irreducible loss over that at the edge of the fitted sparsities: below this the law says of
// sparsity what no run does.
constexpr double kSuspiciousFloor = 0.9;

// What more of a limit gains: loss, or FLOPs where a loss is the target.
double gain(const Law& law, const PlanQuestion& relaxed, const PlannedRun& held) {
  const Result<Plan> better = solve(law, relaxed);
  if (!better || !better->run) return std::numeric_limits<double>::quiet_NaN();
  return relaxed.loss ? held.total_flops - better->run->total_flops : held.loss - better->run->loss;
}

bool is_active(const Limit& limit, const PlannedRun& run) {
  const double have = limit.on == Limit::On::kActive  ? run.N
                      : limit.on == Limit::On::kTotal ? run.P
                                                      : run.D;
  return std::abs(std::log(have / limit.max)) < kAtLimit;
}

// Whether what is limited was left to optimise, and not given.
bool leaves_choice(const Limit& limit, const PlanQuestion& question) {
  const bool sizes = question.active_params || question.total_params;
  if (limit.on == Limit::On::kTokens) return !question.tokens;
  return !sizes || (question.free_sparsity && !(question.active_params && question.total_params));
}

// The end of the stated range that the sparsity is at.
void add_sparsity_edge(const Law& law, const Plan& plan, std::vector<Binding>& list) {
  const Range& range = *plan.question.sparsity_range;
  const bool high = std::abs(plan.run->S - range.high) <= kAtLimit;
  const bool low = range.low > 0 && std::abs(plan.run->S - range.low) <= kAtLimit;
  if (!high && !low) return;
  PlanQuestion relaxed = plan.question;
  if (high)
    relaxed.sparsity_range->high = 1 - (1 - range.high) / kRelaxed;
  else
    relaxed.sparsity_range->low = std::max(0.0, 1 - (1 - range.low) * kRelaxed);
  list.push_back(
      {"question.sparsity_range", high ? range.high : range.low, gain(law, relaxed, *plan.run)});
}

// Of a plan as solve() gives it: losses and FLOPs are compared with those of other solutions.
std::vector<Binding> bindings(const Law& law, const Plan& plan) {
  const PlanQuestion& question = plan.question;
  const PlannedRun& run = *plan.run;
  std::vector<Binding> list;
  for (std::size_t i = 0; i < question.limits.size(); ++i) {
    const Limit& limit = question.limits[i];
    if (!is_active(limit, run) || !leaves_choice(limit, question)) continue;
    PlanQuestion relaxed = question;
    relaxed.limits[i].max = limit.relaxed.value_or(limit.max * kRelaxed);
    list.push_back({name_of(question, limit), limit.max, gain(law, relaxed, run)});
  }
  if (question.unique_tokens && run.D > *question.unique_tokens) {
    PlanQuestion relaxed = question;
    *relaxed.unique_tokens *= kRelaxed;
    list.push_back({"question.unique_tokens", *question.unique_tokens, gain(law, relaxed, run)});
  }
  if (question.sparsity_range && plan.sparsity_answer == SparsityAnswer::kEdge)
    add_sparsity_edge(law, plan, list);
  return list;
}

// ---- prediction, notes and warnings

// With no limit to size and data.
double irreducible_loss(const Law& law, const PlanQuestion& question, double sparsity) {
  PlanQuestion endless = question;
  endless.unique_tokens.reset();
  if (question.unique_tokens) endless.inputs["U"] = std::exp(kUnlimited);
  return loss_at(law, endless, kUnlimited, -std::log1p(-sparsity), kUnlimited);
}

void warn_of_sparsity(const Law& law, Plan& plan) {
  const std::optional<double> fitted = sparsest_fitted(law);
  const double S = plan.run->S;
  if (!fitted || !(S > *fitted)) return;
  const double there = irreducible_loss(law, plan.question, *fitted);
  const double here = irreducible_loss(law, plan.question, S);
  if (!(here < kSuspiciousFloor * there)) return;
  plan.warnings.push_back(
      fmt::format("S = {} is sparser than any run that {} was fitted on (S up to {}), and there "
                  "its irreducible "
                  "loss goes on falling, from {} to {}: no run shows that",
                  format_share(S), law.label(), format_share(*fitted), format_number(there, 3),
                  format_number(here, 3)));
}

void warn_of_monotone(const Law& law, Plan& plan) {
  if (plan.sparsity_answer == SparsityAnswer::kMonotone)
    plan.warnings.push_back(fmt::format(
        "no interior optimum: the loss decreases all the way to S = 1; the sparsest value that {} "
        "was fitted on, {}, is reported",
        law.label(), format_share(plan.run->S)));
  else if (plan.within_fitted)
    plan.warnings.push_back(
        fmt::format("S = {} is the best of the sparsities that {} was fitted on; beyond them the "
                    "loss falls again, all the way to S = 1",
                    format_share(plan.run->S), law.label()));
}

// Where a law has the number of experts as its only sparsity input, P follows from no input.
void note_total_size(const Law& law, Plan& plan) {
  const PlanQuestion& question = plan.question;
  const bool said = question.sparsity || question.free_sparsity ||
                    (question.active_params && question.total_params);
  if (said || law.group() != "MoE" || law.has_input("S") || law.has_input("Sx")) return;
  plan.notes.push_back(fmt::format(
      "no sparsity is given, so P = N here: {} does not give it; with question.sparsity total "
      "parameters, and limits on them, are those of a mixture of experts",
      law.key()));
}

void note_budget(Plan& plan) {
  const PlanQuestion& question = plan.question;
  const bool spent = !question.flops || question.tokens || question.loss ||
                     plan.run->total_flops > *question.flops * (1 - 1e-6);
  if (spent) return;
  plan.notes.push_back(fmt::format("the limits leave {} of {} FLOPs unused",
                                   format_flops(*question.flops - plan.run->total_flops),
                                   format_flops(*question.flops)));
}

// The loss and the notes of predict(), which also says what stands in and what is out of range.
Result<void> add_prediction(const Law& law, Plan& plan) {
  const PlanQuestion& question = plan.question;
  PlannedRun& run = *plan.run;
  Inputs inputs = question.inputs;
  const double worth = start_tokens(question, {run.N, run.P, run.S});
  // A cost model has inputs of its own, which mean nothing to a law without them.
  std::erase_if(inputs, [&](const auto& input) { return !law.has_input(input.first); });
  inputs.insert({{"N", run.N}, {"P", run.P}, {"S", run.S}, {"D", run.D + worth}});
  if (question.expert_sparsity && law.has_input("Sx")) inputs["Sx"] = *question.expert_sparsity;
  if (question.unique_tokens && law.has_input("U")) inputs["U"] = *question.unique_tokens;
  const bool repeats = question.unique_tokens && !law.has_input("U");
  Result<Prediction> prediction = predict(law, inputs);
  if (!prediction) return std::unexpected(prediction.error());
  if (!repeats) run.loss = prediction->loss;
  plan.outside = outside_ranges(law, prediction->inputs);
  if (prediction->disputed) prediction->notes.pop_back();  // add_disputed_plan() says more
  for (std::string& note : prediction->notes) plan.notes.push_back(std::move(note));
  return {};
}

// "N = 95.8B instead of 41.2B, ...": what differs by more than its shown digits.
std::string differences(const PlannedRun& theirs, const PlannedRun& own) {
  constexpr double kShown = 1e-3;
  std::string text;
  const auto compare = [&](std::string_view name, double PlannedRun::* field, const auto& write) {
    const double there = theirs.*field, here = own.*field;
    if (std::abs(there / here - 1) > kShown)
      text += fmt::format("{}{} = {} instead of {}", text.empty() ? "" : ", ", name, write(there),
                          write(here));
  };
  const auto count = [](double value) { return format_count(value); };
  compare("N", &PlannedRun::N, count);
  compare("S", &PlannedRun::S, [](double value) { return format_share(value); });
  compare("D", &PlannedRun::D, count);
  compare("C", &PlannedRun::flops, format_flops);
  compare("loss", &PlannedRun::loss, [](double value) { return format_number(value, 4); });
  return text;
}

void add_disputed_plan(const Law& law, Plan& plan) {
  const std::optional<Law> other = law.disputed_by();
  if (!other) return;
  const Result<Plan> theirs = solve(*other, plan.question);
  plan.disputed = DisputedPlan{.law = other->label()};
  if (theirs) plan.disputed->run = theirs->run;
  if (!plan.disputed->run) {
    plan.notes.push_back(fmt::format("{} disagrees: it has no such plan{}", dispute_source(*other),
                                     theirs ? "" : ": " + theirs.error().text()));
  } else if (const std::string text = differences(*plan.disputed->run, *plan.run); !text.empty()) {
    plan.notes.push_back(fmt::format("{} disagrees: {}", dispute_source(*other), text));
  }
}

// What the law sees of a start is the user's: no set of the book was fitted on runs that had one.
void note_start(const Law& law, Plan& plan) {
  const CostModel& cost = plan.question.cost;
  if (cost.worth.empty()) return;
  PlannedRun& run = *plan.run;
  const double worth = start_tokens(plan.question, {run.N, run.P, run.S});
  run.effective_tokens += worth;
  plan.notes.push_back(fmt::format(
      "the law sees D and the {} tokens that the dense start is worth as given: no value is "
      "published for {}",
      format_count(worth), law.key()));
}

void add_repetition(const Law& law, Plan& plan) {
  const PlanQuestion& question = plan.question;
  PlannedRun& run = *plan.run;
  run.effective_tokens = run.D;
  if (!question.unique_tokens) return;
  const double U = *question.unique_tokens;
  run.epochs = run.D / U;
  if (law.has_input("U") || run.D <= U) return;
  run.effective_tokens = effective_tokens(question, run.D);
  plan.notes.push_back(fmt::format(
      "{} passes over {} tokens count as {} tokens (Muennighoff et al. 2023)",
      format_number(run.epochs, 3), format_count(U), format_count(run.effective_tokens)));
}

// N of a dense model with the same loss on the same data, over that of the plan.
double dense_equivalent(const Law& law, const PlanQuestion& question, const PlannedRun& run) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  if (!law.has_input("S") && !law.has_input("Sx") && !law.has_input("P")) return none;
  if (run.S == 0) return 1;
  const Result<Plan> same = solve(law, dense_question(question, run));
  return same ? same->run->N / run.N : none;
}

}  // namespace

std::string to_text(PlanMethod method) { return enum_name(kMethodNames, method); }
std::string to_text(SparsityAnswer answer) { return enum_name(kAnswerNames, answer); }

Result<Plan> plan(const Law& law, const PlanQuestion& question) {
  Result<Plan> solved = solve(law, question);
  if (!solved || !solved->run) return solved;
  Plan& plan = *solved;
  plan.binding = bindings(law, plan);
  if (const auto ok = add_prediction(law, plan); !ok) return std::unexpected(ok.error());
  add_repetition(law, plan);
  note_start(law, plan);
  plan.run->dense_equivalent = dense_equivalent(law, question, *plan.run);
  note_budget(plan);
  warn_of_monotone(law, plan);
  note_total_size(law, plan);
  warn_of_sparsity(law, plan);
  add_disputed_plan(law, plan);
  return solved;
}

}  // namespace isoflop
