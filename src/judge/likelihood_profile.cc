// One search for both kinds of profile. A constraint holds the quantity near a target while the
// coefficients are fitted again; where that ends is a point of the profile. From the fit the target
// moves out, twice as far each time, until F has risen by the limit; a root finder then narrows the
// gap between the farthest point within the limit and the nearest beyond it.
#include "isoflop/likelihood_profile.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "fit/objective.h"
#include "fit/refine.h"
#include "judge/loss_at.h"
#include "judge/profile_constraint.h"
#include "judge/spread.h"

namespace isoflop {

namespace {

constexpr double kFarthest = 700;  // of a logarithm: a number would be 0 or infinite
constexpr double kEndTolerance =
    1e-3;                           // of an end's distance from the fit; beyond, it is interpolated
constexpr double kLocated = 1e-3;   // of the first move: a wider gap is a jump, not an end
constexpr double kHeld = 1e-3;      // of the limit
constexpr double kRounding = 1e-7;  // of F
constexpr double kStalled = 1e-2;   // of a move: the quantity does not follow
constexpr int kMostStalls = 3;
constexpr int kMostDoublings = 60;
constexpr double kCeiling = 1e6;  // excess of a refit that failed
constexpr std::uintmax_t kMostSteps = 60;

// By the last stage of a refinement alone, and by all stages: the lower of the two.
Refined refined(const FitObjective& held, const Eigen::VectorXd& start,
                FitObjective::State& state) {
  Refined best = refine(held, start, state, RefineStages::kFinal);
  Refined other = refine(held, start, state);
  const bool better = other.status != FitStatus::kFailed && other.objective < best.objective;
  return better || best.status == FitStatus::kFailed ? std::move(other) : std::move(best);
}

class Profiler {
 public:
  Profiler(const Fit& fit, const ProfileConstraint& constraint)
      : fit_(fit),
        constraint_(constraint),
        objective_(constraint.objective()),
        state_(objective_.make_state()),
        limit_(constraint.rise()),
        start_(objective_.free_of(fit.law.values())),
        at_edge_(objective_.free().size()) {
    known_.emplace(0, start_);
  }

  ProfileInterval interval() {
    ProfileInterval result{{end(-1), end(1)}, lower_};
    if (lower_) result.interval = {kNan, kNan};
    for (std::size_t j = 0; j < at_edge_.size(); ++j)
      if (at_edge_[j])
        result.at_edge.push_back(fit_.law.coefficients()[objective_.free()[j].index].name);
    return result;
  }

 private:
  // On the profile: the lowest objective for this value of the quantity.
  struct Point {
    Eigen::VectorXd free;
    double move = 0;
    double excess = -1;      // 0 where F has risen by the limit, -1 at the fit, straight in between
    std::vector<bool> held;  // free coefficients that the edge of their range holds back
  };

  double end(double side) {
    inside_ = {.free = start_, .held = std::vector<bool>(at_edge_.size())};
    outside_.reset();
    const double farthest = constraint_.farthest(side);
    double within = 0, at_within = -1, beyond = std::min(constraint_.first_move(), farthest);
    int stalls = 0;
    for (int i = 0; i < kMostDoublings; ++i) {
      if (constraint_.logarithmic() && beyond >= kFarthest) break;
      const double from = inside_.move;
      const double at_beyond = excess_at(side * beyond);
      if (lower_) return kNan;
      if (at_beyond > 0) {
        narrow(side, within, at_within, beyond, at_beyond);
        return lower_ ? kNan : located_end(side);
      }
      stalls = side * (inside_.move - from) < kStalled * (beyond - within) ? stalls + 1 : 0;
      if (beyond >= farthest || stalls == kMostStalls) break;
      within = beyond;
      at_within = at_beyond;
      beyond = std::min(2 * beyond, farthest);
    }
    return side * kInfinity;
  }

  void narrow(double side, double within, double at_within, double beyond, double at_beyond) {
    const auto at = [&](double move) { return excess_at(side * move); };
    const auto close = [](double a, double b) {
      return std::abs(b - a) <= kEndTolerance * std::max(std::abs(a), std::abs(b));
    };
    using Policy = boost::math::policies::policy<
        boost::math::policies::domain_error<boost::math::policies::ignore_error>,
        boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;
    std::uintmax_t steps = kMostSteps;
    boost::math::tools::toms748_solve(at, within, beyond, at_within, at_beyond, close, steps,
                                      Policy());
  }

  // Of the refit with the quantity held near this move; kCeiling where that fails.
  double excess_at(double move) {
    if (move == 0) return -1;
    const FitObjective held = constraint_.hold(move);
    const Refined best = refined(held, nearest(move), state_);
    const double moved = constraint_.moved(best.free, move);
    if (best.status == FitStatus::kFailed || !std::isfinite(moved)) return kCeiling;
    const double rise = objective_.value(held.coefficients(best.free), state_) - fit_.objective.sum;
    if (!std::isfinite(rise)) return kCeiling;
    lower_ = lower_ || rise < -kRounding * std::max(fit_.objective.sum, limit_);
    const Point point{best.free, moved, std::sqrt(std::max(rise, 0.0) / limit_) - 1,
                      held_back(held, best.free)};
    known_.insert_or_assign(move, point.free);
    const double side = move < 0 ? -1 : 1;
    if (point.excess <= 0) {
      if (side * (point.move - inside_.move) > 0) inside_ = point;
    } else if (!outside_ || side * (point.move - outside_->move) < 0) {
      outside_ = point;
    }
    return std::min(point.excess, kCeiling);
  }

  [[nodiscard]] const Eigen::VectorXd& nearest(double move) const {
    const auto above = known_.lower_bound(move);
    if (above == known_.begin()) return above->second;
    const auto below = std::prev(above);
    return above == known_.end() || move - below->first < above->first - move ? below->second
                                                                              : above->second;
  }

  // Those at an edge beyond which the held objective would fall by a part of the limit; not those
  // that an end does not depend on.
  std::vector<bool> held_back(const FitObjective& held, const Eigen::VectorXd& free) {
    std::vector<bool> back(at_edge_.size());
    held.evaluate(held.coefficients(free), fit_.recipe.loss, 0, kInfinity, state_.here, state_);
    for (std::size_t j = 0; j < back.size(); ++j) {
      const auto at = static_cast<Eigen::Index>(j);
      const Range& range = objective_.free()[j].range;
      const bool edge = free[at] <= range.low || free[at] >= range.high;
      const double slope = state_.here.gradient[at];
      back[j] = edge && slope * slope > 2 * kHeld * limit_ * state_.here.squares[at];
    }
    return back;
  }

  // Between the points on both sides of the limit; NaN where they are apart.
  double located_end(double side) {
    if (!outside_) return kNan;
    const double gap = side * (outside_->move - inside_.move);
    const double narrowed = kEndTolerance * std::abs(outside_->move);
    if (!(gap >= 0 && gap <= std::max(kLocated * constraint_.first_move(), narrowed))) return kNan;
    for (std::size_t j = 0; j < at_edge_.size(); ++j) {
      const auto at = static_cast<Eigen::Index>(j);
      at_edge_[j] = at_edge_[j] || (inside_.held[j] && inside_.free[at] != start_[at]);
    }
    const double share = -inside_.excess / (outside_->excess - inside_.excess);
    return constraint_.value_after(inside_.move + share * (outside_->move - inside_.move));
  }

  const Fit& fit_;
  const ProfileConstraint& constraint_;
  const FitObjective& objective_;
  FitObjective::State state_;
  const double limit_;
  const Eigen::VectorXd start_;
  std::map<double, Eigen::VectorXd> known_;  // the free coefficients by the move that was asked for
  Point inside_;                             // the farthest within the limit
  std::optional<Point> outside_;             // the nearest beyond it
  bool lower_ = false;
  std::vector<bool> at_edge_;  // of free coefficients
};

Result<ProfileLimit> limit_of(const Fit& fit, double level) {
  Result<Spread> model = spread_of(fit, CovarianceKind::kModel);
  if (!model) return std::unexpected(model.error());
  ProfileLimit limit{level, *std::move(model), {}};
  Result<Spread> robust = spread_of(fit, CovarianceKind::kSandwich);
  if (!robust) return std::unexpected(robust.error());
  if (robust->of_noise) limit.robust = *std::move(robust);
  return limit;
}

std::vector<ProfileInterval> profile_each(
    std::size_t count, Executor& executor, Progress& progress,
    const std::function<ProfileInterval(std::size_t)>& profile) {
  std::vector<ProfileInterval> intervals(count);
  for (std::size_t done = 0; done < count;) {
    progress.report("profiles", done, count);
    if (progress.stop_asked()) return {};
    const std::size_t block = std::min<std::size_t>(executor.threads(), count - done);
    executor.run(block, [&](std::size_t i) { intervals[done + i] = profile(done + i); });
    done += block;
  }
  progress.report("profiles", count, count);
  return intervals;
}

}  // namespace

Result<std::vector<ProfileInterval>> coefficient_profiles(const Fit& fit, double level,
                                                          Executor& executor, Progress& progress) {
  const Result<ProfileLimit> limit = limit_of(fit, level);
  if (!limit) return std::unexpected(limit.error());
  const auto profile = [&](std::size_t i) -> ProfileInterval {
    const std::string& name = fit.law.coefficients()[i].name;
    const double value = fit.law.values()[i];
    if (fit.recipe.fix.contains(name)) return {{value, value}};
    if (fit.recipe.tie.contains(name)) return {};  // below
    Recipe recipe = fit.recipe;
    recipe.fix[name] = value;
    Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, recipe);
    if (!objective) return {{kNan, kNan}};
    const FixedCoefficient held(fit, *std::move(objective), i, *limit);
    if (std::isnan(held.rise())) return {{kNan, kNan}};
    return Profiler(fit, held).interval();
  };
  std::vector<ProfileInterval> intervals =
      profile_each(fit.law.coefficients().size(), executor, progress, profile);
  if (intervals.empty()) return intervals;
  for (const auto& [name, other] : fit.recipe.tie)
    intervals[*fit.law.coefficient_index(name)] = intervals[*fit.law.coefficient_index(other)];
  return intervals;
}

Result<std::vector<ProfileInterval>> quantity_profiles(const Fit& fit,
                                                       std::span<const Quantity> quantities,
                                                       double level, Executor& executor,
                                                       Progress& progress) {
  const Result<ProfileLimit> limit = limit_of(fit, level);
  if (!limit) return std::unexpected(limit.error());
  const Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, fit.recipe);
  if (!objective) return std::unexpected(objective.error());
  return profile_each(quantities.size(), executor, progress, [&](std::size_t i) -> ProfileInterval {
    const PenalisedQuantity held(fit, *objective, quantities[i], *limit);
    if (!held.is_known() || std::isnan(held.rise())) return {{kNan, kNan}};
    return Profiler(fit, held).interval();
  });
}

Result<ProfileInterval> loss_profile(const Fit& fit, const Inputs& inputs, double level) {
  const Result<Prediction> prediction = predict(fit.law, inputs);
  if (!prediction) return std::unexpected(prediction.error());
  LossAt loss(fit.law, prediction->inputs);
  const Quantity quantity{[&](std::span<const std::span<const double>> sets) {
                            std::vector<double> losses;
                            for (const std::span<const double>& each : sets)
                              losses.push_back(loss(each));
                            return losses;
                          },
                          prediction->loss > 0};
  SerialExecutor executor;
  Progress silent;
  const Result<std::vector<ProfileInterval>> of =
      quantity_profiles(fit, std::span(&quantity, 1), level, executor, silent);
  if (!of) return std::unexpected(of.error());
  return of->front();
}

}  // namespace isoflop
