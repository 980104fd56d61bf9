#include "plan/plan_problem.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "data/derive.h"
#include "isoflop/output.h"
#include "law/definition.h"
#include "plan/landscape.h"

namespace isoflop {

namespace {

// In the order of Limit::On.
constexpr std::string_view kLimitWords[] = {"active parameters", "total parameters",
                                            "training tokens"};

// ln(P/N) of the densest weights that a search looks at: one active parameter in 1e9.
const double kSparsest = std::log(1e9);

// Inputs that the plan gives a law.
constexpr std::string_view kFound[] = {"N", "P", "D", "C", "S", "Sx"};

double log_density(double sparsity) { return -std::log1p(-sparsity); }

bool is_share_value(double value) { return value >= 0 && value < 1; }

class Reader {
 public:
  Reader(const Law& law, const PlanQuestion& question)
      : law_(law), question_(question), problem_{.question = question} {}

  Result<PlanProblem> run() {
    check_law();
    check_values();
    if (!problems_.empty()) return problems_.take();
    check_inputs();
    if (!problems_.empty()) return problems_.take();
    set_limits();
    problem_.fitted = fitted_ranges(law_, question_);
    set_sparsity();
    set_size();
    set_data();
    if (!problems_.empty()) return problems_.take();
    check_limits();
    if (!problems_.empty()) return problems_.take();
    return problem_;
  }

 private:
  void check_law() {
    if (const Output output = output_of(law_); !output.lowest_is_best) {
      problems_.add(
          {},
          "{} predicts the {}, which has no lowest value to plan for: a plan needs a law of a loss",
          law_.key(), output.name);
      return;
    }
    if (const Result<void> ok = check_has_values(law_); !ok) problems_.add(ok.error());
    if (!law_.has_input("N") && !law_.has_input("P"))
      problems_.add({},
                    "{} has no size (N or P) among its inputs: a plan needs a law of size and data",
                    law_.key());
    if (!law_.has_input("D"))
      problems_.add({}, "{} has no data (D) among its inputs: a plan needs a law of size and data",
                    law_.key());
    const bool has_sparsity = law_.has_input("S") || law_.has_input("Sx") || law_.has_input("P");
    if (question_.free_sparsity && !has_sparsity)
      problems_.add(
          {},
          "{} has no sparsity input, so no sparsity is optimal: choose a law with S, Sx or P, or "
          "give the sparsity",
          law_.key());
  }

  void positive(const std::optional<double>& value, std::string_view what) {
    if (value && !(*value > 0 && std::isfinite(*value)))
      problems_.add({}, "{} of {}: give a finite number above 0", what, format_number(*value));
  }

  void counted(const std::optional<double>& value, std::string_view what) {
    if (value && !(*value >= 1 && *value <= kLargest))
      problems_.add({}, "{} of {}: give a number from 1 to {}", what, format_number(*value),
                    kLargest);
  }

  void check_values() {
    if (question_.flops && !(*question_.flops > 6 && *question_.flops <= kLargest))
      problems_.add({},
                    "a budget of {} FLOPs: give a number above 6, what one parameter costs on one "
                    "token, and up to {}",
                    format_flops(*question_.flops), kLargest);
    counted(question_.active_params, "active parameters");
    counted(question_.total_params, "total parameters");
    counted(question_.tokens, "training tokens");
    positive(question_.loss, "a target loss");
    counted(question_.unique_tokens, "unique tokens");
    positive(question_.repetition, "a repetition constant");
    if (!(question_.reach >= 0))
      problems_.add({}, "a reach of {} decades: give a number, 0 or more",
                    format_number(question_.reach));
    for (const Limit& limit : question_.limits)
      if (!(limit.max > 1 && std::isfinite(limit.max)))  // N and D are at least 1
        problems_.add({name_of(question_, limit)}, "it leaves {} {}: give more",
                      format_number(limit.max), words(limit.on));
    if (!(question_.inference_tokens >= 0 && question_.inference_tokens <= kLargest))
      problems_.add({}, "inference tokens of {}: give a number from 0 to {}",
                    format_number(question_.inference_tokens), kLargest);
    if (question_.sparsity && !is_share_value(*question_.sparsity))
      problems_.add({}, "a sparsity of {}: give a share from 0 to below 1",
                    format_number(*question_.sparsity));
    if (const auto& range = question_.sparsity_range;
        range && !(range->low >= 0 && range->low < range->high && range->high < 1))
      problems_.add({}, "sparsities from {} to {}: give shares from 0 to below 1, the lower first",
                    format_number(range->low), format_number(range->high));
    if (question_.expert_sparsity && !is_share_value(*question_.expert_sparsity))
      problems_.add({}, "an expert sparsity Sx of {}: give a share from 0 to below 1",
                    format_number(*question_.expert_sparsity));
    if (question_.expert_sparsity && question_.free_sparsity)
      problems_.add({}, "Sx is given and the sparsity is free: Sx would not follow it; choose one");
    if (question_.sparsity_range && !question_.free_sparsity)
      problems_.add({}, "a range of sparsities is for a free one: add question.free_sparsity");
    if (question_.sparsity && question_.free_sparsity)
      problems_.add({}, "the sparsity is both given and free: choose one");
  }

  void check_inputs() {
    constexpr std::pair<std::string_view, std::string_view> kQuestions[] = {
        {"N", "question.active_params"},
        {"P", "question.total_params"},
        {"D", "question.tokens"},
        {"C", "question.flops"}};
    for (const auto& [name, flag] : kQuestions)
      if (question_.inputs.contains(std::string(name)))
        problems_.add({}, "{} is a part of the question: give it with {}", name, flag);
    for (const char* name : {"S", "Sx"})
      if (question_.inputs.contains(name))
        problems_.add({}, "{} follows from the sparsity: give that instead, with question.sparsity",
                      name);
    check_names();
    if (question_.unique_tokens && question_.inputs.contains("U"))
      problems_.add({}, "U is given twice: leave out U=... or question.unique_tokens");
    for (const Input& input : law_.inputs()) {
      const bool found = std::ranges::find(kFound, input.name) != std::end(kFound) ||
                         (input.name == "U" && question_.unique_tokens);
      if (found || question_.inputs.contains(input.name)) continue;
      problems_.add({}, "{} needs {} ({}): give its value", law_.key(), input.name, input.meaning);
    }
    if (const Result<void> ok = check_cost(question_); !ok) problems_.add(ok.error());
  }

  // Names that mean nothing here are misspelt, and would otherwise be left out without a word.
  void check_names() {
    std::vector<std::string> known;
    for (const Input& input : law_.inputs()) known.push_back(input.name);
    for (std::string& name : names_in(question_.cost)) known.push_back(std::move(name));
    for (const auto& [name, value] : question_.inputs) {
      const bool found = std::ranges::find(known, name) != known.end() ||
                         std::ranges::find(kFound, name) != std::end(kFound);
      if (!found)
        problems_.add({}, "\"{}\" is not an input of {} or of its costs{}{}", name, law_.key(),
                      name == "U" ? "; question.unique_tokens gives it to any law" : "",
                      did_you_mean(name, known));
    }
  }

  // The tightest limit of its kind; null where there is none.
  [[nodiscard]] const Limit* tightest(Limit::On on) const {
    const Limit* found = nullptr;
    for (const Limit& limit : question_.limits)
      if (limit.on == on && (found == nullptr || limit.max < found->max)) found = &limit;
    return found;
  }

  [[nodiscard]] double most(Limit::On on) const {
    const Limit* limit = tightest(on);
    return limit == nullptr ? kUnlimited : std::log(limit->max);
  }

  void set_limits() {
    problem_.max_active = most(Limit::On::kActive);
    problem_.max_total = most(Limit::On::kTotal);
    problem_.d = most(Limit::On::kTokens);
  }

  void set_sparsity() {
    const auto& [N, P] = std::pair(question_.active_params, question_.total_params);
    Range& z = problem_.z;
    if (question_.free_sparsity) {
      if (N && P)
        problems_.add({}, "N and P give the sparsity, {}: it is not free; leave one of them out",
                      format_share(1 - *N / *P));
      const Range range = question_.sparsity_range.value_or(Range{0, 1});
      z = {log_density(range.low), std::min(kSparsest, log_density(range.high))};
      return;
    }
    double sparsity = question_.sparsity.value_or(0);
    if (N && P) {
      const double derived = settled("S", 1 - *N / *P);
      if (derived < 0)
        problems_.add({}, "N = {} cannot be more than P = {}: it is {} times as much",
                      format_count(*N), format_count(*P), format_number(*N / *P, 3));
      else if (question_.sparsity && !agree(1 - sparsity, 1 - derived))
        problems_.add({}, "N = {} and P = {} give S = {}, not {}: leave one of the three out",
                      format_count(*N), format_count(*P), format_share(derived),
                      format_share(sparsity));
      sparsity = std::max(derived, 0.0);
    }
    z = {log_density(sparsity), log_density(sparsity)};
  }

  void set_size() {
    const bool free = problem_.has_free_sparsity();
    if (question_.active_params) {
      problem_.size = PlanProblem::Size::kActive;
      problem_.given_size = std::log(*question_.active_params);
      if (free)
        keep_sparsity({problem_.z.low, problem_.max_total - problem_.given_size},
                      Limit::On::kTotal);
    } else if (question_.total_params && free) {
      problem_.size = PlanProblem::Size::kTotal;
      problem_.given_size = std::log(*question_.total_params);
      keep_sparsity({problem_.given_size - problem_.max_active, problem_.given_size},
                    Limit::On::kActive);
    } else if (question_.total_params) {
      problem_.size = PlanProblem::Size::kActive;
      problem_.given_size = std::log(*question_.total_params) - problem_.z.low;
    }
  }

  // What a given size and a limit leave of the free sparsities.
  void keep_sparsity(const Range& kept, Limit::On on) {
    Range& z = problem_.z;
    const Limit* limit = tightest(on);
    if (limit != nullptr && (kept.low > z.high || kept.high < z.low))
      problems_.add(
          {name_of(question_, *limit)},
          "with {} given it takes a sparsity of at {} {}, and those that are free go from "
          "{} to {}: raise it, or widen question.sparsity_range",
          on == Limit::On::kTotal ? "N" : "P", on == Limit::On::kTotal ? "most" : "least",
          on == Limit::On::kTotal ? share_text(kept.high) : share_text(kept.low), share_text(z.low),
          share_text(z.high));
    z.low = std::max(z.low, std::min(kept.low, z.high));
    z.high = std::max(z.low, std::min(z.high, kept.high));
  }

  static std::string share_text(double z) {
    return z < 0 ? "below 0" : format_share(-std::expm1(-z));
  }

  void set_data() {
    if (question_.flops) problem_.c = std::log(*question_.flops);
    if (question_.loss) {
      problem_.loss = *question_.loss;
      set_target();
      return;
    }
    const bool open = problem_.size == PlanProblem::Size::kOptimal;
    if (question_.tokens) give_data();
    if (!question_.flops && !question_.tokens)
      problems_.add(
          {},
          "nothing says how much to train: give question.flops, question.tokens or question.loss");
    else if (question_.flops && question_.tokens && !open)
      check_budget();
    else if (question_.flops && question_.tokens)
      problem_.size = PlanProblem::Size::kFromBudget;
    else if (question_.tokens && open && problem_.max_active == kUnlimited &&
             problem_.max_total == kUnlimited)
      problems_.add({},
                    "with the tokens alone larger is always better: give question.flops or "
                    "question.loss, or a limit (question.limits)");
  }

  void give_data() {
    const double d = std::log(*question_.tokens);
    if (d > problem_.d) say_exceeded(Limit::On::kTokens, *question_.tokens);
    problem_.data_given = true;
    problem_.d = d;
  }

  // Sizes, tokens and budget are all given: fine where they agree, as on a model card.
  void check_budget() {
    if (problem_.has_free_sparsity()) {
      problems_.add({}, "size, tokens and budget leave nothing to a free sparsity: leave one out");
      return;
    }
    const double N = std::exp(problem_.given_size), sparsity = -std::expm1(-problem_.z.low);
    const Sizes sizes{N, N / (1 - sparsity), sparsity};
    const double cost = training_flops_per_token(question_, sizes) * *question_.tokens +
                        fixed_flops(question_, sizes);
    if (!agree(cost, *question_.flops))
      problems_.add({},
                    "N = {} on D = {} costs {} FLOPs by {}, {} times the budget of {}: leave one "
                    "of the three out",
                    format_count(N), format_count(*question_.tokens), format_flops(cost),
                    question_.cost.name, format_number(cost / *question_.flops, 3),
                    format_flops(*question_.flops));
  }

  void set_target() {
    const bool open = problem_.size == PlanProblem::Size::kOptimal,
               free = problem_.has_free_sparsity();
    if (question_.flops && question_.tokens) {
      problems_.add({}, "a loss, a budget and tokens are one too many: leave one out");
    } else if (question_.tokens) {
      if (!open || free)
        problems_.add({}, "a loss and tokens give the size at a given sparsity: leave out {}",
                      open ? "the free sparsity" : "the size or the tokens");
      give_data();
      problem_.target = PlanProblem::Target::kSize;
    } else if (question_.flops) {
      if (!open || free)
        problems_.add({}, "a loss and a budget give the size at a given sparsity: leave out {}",
                      open ? "the free sparsity or the budget" : "the size or the budget");
      problem_.target = question_.minimise == PlanQuestion::Minimise::kActive
                            ? PlanProblem::Target::kSmallest
                            : PlanProblem::Target::kFewest;
    } else {
      problem_.target = PlanProblem::Target::kBudget;
    }
  }

  void say_exceeded(Limit::On on, double value) {
    const Limit* limit = tightest(on);
    problems_.add({name_of(question_, *limit)},
                  "{} are {}, {} times the {} that it leaves: raise it or leave it out", words(on),
                  format_count(value), format_number(value / limit->max, 3),
                  format_count(limit->max));
  }

  // Sizes that are given against the limits on them.
  void check_limits() {
    if (problem_.size == PlanProblem::Size::kActive) {
      if (problem_.given_size > problem_.max_active + kSlack)
        say_exceeded(Limit::On::kActive, std::exp(problem_.given_size));
      if (problem_.given_size + problem_.z.low > problem_.max_total + kSlack)
        say_exceeded(Limit::On::kTotal, std::exp(problem_.given_size + problem_.z.low));
    }
    if (problem_.size == PlanProblem::Size::kTotal &&
        problem_.given_size > problem_.max_total + kSlack)
      say_exceeded(Limit::On::kTotal, *question_.total_params);
    if (problem_.size == PlanProblem::Size::kOptimal && problem_.max_total - problem_.z.low < 0) {
      const Limit* limit = tightest(Limit::On::kTotal);
      problems_.add({name_of(question_, *limit)},
                    "of {} total parameters at S = {} less than one is active: raise it",
                    format_count(limit->max), share_text(problem_.z.low));
    }
  }

  static constexpr double kSlack = 1e-12;    // rounding of logarithms
  static constexpr double kLargest = 1e100;  // products of two stay below exp(kUnlimited), too

  const Law& law_;
  const PlanQuestion& question_;
  PlanProblem problem_;
  Problems problems_;
};

}  // namespace

void FittedRanges::outside(std::span<const double> log_n, std::span<const double> z,
                           std::span<const double> log_d, std::span<double> distance) const {
  const auto farther = [](const Range& range, double x, double so_far) {
    return std::max({so_far, range.low - x, x - range.high});
  };
  const FittedRanges here = *this;  // a copy, which no write to `distance` can change
  for (std::size_t i = 0; i < distance.size(); ++i)
    distance[i] =
        farther(here.n, log_n[i], farther(here.p, log_n[i] + z[i], farther(here.d, log_d[i], 0)));
}

FittedRanges fitted_ranges(const Law& law, const PlanQuestion& question) {
  const auto logarithms = [&law](const char* name) {
    const auto found = law.fitted_on().find(name);
    if (found == law.fitted_on().end() || !(found->second.high > 0)) return kAnywhere;
    const double low = std::max(kAnywhere.low, std::log(found->second.low));
    return Range{low, std::log(found->second.high)};
  };
  FittedRanges fitted;
  if (!question.active_params && law.fitted_on().contains("N"))
    fitted.n = logarithms("N");
  else if (!question.active_params && !question.total_params)
    fitted.p = logarithms("P");
  if (!question.tokens) fitted.d = logarithms("D");
  return fitted;
}

double PlanProblem::beyond_reach(double outside) const {
  return std::max(0.0, outside - question.reach * std::numbers::ln10);
}

Result<PlanProblem> plan_problem(const Law& law, const PlanQuestion& question) {
  return Reader(law, question).run();
}

std::string name_of(const PlanQuestion& question, const Limit& limit) {
  if (!limit.name.empty()) return limit.name;
  return fmt::format("question.limits[{}]", &limit - question.limits.data());
}

std::string words(Limit::On on) { return enum_name(kLimitWords, on); }

}  // namespace isoflop
