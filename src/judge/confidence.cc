#include "isoflop/confidence.h"

#include <algorithm>
#include <utility>

namespace isoflop {

namespace {

NamedProfiles named(const Fit& fit, const std::vector<ProfileInterval>& profiles) {
  NamedProfiles list;
  for (std::size_t i = 0; i < profiles.size(); ++i)
    list.emplace_back(fit.law.coefficients()[i].name, profiles[i]);
  return list;
}

}  // namespace

Result<Confidence> confidence(const Fit& fit, double level, bool profile, Executor& executor,
                              Progress& progress) {
  const Result<Covariance> spread = covariance(fit);
  if (!spread) return std::unexpected(spread.error());
  Result<Identifiability> told = identifiability(fit);
  if (!told) return std::unexpected(told.error());
  Result<std::vector<Finding>> doubts = findings(fit);
  if (!doubts) return std::unexpected(doubts.error());
  Result<LackOfFit> shape = lack_of_fit(fit);
  if (!shape) return std::unexpected(shape.error());
  Confidence result{.level = level,
                    .degrees_of_freedom = spread->degrees_of_freedom,
                    .sandwich = normal_intervals(fit, *spread, level),
                    .profile = {},
                    .identifiability = *std::move(told),
                    .findings = *std::move(doubts),
                    .lack_of_fit = *std::move(shape)};
  if (!profile) return result;
  Result<std::vector<ProfileInterval>> profiles =
      coefficient_profiles(fit, level, executor, progress);
  if (!profiles) return std::unexpected(profiles.error());
  result.profile = *std::move(profiles);
  return result;
}

std::vector<std::string> notes_on(const Fit& fit, const Confidence& confidence) {
  std::vector<std::string> notes = notes_on(confidence.identifiability);
  std::erase_if(notes, [&](const std::string& note) {  // a warning already
    return std::ranges::find(confidence.findings, note, &Finding::text) !=
           confidence.findings.end();
  });
  if (confidence.degrees_of_freedom == 0) {
    notes.emplace_back(
        fit.recipe.loss.kind == RobustLoss::Kind::kQuantile
            ? "intervals of a quantile come from a bootstrap alone (bootstrap.replicates=1000): "
              "few runs are "
              "near it, and their density decides"
            : "there are as many coefficients as runs: nothing is left to say how sure they are");
    return notes;
  }
  for (std::string& note : notes_on(named(fit, confidence.profile)))
    notes.push_back(std::move(note));
  return notes;
}

}  // namespace isoflop
