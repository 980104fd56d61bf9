#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/listed.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/plan_draws.h"

namespace isoflop {

namespace {

constexpr double kDifference = 1e-4;  // of a coefficient
constexpr double kSame = 1e-9;        // relative: what differs by less does not vary
constexpr std::size_t kSparsity = 2;  // in kPlanQuantities: a share, all others are above 0

// Which of the quantities any coefficient moves.
std::vector<bool> varying(const Fit& fit, const Plan& plan) {
  const std::span<const double> values = fit.law.values();
  std::vector<std::vector<double>> moved(values.size() + 1, {values.begin(), values.end()});
  for (std::size_t i = 0; i < values.size(); ++i)
    moved[i + 1][i] += kDifference * (values[i] == 0 ? 1 : values[i]);
  const std::vector<std::span<const double>> sets(moved.begin(), moved.end());
  SerialExecutor executor;
  Progress silent;
  const auto planned = quantities_under(fit.law, plan, sets, executor, silent);
  std::vector<bool> varies(kPlanQuantities.size());
  for (const PlanQuantities& each : planned)
    for (std::size_t k = 0; k < each.size(); ++k)
      varies[k] = varies[k] || std::abs(each[k] / planned[0][k] - 1) > kSame;
  return varies;
}

Quantity quantity(const Law& law, const Plan& plan, std::size_t which) {
  return {[&law, &plan, which](std::span<const std::span<const double>> sets) {
            SerialExecutor executor;
            Progress silent;
            std::vector<double> values;
            for (const PlanQuantities& each : quantities_under(law, plan, sets, executor, silent))
              values.push_back(each[which]);
            return values;
          },
          which != kSparsity};
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
  std::vector<std::pair<std::size_t, const char*>> of;  // which plan, which quantity
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!plans[i].run) continue;
    const std::vector<bool> varies = varying(fit, plans[i]);
    for (std::size_t k = 0; k < varies.size(); ++k) {
      if (!varies[k]) continue;
      all.push_back(quantity(fit.law, plans[i], k));
      of.emplace_back(i, kPlanQuantities[k]);
    }
  }
  const Result<std::vector<ProfileInterval>> made =
      quantity_profiles(fit, all, level, executor, progress);
  if (!made) return std::unexpected(made.error());
  if (made->size() < all.size()) return std::vector<NamedProfiles>{};
  std::vector<NamedProfiles> profiles(plans.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    profiles[of[i].first].emplace_back(of[i].second, (*made)[i]);
  return profiles;
}

}  // namespace isoflop
