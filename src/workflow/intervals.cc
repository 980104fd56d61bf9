#include "workflow/intervals.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/loss_draws.h"
#include "isoflop/plan_draws.h"

namespace isoflop {

namespace {

// All that is known of some answers: one of each a way, empty lists for ways that there are not.
struct AllIntervals {
  std::vector<PlanUncertainty> bootstrap, sandwich;
  std::vector<NamedProfiles> profile;
};

// Nothing where the work was stopped.
std::optional<AllIntervals> find_intervals(const Model& model, const ModelDraws& known,
                                           const IntervalRequest& wanted, double level,
                                           std::span<const Plan> plans, Executor& executor,
                                           Progress& progress) {
  AllIntervals all;
  const auto under = [&](const Draws& draws, std::vector<PlanUncertainty>& sure) {
    sure = plan_uncertainty(model.law, draws, plans, level, executor, progress);
    return !sure.empty();
  };
  if (known.bootstrap != nullptr && !under(*known.bootstrap, all.bootstrap)) return std::nullopt;
  if (known.sandwich && !under(*known.sandwich, all.sandwich)) return std::nullopt;
  if (!wanted.profile || !check_profiles(model)) return all;
  Result<std::vector<NamedProfiles>> profile =
      plan_profiles(model.fit->fit, plans, level, executor, progress);
  if (!profile) return all;
  if (profile->empty()) return std::nullopt;
  all.profile = *std::move(profile);
  return all;
}

void add_notes(PlanRecord& record) {
  std::vector<std::string>& notes = record.plan.notes;
  const bool alone = !record.bootstrap || !record.sandwich;
  // With two ways, of which.
  const auto add = [&](const std::optional<PlanUncertainty>& sure, const char* way) {
    if (!sure) return;
    for (const std::string& note : notes_on(*sure))
      notes.push_back(alone ? note : fmt::format("{}: {}", way, note));
  };
  add(record.bootstrap, "bootstrap");
  add(record.sandwich, "sandwich");
  if (record.sandwich && !record.bootstrap)
    notes.push_back(
        fmt::format("{1}intervals are of {0} draws from the sandwich covariance of the fit; "
                    "bootstrap.replicates={0} makes fewer assumptions",
                    kSandwichDraws, record.profile ? "sandwich " : ""));
  if (!record.profile) return;
  for (std::string& note : notes_on(*record.profile)) notes.push_back(std::move(note));
}

}  // namespace

std::optional<LossIntervals> loss_intervals(const Model& model, const Inputs& inputs,
                                            const IntervalRequest& wanted,
                                            std::vector<std::string>& notes) {
  if (!model.fit) return std::nullopt;
  const FitRecord& record = *model.fit;
  LossIntervals intervals{.level = wanted.level.value_or(kUsualLevel)};
  const auto add_notes = [&notes](std::vector<std::string> more) {
    for (std::string& note : more) notes.push_back(std::move(note));
  };
  if (record.fit.table.rows() > 0)
    if (const Result<LossBand> band = loss_band(record.fit, inputs, intervals.level)) {
      intervals.band = *band;
      add_notes(notes_on(*band));
    }
  if (record.bootstrap)
    if (const auto sure =
            loss_uncertainty(model.law, record.bootstrap->draws, inputs, intervals.level))
      intervals.bootstrap = *sure;
  if (wanted.profile)
    if (const auto profile = loss_profile(record.fit, inputs, intervals.level)) {
      intervals.profile = *profile;
      add_notes(notes_on(NamedProfiles{{"the loss", *profile}}));
    }
  const bool any = intervals.band || intervals.bootstrap || intervals.profile;
  return any ? std::optional(intervals) : std::nullopt;
}

void add_intervals(const Model& model, const IntervalRequest& wanted, std::span<PlanRecord> records,
                   Executor& executor, Progress& progress) {
  const ModelDraws known = draws_of(model);
  const double level = wanted.level.value_or(known.level > 0 ? known.level : kUsualLevel);
  std::vector<Plan> plans;
  for (const PlanRecord& each : records) plans.push_back(each.plan);
  std::optional<AllIntervals> all =
      find_intervals(model, known, wanted, level, plans, executor, progress);
  if (!all) {
    records.back().plan.warnings.emplace_back("stopped before the intervals were known");
    return;
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    PlanRecord& each = records[i];
    if (!each.plan.run) continue;
    each.level = level;
    if (!all->bootstrap.empty()) each.bootstrap = std::move(all->bootstrap[i]);
    if (!all->sandwich.empty()) each.sandwich = std::move(all->sandwich[i]);
    if (!all->profile.empty()) each.profile = std::move(all->profile[i]);
    add_notes(each);
  }
}

Result<void> check_profiles(const Model& model) {
  if (!model.fit)
    return error_at({"request.intervals"},
                    "{} has no runs to make a profile from: give a fit file that isoflop fit wrote",
                    model.law.label());
  if (model.fit->fit.table.rows() == 0)
    return error_at({"request.intervals"},
                    "the fit came without its runs, and a profile is made from them: fit again");
  return {};
}

}  // namespace isoflop
