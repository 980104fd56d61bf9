#include "support/plan_trial.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "isoflop/output.h"
#include "kernel/evaluate.h"
#include "law/definition.h"
#include "support/book.h"
#include "support/random_draws.h"

namespace isoflop::test {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kWorse = 1e-8;         // loss
constexpr double kSteep = 1e-6;         // of a target, where neighbouring numbers jump over it
constexpr double kNotch = 1e-9;         // loss: a minimum less deep than this may be rounding
constexpr double kSameDistance = 0.05;  // ln: two steps of a grid
constexpr double kSlack = 1e-9;         // relative, of budgets and limits
constexpr std::size_t kFlat = 10;       // steps of a grid
constexpr std::size_t kSizes = 3001, kSizesOfEach = 801, kSparsities = 201;

// ---- what is asked

// Over the whole range of each coefficient, of a scale by its logarithm.
Law any_values(const Law& law, std::uint64_t seed) {
  Random random(seed);
  const Table runs = random_runs(law, 100, seed);
  for (;;) {
    std::vector<double> values;
    for (const Coefficient& each : law.coefficients()) {
      const Range& range = each.range;
      const bool scale = each.role == Role::kScale && range.low >= 0 && range.high > 100;
      const double most = each.role == Role::kLogScale ? std::min(range.high, 20.0) : range.high;
      values.push_back(scale ? random.log_uniform(std::max(range.low, 0.1), std::min(most, 1e12))
                             : random.uniform(std::max(range.low, -most), most));
    }
    Law drawn = *law.with_values("any", std::move(values));
    if (predict(drawn, runs)) return drawn;
  }
}

bool can_plan(const Law& law) {
  return (law.has_input("N") || law.has_input("P")) && law.has_input("D") &&
         output_of(law).lowest_is_best;
}

struct Asked {
  std::string values, kind;
  Law law;
  PlanQuestion question;
};

Asked ask(std::uint64_t seed) {
  Random random(seed);
  std::string values = "published";
  std::optional<Law> law;
  const std::size_t source = random.below(3);
  while (!law || !can_plan(*law)) {
    const std::vector<std::string> names = source == 0 ? set_names() : book_keys();
    law = book_law(names[random.below(names.size())]);
    if (!law->has_values()) values = "usual";
  }
  if (source == 1) values = "usual";
  if (source == 2) values = "any";
  if (values == "usual") law = random_values(*law, seed);
  if (values == "any") law = any_values(*law, seed);
  // Half of those that are drawn know what they were fitted on.
  if (values != "published" && random.below(2) == 0) {
    const double N = random.log_uniform(1e4, 1e9), D = N * random.log_uniform(1, 1000);
    const std::vector<double> kept(law->values().begin(), law->values().end());
    law = *law->with_values(values, kept, {{"N", {N, 100 * N}}, {"D", {D, 300 * D}}});
  }

  double middle = 1e21;
  const auto& fitted = law->fitted_on();
  if (fitted.contains("N") && fitted.contains("D"))
    middle = 6 * fitted.at("N").high * fitted.at("D").high;
  PlanQuestion question{.inputs = usual_inputs(*law)};
  const double flops = middle * random.log_uniform(1e-6, 1e6);
  const bool has_sparsity = law->has_input("S") || law->has_input("Sx") || law->has_input("P");
  if (random.below(3) == 0) question.sparsity = random.uniform(0, 0.95);
  if (random.below(4) == 0)
    question.cost = *find_cost(random.below(2) == 0 ? "as-dense" : "6*N + 0.1*P");
  if (random.below(6) == 0 && !question.inputs.contains("U"))
    question.unique_tokens = std::sqrt(flops) * random.log_uniform(1e-2, 1e2);
  if (!question.unique_tokens && law->has_input("U") && !question.inputs.contains("U"))
    question.unique_tokens = std::sqrt(flops);
  if (random.below(6) == 0)
    question.inference_tokens = std::sqrt(flops) * random.log_uniform(1e-2, 10);
  if (random.below(4) == 0)
    question.limits.push_back(
        {Limit::On::kTotal, std::sqrt(flops) * random.log_uniform(1e-3, 10), ""});
  if (random.below(6) == 0)
    question.limits.push_back(
        {Limit::On::kTokens, std::sqrt(flops) * random.log_uniform(1e-2, 1e2), ""});
  const std::size_t kind = random.below(8);
  std::string name = "lowest loss";
  if (kind == 3 && has_sparsity) {
    name = "sparsity";
    question.free_sparsity = true;
    question.sparsity.reset();
    question.sparsity_range = Range{0, random.uniform(0.5, 0.99)};
    if (random.below(2) == 0)
      question.total_params = std::sqrt(flops) * random.log_uniform(0.01, 1);
  }
  if (kind >= 4) {
    // A loss that the law can reach, most of the time.
    PlanQuestion open = question;
    open.flops = flops;
    const Result<Plan> best = plan(*law, open);
    question.loss = (best && best->run ? best->run->loss : 2) * (1 + random.uniform(-0.02, 0.2));
    name = "minimum budget";
  }
  if (kind == 5) {
    name = "smallest size";
    question.flops = flops;
  } else if (kind == 6) {
    name = "fewest tokens";
    question.flops = flops;
    question.minimise = PlanQuestion::Minimise::kTokens;
  } else if (kind == 7) {
    name = "size on given tokens";
    question.tokens = std::sqrt(flops) * random.log_uniform(0.1, 10);
    std::erase_if(question.limits,
                  [](const Limit& limit) { return limit.on == Limit::On::kTokens; });
  } else if (kind < 4) {
    question.flops = flops;
  }
  return {values, name, *law, question};
}

std::string describe(const Asked& asked) {
  const PlanQuestion& q = asked.question;
  std::string text = fmt::format("{} ({}) = {}, {}", asked.law.key(), asked.values,
                                 fmt::join(asked.law.values(), ", "), asked.kind);
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) text += fmt::format(", {} {}", name, *value);
  };
  add("C", q.flops);
  add("S", q.sparsity);
  add("P", q.total_params);
  add("D", q.tokens);
  add("L", q.loss);
  add("U", q.unique_tokens);
  if (q.sparsity_range) add("S to", q.sparsity_range->high);
  if (q.inference_tokens > 0) add("served", q.inference_tokens);
  for (const Limit& limit : q.limits)
    add(limit.on == Limit::On::kTotal ? "P to" : "D to", limit.max);
  text += ", cost " + q.cost.training;
  for (const auto& [name, range] : asked.law.fitted_on())
    text += fmt::format(", {} fitted on {} to {}", name, range.low, range.high);
  return text;
}

// ---- the grid

// Along the sizes at one sparsity.
struct Line {
  std::vector<double> n, d, loss;  // logarithms; an infinite loss is of a run that is not allowed
  std::vector<double> outside;
};

struct Minimum {
  double loss = kInfinite, outside = kInfinite, n = 0, d = 0;
  bool flat = false;  // see is_flat()
  bool edge = true;   // one parameter or one token, or nothing at all
};

class Grid {
 public:
  explicit Grid(const Asked& asked) : law_(asked.law), question_(asked.question) {}

  double most(Limit::On on) const {
    double least = kInfinite;
    for (const Limit& limit : question_.limits)
      if (limit.on == on) least = std::min(least, limit.max);
    return std::log(least);
  }

  double token_cost(double N, double P) const {
    const std::string& cost = question_.cost.training;
    return cost == "6*N" ? 6 * N : cost == "6*P" ? 6 * P : 6 * N + 0.1 * P;
  }

  // Of runs on a budget, or on the tokens that are given.
  Line line(double z, double flops, std::size_t points, std::optional<double> size = {}) const {
    Line all;
    const double high = std::min({most(Limit::On::kTotal) - z, std::log(flops), 160.0});
    for (std::size_t i = 0; i < points; ++i) {
      const double n =
          size ? *size : high * static_cast<double>(i) / static_cast<double>(points - 1);
      const double N = std::exp(n), P = std::exp(n + z);
      const double left = flops - 2 * N * question_.inference_tokens;
      double d = std::min(std::log(left / token_cost(N, P)), most(Limit::On::kTokens));
      if (question_.tokens) d = std::log(*question_.tokens);
      all.n.push_back(n);
      all.d.push_back(d);
      all.outside.push_back(outside(n, z, d));
    }
    all.loss = losses(all.n, std::vector(points, z), all.d);
    for (std::size_t i = 0; i < points; ++i)
      if (!(all.d[i] >= 0) || !std::isfinite(all.loss[i])) all.loss[i] = kInfinite;
    return all;
  }

  std::vector<double> losses(const std::vector<double>& n, const std::vector<double>& z,
                             const std::vector<double>& d) const {
    const std::size_t rows = n.size();
    std::map<std::string, std::vector<double>, std::less<>> columns;
    for (const char* name : {"N", "P", "S", "Sx", "D", "C"}) columns[name].resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      columns["N"][i] = std::exp(n[i]);
      columns["P"][i] = std::exp(n[i] + z[i]);
      columns["S"][i] = columns["Sx"][i] = -std::expm1(-z[i]);
      columns["D"][i] = std::exp(d[i]);
      columns["C"][i] = 6 * columns["N"][i] * columns["D"][i];
    }
    for (const auto& [name, value] : question_.inputs) columns[name].assign(rows, value);
    if (question_.unique_tokens) repeat(columns["D"], columns);
    for (std::size_t i = 0; i < law_.values().size(); ++i)
      columns[law_.coefficients()[i].name].assign(rows, law_.values()[i]);
    return evaluate(law_.definition().expression, rows, [&](std::string_view name) {
      return std::span<const double>(columns.find(name)->second);
    });
  }

  double outside(double n, double z, double d) const {
    double most = 0;
    const auto add = [&](const char* name, double value) {
      const auto known = law_.fitted_on().find(name);
      if (known == law_.fitted_on().end()) return;
      most = std::max(
          {most, std::log(known->second.low) - value, value - std::log(known->second.high)});
    };
    if (law_.fitted_on().contains("N"))
      add("N", n);
    else if (!question_.total_params)
      add("P", n + z);
    if (!question_.tokens) add("D", d);
    return most;
  }

  // The nearest minimum, the lowest of those inside.
  Minimum nearest(const Line& line) const {
    Minimum best;
    for (std::size_t i = 0; i < line.n.size(); ++i) {
      if (!is_minimum(line.loss, i)) continue;
      const bool further = line.outside[i] > best.outside ||
                           (line.outside[i] == best.outside && line.loss[i] >= best.loss);
      if (further) continue;
      const bool at_limit = i + 1 == line.n.size() && std::isfinite(most(Limit::On::kTotal));
      const bool high_edge = i + 1 == line.n.size() || !std::isfinite(line.loss[i + 1]);
      best = {line.loss[i], line.outside[i],       line.n[i],
              line.d[i],    is_flat(line.loss, i), i == 0 || (high_edge && !at_limit)};
    }
    return best;
  }

  // Over sparsities by how far the best size of each is out of reach, then by its loss.
  Minimum nearest(double flops) const {
    if (!question_.sparsity_range)
      return nearest(line(-std::log1p(-question_.sparsity.value_or(0)), flops, kSizes));
    std::vector<Minimum> each;
    const double high = -std::log1p(-question_.sparsity_range->high);
    for (std::size_t i = 0; i < kSparsities; ++i) {
      const double z = high * static_cast<double>(i) / (kSparsities - 1);
      Minimum here;
      if (question_.total_params) {
        const Line one = line(z, flops, 1, std::log(*question_.total_params) - z);
        here = {one.loss[0], one.outside[0], one.n[0], one.d[0], false, false};
      } else {
        here = nearest(line(z, flops, kSizesOfEach));
      }
      each.push_back(here);
    }
    Minimum best;
    for (std::size_t i = 0; i < each.size(); ++i) {
      const bool minimum = (i == 0 || each[i].loss <= each[i - 1].loss) &&
                           (i + 1 == each.size() || each[i].loss <= each[i + 1].loss);
      const double beyond = beyond_reach(each[i].outside), other = beyond_reach(best.outside);
      if (minimum && (beyond < other || (beyond == other && each[i].loss < best.loss)))
        best = each[i];
    }
    return best;
  }

  double beyond_reach(double outside) const {
    return std::max(0.0, outside - question_.reach * std::log(10));
  }

 private:
  // A flat stretch says nothing: where the loss is what is left to rounding.
  static bool is_flat(const std::vector<double>& loss, std::size_t i) {
    const std::size_t low = i < kFlat ? 0 : i - kFlat, high = std::min(loss.size() - 1, i + kFlat);
    return std::abs(loss[low] - loss[i]) <= kNotch * std::abs(loss[i]) ||
           std::abs(loss[high] - loss[i]) <= kNotch * std::abs(loss[i]);
  }

  // Lower than its neighbours, and by more than rounding than what lies between it and lower ones.
  static bool is_minimum(const std::vector<double>& loss, std::size_t i) {
    if (!std::isfinite(loss[i])) return false;
    // A smaller size costs less: where it has no loss, that is not a number.
    if (i > 0 && !(loss[i - 1] >= loss[i] && std::isfinite(loss[i - 1]))) return false;
    if (i + 1 < loss.size() && loss[i + 1] < loss[i]) return false;
    for (const int step : {-1, 1}) {
      double highest = loss[i];
      for (std::size_t j = i + static_cast<std::size_t>(step); j < loss.size();
           j += static_cast<std::size_t>(step)) {
        highest = std::max(highest, loss[j]);
        if (loss[j] < loss[i] && highest < loss[i] + kNotch) return false;
        if (loss[j] < loss[i]) break;
      }
    }
    return true;
  }

  void repeat(std::vector<double>& D,
              std::map<std::string, std::vector<double>, std::less<>>& all) const {
    const double U = *question_.unique_tokens, R = question_.repetition;
    if (law_.has_input("U")) {
      all["U"].assign(D.size(), U);
      return;
    }
    for (double& each : D)
      if (each > U) each = U + U * R * -std::expm1(-(each / U - 1) / R);
  }

  const Law& law_;
  const PlanQuestion& question_;
};

// ---- the answer against it

class Judge {
 public:
  Judge(const Asked& asked, PlanTrial& trial) : asked_(asked), grid_(asked), trial_(trial) {}

  void run(const Result<Plan>& plan) {
    if (!plan) return refused(plan.error().text());
    if (!plan->run) return;
    trial_.answered = true;
    check(*plan->run);
    if (!trial_.fault.empty()) return;
    if (asked_.kind == "lowest loss" || asked_.kind == "sparsity")
      lowest(*plan->run);
    else if (asked_.kind == "minimum budget")
      budget(*plan->run);
    else
      size(*plan->run);
  }

 private:
  template <class... Args>
  void fail(fmt::format_string<Args...> text, Args&&... args) {
    if (trial_.fault.empty()) trial_.fault = fmt::format(text, std::forward<Args>(args)...);
  }
  void is_worse(double by, double n, double d) {
    by /= std::max(1.0, std::abs(loss_));
    trial_.worse = std::max(trial_.worse, by);
    if (by > kWorse)
      fail("worse by {}: the grid has N = {}, D = {}, the plan {}, {}", by, std::exp(n),
           std::exp(d), N_, D_);
  }

  // The run by itself: finite, what the law says of it, within the budget, the limits and the
  // reach.
  void check(const PlannedRun& run) {
    for (const double each : {run.N, run.P, run.S, run.D, run.loss, run.flops, run.total_flops})
      if (!std::isfinite(each)) fail("not finite: N = {}, D = {}, L = {}", run.N, run.D, run.loss);
    const double n = std::log(run.N), z = -std::log1p(-run.S), d = std::log(run.D);
    const double loss = grid_.losses({n}, {z}, {d})[0];
    if (!(std::abs(loss - run.loss) <= kWorse * std::max(1.0, std::abs(loss))))
      fail("the law says {} of N = {}, D = {}, and the plan {}", loss, run.N, run.D, run.loss);
    const PlanQuestion& question = asked_.question;
    if (question.flops && run.total_flops > *question.flops * (1 + kSlack))
      fail("{} FLOPs are above the budget", run.total_flops);
    for (const Limit& limit : question.limits)
      if ((limit.on == Limit::On::kTotal ? run.P : run.D) > limit.max * (1 + kSlack))
        fail("P = {}, D = {} are beyond a limit", run.P, run.D);
    if (std::abs(run.P * (1 - run.S) / run.N - 1) > kSlack) fail("N is not P (1 - S)");
    outside_ = grid_.outside(n, z, d);
    loss_ = run.loss;
    N_ = run.N;
    D_ = run.D;
    if (grid_.beyond_reach(outside_) > kSlack)
      fail("N = {}, D = {} are out of reach", run.N, run.D);
  }

  // Whether a point of the grid would have been chosen before the answer.
  bool goes_before(const Minimum& found) const {
    return found.outside < outside_ - kSameDistance ||
           std::abs(found.outside - outside_) < kSameDistance;
  }

  void lowest(const PlannedRun& run) {
    const Minimum found = grid_.nearest(*asked_.question.flops);
    if (asked_.kind == "sparsity" && grid_.beyond_reach(found.outside) > 0) return;
    if (asked_.kind == "sparsity" || goes_before(found))
      is_worse(run.loss - found.loss, found.n, found.d);
  }

  // Less reaches the target: on a lower budget its lowest loss is lower than the target.
  void budget(const PlannedRun& run) {
    const double target = *asked_.question.loss;
    check_target(run);
    for (const double less : {0.0, 1e-3, 0.1, 1.0, 3.0, 10.0}) {
      const double flops = run.total_flops * std::exp(-less);
      if (!(flops > 6)) continue;
      const Minimum found = grid_.nearest(flops);
      if (!found.edge && goes_before(found)) is_worse(target - found.loss, found.n, found.d);
    }
  }

  void check_target(const PlannedRun& run) {
    const double target = *asked_.question.loss;
    if (std::abs(run.loss - target) > kSteep * target) fail("L = {} is not {}", run.loss, target);
  }

  // A smaller size, or fewer tokens, reach the target.
  void size(const PlannedRun& run) {
    check_target(run);
    const bool fewest = asked_.kind == "fewest tokens";
    const double z = -std::log1p(-run.S), n = std::log(run.N);
    const Line line = grid_.line(z, asked_.question.flops.value_or(kInfinite), kSizes);
    const double target = *asked_.question.loss;
    // Where the fitted ranges are known, the answer is compared with runs that are joined to it.
    const auto joined = [&](std::size_t i) {
      for (std::size_t j = 0; j < line.n.size(); ++j)
        if ((line.n[j] - n) * (line.n[j] - line.n[i]) < 0 && line.loss[j] > target) return false;
      return true;
    };
    for (std::size_t i = 0; i < line.n.size(); ++i) {
      const bool less = fewest ? line.d[i] < std::log(run.D) : line.n[i] < n;
      if (!less || !(line.loss[i] < target)) continue;
      if (asked_.law.fitted_on().empty() || joined(i))
        is_worse(target - line.loss[i], line.n[i], line.d[i]);
    }
  }

  // Refusals that the grid contradicts.
  void refused(const std::string& why) {
    const PlanQuestion& question = asked_.question;
    const bool no_optimum = why.contains("no compute-optimal size"),
               far = why.contains("reach, ") || why.contains("question.reach"),
               unreached = why.contains("cannot be reached");
    if (unreached && question.flops) {
      const Minimum found = grid_.nearest(*question.flops);
      if (!found.edge && !found.flat && found.loss < *question.loss - kWorse)
        fail("refused ({}); the grid reaches {} at N = {}, D = {}", why, found.loss,
             std::exp(found.n), std::exp(found.d));
    }
    if ((no_optimum || far) && question.flops && !question.loss) {
      const Minimum found = grid_.nearest(*question.flops);
      if (!found.edge && !found.flat && grid_.beyond_reach(found.outside) == 0)
        fail("refused ({}); the grid has L = {} at N = {}, D = {}", why, found.loss,
             std::exp(found.n), std::exp(found.d));
    }
    if (why.contains("nan")) fail("refused with NaN ({})", why);
  }

  const Asked& asked_;
  Grid grid_;
  PlanTrial& trial_;
  double outside_ = 0, loss_ = 0, N_ = 0, D_ = 0;  // of the answer
};

}  // namespace

PlanTrial try_plan(std::uint64_t seed) {
  const Asked asked = ask(seed);
  PlanTrial trial{.values = asked.values, .question = asked.kind, .worse = -kInfinite, .fault = ""};
  Judge(asked, trial).run(plan(asked.law, asked.question));
  if (!trial.fault.empty())
    trial.fault = fmt::format("seed {}: {}: {}", seed, describe(asked), trial.fault);
  return trial;
}

}  // namespace isoflop::test
