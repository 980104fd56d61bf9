#include "workflow/intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "base/distributions.h"
#include "base/error.h"
#include "base/listed.h"
#include "base/numbers.h"
#include "isoflop/covariance.h"
#include "isoflop/extrapolation.h"
#include "isoflop/identifiability.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/loss_draws.h"
#include "isoflop/plan_draws.h"

namespace isoflop {

namespace {

// Where more draws than these have no answer, the others are no fair sample of the ends of an
// interval, which hold back a few percent of the draws each.
constexpr double kMostWithout = 0.02;
constexpr double kSame = 1e-9;  // relative: an estimate is at the end of its interval
// A size that may be a hundred times larger or smaller is not known to a planner.
constexpr double kWidest = 1e4;
constexpr std::string_view kSizeNames[] = {"N", "P", "D", "tokens_per_parameter"};

// Why a covariance says nothing sound of what is made from a fit: there F is no parabola. "" where
// it may.
std::string doubt_of(const FitRecord& record) {
  const Fit& fit = record.fit;
  if (!fit.at_bound.empty())
    return fmt::format("{} {} at the edge of {} range", listed(fit.at_bound),
                       fit.at_bound.size() == 1 ? "is" : "are",
                       fit.at_bound.size() == 1 ? "its" : "their");
  const auto weak = [](const std::vector<WeakDirection>& directions) {
    if (directions.empty()) return std::string();
    const std::vector<std::string>& names = directions.front().coefficients;
    return fmt::format("{} {} poorly identified", listed(names), names.size() == 1 ? "is" : "are");
  };
  if (record.confidence) return weak(record.confidence->identifiability.weak);
  const Result<Identifiability> of = identifiability(fit);
  return of ? weak(of->weak) : "";
}

// Why draws say nothing sound of a plan, or "".
std::string doubt_of(const PlanUncertainty& sure, const PlannedRun& run) {
  if (static_cast<double>(sure.without) > kMostWithout * static_cast<double>(sure.draws))
    return fmt::format("{} of {} draws have no answer to this question", sure.without, sure.draws);
  for (const auto& [name, value] : {std::pair("N", run.N), {"loss", run.loss}}) {
    const Uncertainty* found = sure.find(name);
    if (found == nullptr) continue;
    const Range& range = found->percentile;
    if (!(range.low <= value * (1 + kSame) && range.high >= value * (1 - kSame)))
      return fmt::format("the interval of {} would leave out the plan's own", name);
  }
  return "";
}

// Draws stay where they hold; else a note says why they do not.
void keep_if_sound(std::optional<PlanUncertainty>& sure, std::string_view way, PlanRecord& record) {
  if (!sure) return;
  const std::string doubt = doubt_of(*sure, *record.plan.run);
  if (!doubt.empty()) {
    record.plan.notes.push_back(fmt::format("there is no {} interval: {}", way, doubt));
    sure.reset();
    return;
  }
  // With two ways, of which.
  for (const std::string& note : notes_on(*sure))
    record.plan.notes.push_back(fmt::format("{}: {}", way, note));
}

// Why a profile is no interval for a planner, or "".
std::string open_end(std::string_view name, const ProfileInterval& profile) {
  const auto& [low, high] = profile.interval;
  if (profile.lower_optimum)
    return "a refit came to a lower objective than the fit: fit with recipe.starts=random:1000";
  if (std::isnan(low) || std::isnan(high))
    return "coefficients that agree with them give no plan, or another one altogether";
  if (std::isinf(low) || std::isinf(high))
    return fmt::format("they set no {} end to {}",
                       !std::isinf(high)  ? "lower"
                       : !std::isinf(low) ? "upper"
                                          : "lower or upper",
                       name);
  if (std::ranges::find(kSizeNames, name) != std::end(kSizeNames) &&
      high / low > (name == "tokens_per_parameter" ? kWidest * kWidest : kWidest))
    return fmt::format("values of {} that differ by a factor of {} agree with them", name, kWidest);
  return "";
}

// "D is 20 N in every row", of a design that no size follows from, whatever the search ended at:
// what was found, without what follows.
std::string no_size_follows(const FitRecord& record) {
  if (!record.confidence) return "";
  for (const Finding& finding : record.confidence->findings) {
    const bool of_sizes = std::ranges::any_of(finding.names, [](const std::string& name) {
      return name == "N" || name == "P" || name == "D";
    });
    const bool degenerate = finding.kind == FindingKind::kProportional ||
                            finding.kind == FindingKind::kConstant ||
                            finding.kind == FindingKind::kCheckpoints;
    if (of_sizes && degenerate) return finding.text.substr(0, finding.text.find(": "));
  }
  return "";
}

// The profile takes the place of draws that do not hold. What it does not bound is not determined.
void refuse_open_ends(const FitRecord& fit, PlanRecord& record) {
  const std::string degenerate = no_size_follows(fit);
  std::string reason;
  for (auto& [name, profile] : *record.profile) {
    const bool size = std::ranges::find(kSizeNames, name) != std::end(kSizeNames);
    const std::string why = size && !degenerate.empty() ? degenerate : open_end(name, profile);
    if (why.empty()) continue;
    if (reason.empty()) reason = why;
    record.undetermined.push_back(name);
  }
  std::erase_if(*record.profile,
                [&](const auto& each) { return record.is_undetermined(each.first); });
  for (std::string& note : notes_on(*record.profile)) record.plan.notes.push_back(std::move(note));
  if (!record.undetermined.empty())
    record.plan.warnings.push_back(fmt::format(
        "{} of this plan {} not determined by the runs of the fit: {}", listed(record.undetermined),
        record.undetermined.size() == 1 ? "is" : "are", reason));
  if (record.profile->empty()) record.profile.reset();
}

bool is_quantile(const Model& model) {
  return model.fit && model.fit->fit.recipe.loss.kind == RobustLoss::Kind::kQuantile;
}

// Of those plans that need one. Nothing where the work was stopped.
bool add_profiles(const Model& model, const IntervalRequest& wanted, std::span<PlanRecord> records,
                  double level, Executor& executor, Progress& progress) {
  if (const Result<void> can = check_profiles(model); !can) {
    if (is_quantile(model) && !model.fit->bootstrap)
      records.back().plan.notes.push_back(can.error().problems[0].what);
    return true;
  }
  std::vector<Plan> plans;
  const auto needs = [&](const PlanRecord& each) {
    return each.plan.run && (wanted.profile || !each.sandwich);
  };
  for (const PlanRecord& each : records) {
    plans.push_back(each.plan);
    if (!needs(each)) plans.back().run.reset();
    // It costs more than all others together.
    if (plans.back().run && !wanted.profile) plans.back().run->dense_equivalent = kNan;
  }
  if (std::ranges::none_of(records, needs)) return true;
  Result<std::vector<NamedProfiles>> profile =
      plan_profiles(model.fit->fit, plans, level, executor, progress);
  if (!profile) return true;
  if (profile->empty()) return false;
  for (std::size_t i = 0; i < records.size(); ++i) {
    PlanRecord& each = records[i];
    if (!needs(each)) continue;
    each.profile = std::move((*profile)[i]);
    if (!each.sandwich)
      refuse_open_ends(*model.fit, each);
    else
      for (std::string& note : notes_on(*each.profile)) each.plan.notes.push_back(std::move(note));
  }
  return true;
}

// The band of a profile, and with the noise of a run on top, each end by itself.
void take_profile(const ProfileInterval& profile, double loss, double t, LossBand& band) {
  const auto& [low, high] = profile.interval;
  const double noise = t * band.log_noise;
  band.log_error = kNan;
  band.mean = {kNan, kNan};
  if (band.logarithmic)
    band.run = {loss * std::exp(-std::hypot(std::log(loss / low), noise)),
                loss * std::exp(std::hypot(std::log(high / loss), noise))};
  else
    band.run = {loss - std::hypot(loss - low, noise), loss + std::hypot(high - loss, noise)};
}

// An interval that allows for misfit costs little where there is none, so that less is enough for
// it than for a warning (kMisfitLevel).
constexpr double kDoubtful = 0.05;

constexpr const char* kNoDrift =
    "intervals hold if the law does, which is in doubt: the runs have too few budgets to say how "
    "far off the {} may be";

// Of a fit whose law is in doubt.
struct InDoubt {
  const Fit& fit;
  SmallerFits smaller;
  double noise = 1;

  // Between the budgets of the runs a law is off to either side, as they bend about it, and the
  // interval is not to be narrower than one that supposes that it holds.
  [[nodiscard]] MisfitError error(double drift, bool of_loss, const Extrapolation& at) const {
    if (at.budget == 0) return {.drift = drift};
    return {noise, drift, of_loss};
  }
};

std::optional<InDoubt> in_doubt(const FitRecord& record) {
  if (record.fit.table.rows() == 0 || !record.confidence) return std::nullopt;
  const LackOfFit& test = record.confidence->lack_of_fit;
  if (!(test.p < kDoubtful)) return std::nullopt;
  return InDoubt{record.fit, smaller_fits(record.fit), noise_share(test)};
}

// From the intervals that the plan is shown with.
void allow_for_misfit(const InDoubt& of, PlanRecord& record) {
  if (of.smaller.lacks.empty()) {
    record.plan.notes.push_back(fmt::format(kNoDrift, "plan"));
    return;
  }
  const PlanQuantities drift = plan_drift(of.fit, of.smaller, record.plan, *record.outside);
  for (std::size_t k = 0; k < kPlanQuantities.size(); ++k) {
    const std::string_view name = kPlanQuantities[k];
    const std::optional<Range> held = record.shown(name);
    // A sparsity is a share, not a size.
    if (!held || name == "S") continue;
    const double estimate = quantities_of(*record.plan.run)[k];
    const bool of_loss = name == "loss" || name == "flops";
    const Range range =
        for_misfit(*held, estimate, of.error(drift[k], of_loss, *record.outside), record.level);
    if (std::isfinite(range.low) && std::isfinite(range.high))
      record.for_misfit.emplace_back(name, range);
  }
}

// From the interval of the law's own value that is shown.
void allow_for_misfit(const FitRecord& record, const Inputs& inputs, double loss,
                      LossIntervals& intervals, std::vector<std::string>& notes) {
  const auto value = [&](const char* name) {
    const auto found = inputs.find(name);
    return found == inputs.end() ? kNan : found->second;
  };
  const double S = value("S");
  const std::optional<Extrapolation> outside =
      extrapolation(record.fit, {.N = value("N"), .S = std::isnan(S) ? 0 : S, .D = value("D")});
  const std::optional<Range> held = intervals.shown();
  const std::optional<InDoubt> of = held && outside ? in_doubt(record) : std::nullopt;
  if (!of) return;
  if (of->smaller.lacks.empty()) {
    notes.push_back(fmt::format(kNoDrift, "loss"));
    return;
  }
  const double drift = loss_drift(of->fit, of->smaller, inputs, *outside);
  const Range range = for_misfit(*held, loss, of->error(drift, true, *outside), intervals.level);
  if (std::isfinite(range.low) && std::isfinite(range.high)) intervals.for_misfit = range;
}

}  // namespace

std::optional<Range> LossIntervals::shown() const {
  if (bootstrap) return bootstrap->percentile;
  if (band && std::isfinite(band->log_error)) return band->mean;
  return profile ? std::optional(profile->interval) : std::nullopt;
}

std::optional<LossIntervals> loss_intervals(const Model& model, const Inputs& inputs,
                                            const IntervalRequest& wanted,
                                            std::vector<std::string>& notes) {
  if (!model.fit) return std::nullopt;
  const FitRecord& record = *model.fit;
  LossIntervals intervals{.level = wanted.level.value_or(kUsualLevel)};
  const auto add_notes = [&notes](std::vector<std::string> more) {
    for (std::string& note : more) notes.push_back(std::move(note));
  };
  const std::string doubt = record.fit.table.rows() > 0 ? doubt_of(record) : "";
  if (record.fit.table.rows() > 0)
    if (const Result<LossBand> band = loss_band(record.fit, inputs, intervals.level))
      intervals.band = *band;
  if (record.bootstrap)
    if (const auto sure =
            loss_uncertainty(model.law, record.bootstrap->draws, inputs, intervals.level))
      intervals.bootstrap = *sure;
  if ((wanted.profile || !doubt.empty()) && !is_quantile(model))
    if (const auto profile = loss_profile(record.fit, inputs, intervals.level)) {
      intervals.profile = *profile;
      add_notes(notes_on(NamedProfiles{{"the loss", *profile}}));
    }
  const Result<Prediction> at = predict(model.law, inputs);
  if (intervals.band && !doubt.empty() && intervals.profile) {
    const Result<Covariance> V = covariance(record.fit);
    if (V && at)
      take_profile(*intervals.profile, at->loss,
                   student_quantile(intervals.level, V->degrees_of_freedom), *intervals.band);
  }
  if (intervals.band && (intervals.band->envelope || !intervals.profile || doubt.empty()))
    add_notes(notes_on(*intervals.band));
  if (at) allow_for_misfit(record, inputs, at->loss, intervals, notes);
  const bool any = intervals.band || intervals.bootstrap || intervals.profile;
  return any ? std::optional(intervals) : std::nullopt;
}

void add_intervals(const Model& model, const IntervalRequest& wanted, std::span<PlanRecord> records,
                   Executor& executor, Progress& progress) {
  for (PlanRecord& each : records) each.warnings = model.warnings;
  if (!model.fit) return;
  for (PlanRecord& each : records)
    if (each.plan.run) each.outside = extrapolation(model.fit->fit, *each.plan.run);
  // Of several budgets it is enough to say it of the largest.
  if (records.back().outside)
    for (std::string& note : notes_on(*records.back().outside))
      records.back().plan.notes.push_back(std::move(note));
  const std::string doubt = model.fit->fit.table.rows() > 0 ? doubt_of(*model.fit) : "";
  ModelDraws known = draws_of(model);
  if (!doubt.empty()) known.sandwich.reset();
  const double level = wanted.level.value_or(known.level > 0 ? known.level : kUsualLevel);
  std::vector<Plan> plans;
  for (const PlanRecord& each : records) plans.push_back(each.plan);
  const auto stopped = [&] {
    for (PlanRecord& each : records) each.bootstrap = each.sandwich = std::nullopt;
    records.back().plan.warnings.emplace_back("stopped before the intervals were known");
  };
  const auto add = [&](const Draws* draws, std::optional<PlanUncertainty> PlanRecord::* way) {
    if (draws == nullptr) return true;
    std::vector<PlanUncertainty> sure =
        plan_uncertainty(model.law, *draws, plans, level, executor, progress);
    for (std::size_t i = 0; i < sure.size(); ++i)
      if (records[i].plan.run) records[i].*way = std::move(sure[i]);
    return !sure.empty();
  };
  if (!add(known.bootstrap, &PlanRecord::bootstrap) ||
      !add(known.sandwich ? &*known.sandwich : nullptr, &PlanRecord::sandwich))
    return stopped();
  for (PlanRecord& each : records) {
    if (!each.plan.run) continue;
    each.level = level;
    keep_if_sound(each.bootstrap, "bootstrap", each);
    keep_if_sound(each.sandwich, "sandwich", each);
    if (!doubt.empty() && !is_quantile(model))
      each.plan.notes.push_back(fmt::format("there is no sandwich interval: {}", doubt));
    if (each.sandwich && !each.bootstrap)
      each.plan.notes.push_back(
          fmt::format("{1}intervals are of {0} draws from the sandwich covariance of the fit; "
                      "bootstrap.replicates={0} makes fewer assumptions",
                      kSandwichDraws, wanted.profile ? "sandwich " : ""));
  }
  if (!add_profiles(model, wanted, records, level, executor, progress)) return stopped();
  if (model.fit->confidence && !model.fit->confidence->lack_of_fit.untested.empty())
    records.back().plan.notes.push_back(
        fmt::format("intervals hold if the law does, which is not tested: {}",
                    model.fit->confidence->lack_of_fit.untested));
  if (const std::optional<InDoubt> of = in_doubt(*model.fit))
    for (PlanRecord& each : records)
      if (each.outside) allow_for_misfit(*of, each);
}

Result<void> check_profiles(const Model& model) {
  if (!model.fit)
    return error_at({"request.intervals"},
                    "{} has no runs to make a profile from: give a fit file that isoflop fit wrote",
                    model.law.label());
  if (model.fit->fit.table.rows() == 0)
    return error_at({"request.intervals"},
                    "the fit came without its runs, and a profile is made from them: fit again");
  if (is_quantile(model))
    return error_at({"request.intervals"},
                    "intervals of a quantile come from a bootstrap alone "
                    "(bootstrap.replicates=1000): few runs are near it, and their density decides");
  return {};
}

}  // namespace isoflop
