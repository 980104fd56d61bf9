#include "plan/question.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "data/derive.h"
#include "law/ast.h"
#include "law/has_values.h"

namespace isoflop {

namespace {

// ln(P/N) of the densest weights that a search looks at: one active parameter in 1e9.
const double kSparsest = std::log(1e9);

// Inputs that the plan gives a law.
constexpr std::string_view kFound[] = {"N", "P", "D", "C", "S", "Sx"};

double log_density(double sparsity) { return -std::log1p(-sparsity); }

class Reader {
 public:
  Reader(const Law& law, const PlanQuestion& question) : law_(law), question_(question) {}

  Result<PlanTask> run() {
    check_law();
    check_values();
    if (!problems_.empty()) return problems_.take();
    task_.setting = setting_of(question_);
    check_inputs();
    if (!problems_.empty()) return problems_.take();
    set_limits();
    set_sparsity();
    set_size();
    set_data();
    if (!problems_.empty()) return problems_.take();
    check_limits();
    if (!problems_.empty()) return problems_.take();
    return task_;
  }

 private:
  void check_law() {
    if (const Result<void> ok = check_has_values(law_); !ok) problems_.add(ok.error());
    if (!law_.has_input("N") && !law_.has_input("P"))
      problems_.add({},
                    "{} has no size (N or P) among its inputs: a plan needs a law of size and data",
                    law_.key());
    if (!law_.has_input("D"))
      problems_.add({}, "{} has no data (D) among its inputs: a plan needs a law of size and data",
                    law_.key());
    const bool knows = law_.has_input("S") || law_.has_input("Sx") || law_.has_input("P");
    if (question_.free_sparsity && !knows)
      problems_.add({},
                    "{} knows no sparsity, so that none is optimal: take a law with S, Sx or P, or "
                    "give the sparsity",
                    law_.key());
  }

  void positive(const std::optional<double>& value, std::string_view what) {
    if (value && !(*value > 0 && std::isfinite(*value)))
      problems_.add({}, "{} of {}: give a finite number above 0", what, format_number(*value));
  }

  void check_values() {
    if (question_.flops && (!(*question_.flops > 6) || !std::isfinite(*question_.flops)))
      problems_.add({},
                    "a budget of {} FLOPs: give a finite number above 6, what one parameter costs "
                    "on one token",
                    format_flops(*question_.flops));
    positive(question_.active_params, "active parameters");
    positive(question_.total_params, "total parameters");
    positive(question_.tokens, "training tokens");
    positive(question_.loss, "a wanted loss");
    positive(question_.unique_tokens, "unique tokens");
    positive(question_.repetition, "a worth of repetitions");
    for (const Limit& limit : question_.limits)
      if (!(limit.most >= 1 && std::isfinite(limit.most)))
        problems_.add({name_of(question_, limit)}, "it leaves {} {}: give more",
                      format_number(limit.most), words(limit.on));
    if (!(question_.inference_tokens >= 0 && std::isfinite(question_.inference_tokens)))
      problems_.add({}, "inference tokens of {}: give a finite number, 0 or more",
                    format_number(question_.inference_tokens));
    if (question_.sparsity && !(*question_.sparsity >= 0 && *question_.sparsity < 1))
      problems_.add({}, "a sparsity of {}: give a share from 0 to below 1",
                    format_number(*question_.sparsity));
    if (const auto& range = question_.sparsity_range;
        range && !(range->low >= 0 && range->low < range->high && range->high < 1))
      problems_.add({}, "sparsities from {} to {}: give shares from 0 to below 1, the lower first",
                    format_number(range->low), format_number(range->high));
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
    if (const Result<void> ok = check_cost(task_.setting); !ok) problems_.add(ok.error());
  }

  // Names that mean nothing here are misspelt, and would otherwise be left out without a word.
  void check_names() {
    std::vector<std::string> known;
    for (const Input& input : law_.inputs()) known.push_back(input.name);
    for (const std::string* text : {&question_.cost.training, &question_.cost.serving})
      if (const Result<Ast> formula = parse_formula(*text, "cost"))
        for (const std::string& name : names_of(*formula)) known.push_back(name);
    for (const auto& [name, value] : question_.inputs) {
      const bool found = std::ranges::find(known, name) != known.end() ||
                         std::ranges::find(kFound, name) != std::end(kFound);
      if (!found)
        problems_.add({}, "\"{}\" is not an input of {} or of its costs{}{}", name, law_.key(),
                      name == "U" ? "; question.unique_tokens gives it to any law" : "",
                      did_you_mean(name, known));
    }
  }

  double cap(Limit::On on) {
    const Limit* limit = tightest(question_, on);
    return limit == nullptr ? kEndlessBudget : std::log(limit->most);
  }

  void set_limits() {
    task_.shape.active_cap = cap(Limit::On::kActive);
    task_.shape.total_cap = cap(Limit::On::kTotal);
    task_.amounts.d = cap(Limit::On::kTokens);
  }

  void set_sparsity() {
    task_.free_sparsity = question_.free_sparsity;
    const auto& [N, P] = std::pair(question_.active_params, question_.total_params);
    Range& z = task_.shape.z;
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
    Shape& shape = task_.shape;
    const bool free = shape.z.low < shape.z.high;
    if (question_.active_params) {
      shape.size = Shape::Size::kActive;
      shape.given_size = std::log(*question_.active_params);
      if (free) keep_sparsity({shape.z.low, shape.total_cap - shape.given_size}, Limit::On::kTotal);
    } else if (question_.total_params && free) {
      shape.size = Shape::Size::kTotal;
      shape.given_size = std::log(*question_.total_params);
      keep_sparsity({shape.given_size - shape.active_cap, shape.given_size}, Limit::On::kActive);
    } else if (question_.total_params) {
      shape.size = Shape::Size::kActive;
      shape.given_size = std::log(*question_.total_params) - shape.z.low;
    }
  }

  // What a given size and a limit leave of the free sparsities.
  void keep_sparsity(const Range& kept, Limit::On on) {
    Range& z = task_.shape.z;
    const Limit* limit = tightest(question_, on);
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
    Shape& shape = task_.shape;
    if (question_.flops) task_.amounts.c = std::log(*question_.flops);
    if (question_.loss) {
      task_.amounts.loss = *question_.loss;
      set_target();
      return;
    }
    const bool open = shape.size == Shape::Size::kOpen;
    if (question_.tokens) give_data();
    if (!question_.flops && !question_.tokens)
      problems_.add(
          {},
          "nothing says how much to train: give question.flops, question.tokens or question.loss");
    else if (question_.flops && question_.tokens && !open)
      check_budget();
    else if (question_.flops && question_.tokens)
      shape.size = Shape::Size::kFromBudget;
    else if (question_.tokens && open && shape.active_cap == kEndlessBudget &&
             shape.total_cap == kEndlessBudget)
      problems_.add({},
                    "with the tokens alone larger is always better: give question.flops or "
                    "question.loss, or a limit (question.limits)");
  }

  void give_data() {
    Shape& shape = task_.shape;
    const double d = std::log(*question_.tokens);
    if (d > task_.amounts.d) say_exceeded(Limit::On::kTokens, *question_.tokens);
    shape.data_given = true;
    task_.amounts.d = d;
  }

  // Sizes, tokens and budget are all given: fine where they agree, as on a model card.
  void check_budget() {
    const Shape& shape = task_.shape;
    if (shape.z.low < shape.z.high) {
      problems_.add({}, "size, tokens and budget leave nothing to a free sparsity: leave one out");
      return;
    }
    const double N = std::exp(shape.given_size), sparsity = -std::expm1(-shape.z.low);
    const TokenCost flops = token_cost(task_.setting, {N, N / (1 - sparsity), sparsity});
    const double cost =
        flops.training * *question_.tokens + flops.serving * question_.inference_tokens;
    if (!agree(cost, *question_.flops))
      problems_.add({},
                    "N = {} on D = {} costs {} FLOPs by {}, {} times the budget of {}: leave one "
                    "of the three out",
                    format_count(N), format_count(*question_.tokens), format_flops(cost),
                    question_.cost.name, format_number(cost / *question_.flops, 3),
                    format_flops(*question_.flops));
  }

  void set_target() {
    Shape& shape = task_.shape;
    const bool open = shape.size == Shape::Size::kOpen, free = shape.z.low < shape.z.high;
    if (question_.flops && question_.tokens) {
      problems_.add({}, "a loss, a budget and tokens are one too many: leave one out");
    } else if (question_.tokens) {
      if (!open || free)
        problems_.add({}, "a loss and tokens give the size at a given sparsity: leave out {}",
                      open ? "the free sparsity" : "the size or the tokens");
      give_data();
      shape.target = Shape::Target::kSize;
    } else if (question_.flops) {
      if (!open || free)
        problems_.add({}, "a loss and a budget give the size at a given sparsity: leave out {}",
                      open ? "the free sparsity or the budget" : "the size or the budget");
      shape.target = question_.least == PlanQuestion::Least::kActive ? Shape::Target::kSmallest
                                                                     : Shape::Target::kFewest;
    } else {
      shape.target = Shape::Target::kBudget;
    }
  }

  void say_exceeded(Limit::On on, double value) {
    const Limit* limit = tightest(question_, on);
    problems_.add({name_of(question_, *limit)},
                  "{} are {}, {} times the {} that it leaves: raise it or leave it out", words(on),
                  format_count(value), format_number(value / limit->most, 3),
                  format_count(limit->most));
  }

  // Sizes that are given against the limits on them.
  void check_limits() {
    const Shape& shape = task_.shape;
    if (shape.size == Shape::Size::kActive) {
      if (shape.given_size > shape.active_cap + kSlack)
        say_exceeded(Limit::On::kActive, std::exp(shape.given_size));
      if (shape.given_size + shape.z.low > shape.total_cap + kSlack)
        say_exceeded(Limit::On::kTotal, std::exp(shape.given_size + shape.z.low));
    }
    if (shape.size == Shape::Size::kTotal && shape.given_size > shape.total_cap + kSlack)
      say_exceeded(Limit::On::kTotal, *question_.total_params);
    if (shape.size == Shape::Size::kOpen && shape.total_cap - shape.z.low < 0) {
      const Limit* limit = tightest(question_, Limit::On::kTotal);
      problems_.add({name_of(question_, *limit)},
                    "of {} total parameters at S = {} less than one is active: raise it",
                    format_count(limit->most), share_text(shape.z.low));
    }
  }

  static constexpr double kSlack = 1e-12;  // rounding of logarithms

  const Law& law_;
  const PlanQuestion& question_;
  PlanTask task_;
  Problems problems_;
};

}  // namespace

Setting setting_of(const PlanQuestion& question) {
  return {.cost = question.cost,
          .inputs = question.inputs,
          .expert_sparsity = question.expert_sparsity,
          .unique_tokens = question.unique_tokens,
          .repetition = question.repetition,
          .inference_tokens = question.inference_tokens};
}

Result<PlanTask> read_question(const Law& law, const PlanQuestion& question) {
  return Reader(law, question).run();
}

std::string name_of(const PlanQuestion& question, const Limit& limit) {
  if (!limit.name.empty()) return limit.name;
  return fmt::format("question.limits[{}]", &limit - question.limits.data());
}

const Limit* tightest(const PlanQuestion& question, Limit::On on) {
  const Limit* found = nullptr;
  for (const Limit& limit : question.limits)
    if (limit.on == on && (found == nullptr || limit.most < found->most)) found = &limit;
  return found;
}

std::string_view words(Limit::On on) {
  switch (on) {
    case Limit::On::kActive:
      return "active parameters";
    case Limit::On::kTotal:
      return "total parameters";
    case Limit::On::kTokens:
      return "training tokens";
  }
  return "";
}

}  // namespace isoflop
