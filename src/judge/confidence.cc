#include "isoflop/confidence.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/listed.h"

namespace isoflop {

namespace {

void note_open_ends(const Fit& fit, const std::vector<ProfileInterval>& profile,
                    std::vector<std::string>& notes) {
  std::vector<std::string> lower, upper, better;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const std::string& name = fit.law.coefficients()[i].name;
    if (std::isinf(profile[i].interval.low)) lower.push_back(name);
    if (std::isinf(profile[i].interval.high)) upper.push_back(name);
    if (profile[i].lower_optimum) better.push_back(name);
  }
  for (const auto& [names, side] : {std::pair(&lower, "lower"), std::pair(&upper, "upper")})
    if (!names->empty())
      notes.push_back(
          fmt::format("the profile of {} has no {} end inside the range", listed(*names), side));
  if (!better.empty())
    notes.push_back(fmt::format(
        "the profile of {} came to a lower objective than the fit: try recipe.starts=random:1000",
        listed(better)));
}

}  // namespace

Result<Confidence> confidence(const Fit& fit, double level, bool profile, Executor& executor,
                              Progress& progress) {
  const Result<Covariance> spread = covariance(fit);
  if (!spread) return std::unexpected(spread.error());
  Result<Identifiability> told = identifiability(fit);
  if (!told) return std::unexpected(told.error());
  Confidence result{.level = level,
                    .degrees_of_freedom = spread->degrees_of_freedom,
                    .sandwich = normal_intervals(fit, *spread, level),
                    .profile = {},
                    .identifiability = *std::move(told)};
  if (!profile) return result;
  Result<std::vector<ProfileInterval>> profiles = profile_intervals(fit, level, executor, progress);
  if (!profiles) return std::unexpected(profiles.error());
  result.profile = *std::move(profiles);
  return result;
}

std::vector<std::string> notes_on(const Fit& fit, const Confidence& confidence) {
  std::vector<std::string> notes = notes_on(confidence.identifiability);
  if (confidence.degrees_of_freedom == 0)
    notes.emplace_back(
        "there are as many coefficients as runs: nothing is left to say how sure they are");
  note_open_ends(fit, confidence.profile, notes);
  return notes;
}

}  // namespace isoflop
