#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/listed.h"
#include "base/numbers.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/plan_draws.h"
#include "plan/plan_follower.h"

namespace isoflop {

namespace {

constexpr double kDifference = 1e-4;  // of a coefficient
constexpr double kSame = 1e-9;        // relative: what differs by less does not vary
// In kPlanQuantities: the sparsity is a share, all others are above 0.
constexpr std::size_t kSparsity = 2, kDenseEquivalent = 7;

Quantity quantity(const Law& law, const Plan& plan, std::size_t which) {
  const auto follower = std::make_shared<PlanFollower>(law, plan);
  return {[&law, &plan, which, follower](std::span<const std::span<const double>> sets) {
            SerialExecutor executor;
            Progress silent;
            const std::vector<PlanQuantities> all =
                which == kDenseEquivalent ? quantities_under(law, plan, sets, executor, silent)
                                          : (*follower)(sets);
            std::vector<double> values;
            for (const PlanQuantities& each : all) values.push_back(each[which]);
            return values;
          },
          which != kSparsity};
}

// The answers at the fit, and with each coefficient changed a little.
std::vector<PlanQuantities> moved_answers(const Fit& fit, const Plan& plan) {
  const std::span<const double> values = fit.law.values();
  std::vector<std::vector<double>> moved(values.size() + 1, {values.begin(), values.end()});
  for (std::size_t i = 0; i < values.size(); ++i)
    moved[i + 1][i] += kDifference * (values[i] == 0 ? 1 : values[i]);
  const std::vector<std::span<const double>> sets(moved.begin(), moved.end());
  SerialExecutor executor;
  Progress silent;
  return quantities_under(fit.law, plan, sets, executor, silent);
}

// How quantity k follows from quantity j, as a power of it: P is N over what is dense, D a budget
// over 6 N, D/N that over N^2. 0 where it does not.
int power_of(const std::vector<PlanQuantities>& answers, std::size_t k, std::size_t j) {
  for (const int power : {1, -1, -2}) {
    const bool follows = std::ranges::all_of(answers, [&](const PlanQuantities& each) {
      const double by_j = std::log(each[j] / answers[0][j]);
      return std::abs(std::log(each[k] / answers[0][k]) - power * by_j) <= kSame;
    });
    if (follows) return power;
  }
  return 0;
}

// What is profiled, and what follows from that.
struct Profiled {
  std::size_t plan, quantity;
  std::size_t source;  // in the list of those that are profiled
  int power;           // of it; at the fit, the quantities have these values
  double value, source_value;
};

// Of those quantities that any coefficient moves.
void add_quantities(const Fit& fit, const Plan& plan, std::size_t index, std::vector<Quantity>& all,
                    std::vector<Profiled>& of) {
  const std::vector<PlanQuantities> answers = moved_answers(fit, plan);
  if (answers.empty()) return;
  // A limit that some coefficients meet changes how one follows from another.
  const bool free = plan.question.limits.empty() && !plan.question.unique_tokens;
  const std::size_t first = of.size();
  for (std::size_t k = 0; k < kPlanQuantities.size(); ++k) {
    const bool varies = std::ranges::any_of(answers, [&](const PlanQuantities& each) {
      return std::abs(each[k] / answers[0][k] - 1) > kSame;
    });
    if (!varies) continue;
    Profiled one{index, k, all.size(), 0, answers[0][k], answers[0][k]};
    for (std::size_t i = first; free && one.power == 0 && k != kSparsity && i < of.size(); ++i) {
      if (of[i].power != 0 || of[i].quantity == kSparsity) continue;
      one.power = power_of(answers, k, of[i].quantity);
      if (one.power == 0) continue;
      one.source = of[i].source;
      one.source_value = of[i].value;
    }
    if (one.power == 0) all.push_back(quantity(fit.law, plan, k));
    of.push_back(one);
  }
}

ProfileInterval following(const ProfileInterval& source, const Profiled& of) {
  if (of.power == 0) return source;
  const auto end = [&](double x) { return of.value * std::pow(x / of.source_value, of.power); };
  ProfileInterval result = source;
  result.interval = {end(source.interval.low), end(source.interval.high)};
  if (of.power < 0) std::swap(result.interval.low, result.interval.high);
  // Of an end that there is none of, neither 0 nor infinity is one.
  if (std::isinf(of.power < 0 ? source.interval.high : source.interval.low))
    result.interval.low = -kInfinity;
  if (std::isinf(of.power < 0 ? source.interval.low : source.interval.high))
    result.interval.high = kInfinity;
  return result;
}

}  // namespace

const ProfileInterval* find(const NamedProfiles& profile, std::string_view name) {
  for (const auto& [key, each] : profile)
    if (key == name) return &each;
  return nullptr;
}

std::vector<std::string> notes_on(const NamedProfiles& profile) {
  std::vector<std::string> lower, upper, better, unknown;
  for (const auto& [name, each] : profile) {
    const auto& [low, high] = each.interval;
    if (std::isinf(low)) lower.push_back(name);
    if (std::isinf(high)) upper.push_back(name);
    if (std::isnan(low) || std::isnan(high))
      (each.lower_optimum ? better : unknown).push_back(name);
  }
  std::vector<std::string> notes;
  const auto note = [&](const std::vector<std::string>& names, std::string_view what) {
    if (!names.empty()) notes.push_back(fmt::format("the profile of {} {}", listed(names), what));
  };
  note(lower, "has no lower end inside the ranges of the coefficients");
  note(upper, "has no upper end inside the ranges of the coefficients");
  // One line for each set of edges.
  std::map<std::vector<std::string>, std::vector<std::string>> held;
  for (const auto& [name, each] : profile)
    if (!each.at_edge.empty()) held[each.at_edge].push_back(name);
  for (const auto& [edges, names] : held)
    note(names,
         fmt::format("ends where {} {} at the edge of {} range: that sets the end as much as "
                     "the runs do",
                     listed(edges), edges.size() > 1 ? "are" : "is",
                     edges.size() > 1 ? "their" : "its"));
  note(better, "came to a lower objective than the fit: fit with recipe.starts=random:1000");
  note(unknown, "is not known: on its way the answer jumps, or there is none");
  return notes;
}

Result<std::vector<NamedProfiles>> plan_profiles(const Fit& fit, std::span<const Plan> plans,
                                                 double level, Executor& executor,
                                                 Progress& progress) {
  std::vector<Quantity> all;
  std::vector<Profiled> of;
  for (std::size_t i = 0; i < plans.size(); ++i)
    if (plans[i].run) add_quantities(fit, plans[i], i, all, of);
  const Result<std::vector<ProfileInterval>> made =
      quantity_profiles(fit, all, level, executor, progress);
  if (!made) return std::unexpected(made.error());
  if (made->size() < all.size()) return std::vector<NamedProfiles>{};
  std::vector<NamedProfiles> profiles(plans.size());
  for (const Profiled& each : of)
    profiles[each.plan].emplace_back(kPlanQuantities[each.quantity],
                                     following((*made)[each.source], each));
  return profiles;
}

}  // namespace isoflop
