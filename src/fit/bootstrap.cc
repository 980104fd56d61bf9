#include "isoflop/bootstrap.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/enum_names.h"
#include "base/error.h"
#include "base/numbers.h"
#include "base/version.h"
#include "fit/check.h"
#include "fit/objective.h"
#include "fit/resample.h"
#include "fit/warm_refit.h"
#include "isoflop/bootstrap_parts.h"
#include "kernel/run.h"

namespace isoflop {

namespace {

// In the order of Resampling.
constexpr std::string_view kResamplingNames[] = {"rows", "clusters", "residuals"};

constexpr std::string_view kOfDraws = "refits";
constexpr std::string_view kOfJackknife = "refits without a run";
// Draws that are searched from scratch in any case: a share of all within these ends. Where 400
// find nothing lower, less than one draw in a hundred has a lower optimum (at 95 %), however many
// follow.
constexpr std::size_t kLeastPilots = 40, kMostPilots = 400;
constexpr std::size_t kDrawsAPilot = 100;
constexpr std::size_t kInBlock = 256;  // refits between reports of progress
constexpr std::size_t kRowsInBlock = 1 << 20;
constexpr std::size_t kTasksInBlock = 32;  // refits of one task share their memory

Result<void> check(const Fit& fit, const Bootstrap& how) {
  if (!fit.usable) return error("a fit that failed cannot be refitted: {}", fit.message);
  if (fit.table.rows() == 0)
    return error("the fit came without its runs, and a bootstrap draws from them: fit again");
  if (how.replicates == 0) return error("a bootstrap needs replicates: give their number");
  if (how.by != Resampling::kClusters) return {};
  if (!fit.table.has("cluster"))
    return error("the runs have no column `cluster`, which says what is drawn together");
  return check_clusters(fit.table);
}

// Refits by number, those of a shard of `total` ones, each to a place of its own.
class Refits {
 public:
  // `what` names them where progress is shown.
  Refits(std::string_view what, std::size_t total, const Shard& shard, std::size_t coefficients)
      : what_(what), count_(shard.size(total)), shard_(shard), coefficients_(coefficients) {}

  void add(const std::vector<Refined>& known, const FitObjective& whole) {
    grow(known.size());
    for (std::size_t i = 0; i < known.size(); ++i) keep(i, whole, known[i]);
  }

  // Those of the shard among the first ones.
  void add(const Pilots& known) {
    grow(shard_.size(known.status.size()));
    for (std::size_t i = 0; i < status.size(); ++i) {
      const std::size_t at = number(i);
      status[i] = known.status[at];
      objective[i] = known.objective[at];
      const std::span all(known.values);
      std::ranges::copy(all.subspan(at * coefficients_, coefficients_), values_of(i));
    }
  }

  // What is not known yet, in blocks; false where the work was asked to stop before the last.
  bool run(const Refitter& refitter, const Refitter::Change& change, std::size_t in_block,
           Executor& executor, Progress& progress) {
    const std::size_t in_task = std::max<std::size_t>(1, in_block / kTasksInBlock);
    while (status.size() < count_) {
      const std::size_t first = status.size(), last = std::min(count_, first + in_block);
      if (is_stopped(first, progress)) return false;
      grow(last);
      executor.run((last - first + in_task - 1) / in_task, [&](std::size_t task) {
        std::optional<FitObjective::State> state;
        const std::size_t begin = first + task * in_task;
        for (std::size_t i = begin; i < std::min(last, begin + in_task); ++i) {
          const FitObjective changed = change(number(i));
          if (!state) state = changed.make_state();
          keep(i, changed, refitter.refit(changed, *state));
        }
      });
    }
    progress.report(what_, count_, count_);
    return true;
  }

  bool is_stopped(std::size_t done, Progress& progress) const {
    progress.report(what_, done, count_);
    return progress.stop_asked();
  }

  std::vector<FitStatus> status;
  std::vector<double> objective, values;

 private:
  void grow(std::size_t size) {
    status.resize(size, FitStatus::kFailed);
    objective.resize(size, kNan);
    values.resize(size * coefficients_, kNan);
  }

  void keep(std::size_t i, const FitObjective& changed, const Refined& refined) {
    status[i] = refined.status;
    if (refined.status == FitStatus::kFailed) return;
    objective[i] = refined.objective;
    std::ranges::copy(changed.coefficients(refined.free), values_of(i));
  }

  [[nodiscard]] std::size_t number(std::size_t place) const {
    return shard_.index + place * shard_.count;
  }
  std::vector<double>::iterator values_of(std::size_t place) {
    return values.begin() + static_cast<std::ptrdiff_t>(place * coefficients_);
  }

  std::string_view what_;
  std::size_t count_;
  Shard shard_;
  std::size_t coefficients_;
};

// The objective of a fit that can be resampled.
Result<FitObjective> objective_of(const Fit& fit, const Bootstrap& how) {
  if (Result<void> ok = check(fit, how); !ok) return std::unexpected(ok.error());
  Recipe recipe = fit.recipe;
  recipe.starts = {};
  Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, recipe);
  if (objective && objective->free().empty())
    return error("every coefficient is fixed: there is nothing to refit");
  return objective;
}

// So many that a stop is soon heard of, and no fewer than there are threads.
std::size_t block_size(const Fit& fit, const Refitter& refitter, const Executor& executor) {
  if (refitter.searches()) return executor.threads();
  return std::clamp<std::size_t>(kRowsInBlock / fit.table.rows(),
                                 std::min<std::size_t>(executor.threads(), kInBlock), kInBlock);
}

}  // namespace

std::string to_text(Resampling by) { return enum_name(kResamplingNames, by); }

Result<Resampling> parse_resampling(std::string_view text) {
  if (const auto by = enum_value<Resampling>(kResamplingNames, text)) return *by;
  return error("\"{}\" is not a way to resample: rows, clusters or residuals", text);
}

std::size_t Draws::count(FitStatus which) const {
  return static_cast<std::size_t>(std::ranges::count(status, which));
}

Result<Pilots> try_pilots(const Fit& fit, const Bootstrap& how, Executor& executor,
                          Progress& progress) {
  const Result<FitObjective> objective = objective_of(fit, how);
  if (!objective) return std::unexpected(objective.error());
  Eigen::VectorXd fitted = objective->free_of(fit.law.values());
  const Resampler resampler(*objective, how, fit.table.column("cluster"), fitted);
  Refitter refitter(*objective, fit.table, std::move(fitted), executor, progress);
  const std::size_t count = refitter.searches()
                                ? 0
                                : std::min(how.replicates, std::clamp(how.replicates / kDrawsAPilot,
                                                                      kLeastPilots, kMostPilots));
  Refits tried(kOfDraws, how.replicates, {}, fit.law.coefficients().size());
  bool stopped = false;
  tried.add(refitter.try_pilots(
                count, [&](std::size_t i) { return resampler.resampled(i); }, executor,
                [&](std::size_t done) { return stopped = tried.is_stopped(done, progress); }),
            *objective);
  Pilots pilots{.search_all = refitter.searches(),
                .starts = {},
                .status = std::move(tried.status),
                .objective = std::move(tried.objective),
                .values = std::move(tried.values),
                .stopped = stopped};
  for (const Eigen::VectorXd& start : refitter.starts())
    pilots.starts.emplace_back(start.begin(), start.end());
  return pilots;
}

Result<BootstrapPart> bootstrap_part(const Fit& fit, const Bootstrap& how, const Pilots& pilots,
                                     const Shard& shard, Executor& executor, Progress& progress) {
  const Result<FitObjective> objective = objective_of(fit, how);
  if (!objective) return std::unexpected(objective.error());
  const Eigen::VectorXd fitted = objective->free_of(fit.law.values());
  const Resampler resampler(*objective, how, fit.table.column("cluster"), fitted);
  const Refitter refitter(fit.table, pilots.starts, pilots.search_all);
  const std::size_t coefficients = fit.law.coefficients().size();
  Refits draws(kOfDraws, how.replicates, shard, coefficients);
  Refits left_out(kOfJackknife, resampler.groups(), shard, coefficients);
  draws.add(pilots);
  const std::size_t searched = draws.status.size();
  const std::size_t in_block = block_size(fit, refitter, executor);
  const bool stopped = pilots.stopped ||
                       !draws.run(
                           refitter, [&](std::size_t i) { return resampler.resampled(i); },
                           in_block, executor, progress) ||
                       !left_out.run(
                           refitter, [&](std::size_t i) { return resampler.without(i); }, in_block,
                           executor, progress);
  return BootstrapPart{
      .shard = shard,
      .vector = vector_target(),
      .version = std::string(version()),
      .draws = {.how = how,
                .units = resampler.units(),
                .stopped = stopped,
                .searched = refitter.searches() ? draws.status.size() : searched,
                .status = std::move(draws.status),
                .objective = std::move(draws.objective),
                .values = std::move(draws.values),
                .jackknife = stopped ? std::vector<double>{} : std::move(left_out.values)}};
}

Result<Draws> bootstrap(const Fit& fit, const Bootstrap& how, Executor& executor,
                        Progress& progress) {
  const Result<Pilots> pilots = try_pilots(fit, how, executor, progress);
  if (!pilots) return std::unexpected(pilots.error());
  Result<BootstrapPart> all = bootstrap_part(fit, how, *pilots, {}, executor, progress);
  if (!all) return std::unexpected(all.error());
  return std::move(all->draws);
}

Result<Draws> bootstrap(const Fit& fit, const Bootstrap& how) {
  SerialExecutor executor;
  Progress silent;
  return bootstrap(fit, how, executor, silent);
}

}  // namespace isoflop
