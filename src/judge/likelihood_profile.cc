#include "isoflop/likelihood_profile.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "fit/check.h"
#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/covariance.h"
#include "judge/linearised.h"

namespace isoflop {

namespace {

constexpr std::string_view kOfProfiles = "profiles";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFirstMove = 0.1;      // of a coefficient, where its standard error is unknown
constexpr double kLongestMove = 2;      // of a logarithm, at first
constexpr double kFarthest = 700;       // of a logarithm: a number would be 0 or infinite
constexpr double kEndTolerance = 1e-5;  // of an end's distance from the fit
constexpr double kRounding = 1e-7;      // of F
constexpr std::uintmax_t kMostSteps = 60;

// The objective over the values of one coefficient.
class CoefficientProfiler {
 public:
  // `objective` holds the coefficient fixed; `limit` is how far F may rise.
  CoefficientProfiler(const Fit& fit, std::size_t coefficient, FitObjective objective, double limit)
      : fit_(fit),
        variable_(variable_of(fit, coefficient)),
        objective_(std::move(objective)),
        state_(objective_.make_state()),
        limit_(limit),
        value_(fit.law.values()[coefficient]) {
    Eigen::VectorXd free(static_cast<Eigen::Index>(objective_.free().size()));
    for (std::size_t j = 0; j < objective_.free().size(); ++j)
      free[static_cast<Eigen::Index>(j)] = fit.law.values()[objective_.free()[j].index];
    known_.emplace(0, std::move(free));
  }

  [[nodiscard]] bool found_lower() const { return lower_; }

  // How far the variable may be moved towards `edge` of the coefficient's range, as a value of the
  // coefficient. `first` is a guess of that distance.
  double end(double edge, double first) {
    const double side = edge > value_ ? 1 : -1;
    const double farthest = edge == value_ ? 0 : distance_to(edge);
    double within = 0, at_within = -1, beyond = std::min(first, farthest);
    for (;; beyond = std::min(2 * beyond, farthest)) {
      const double at_beyond = excess(side * beyond);
      if (lower_) return kNan;
      if (at_beyond > 0) return value_at(root(side, within, at_within, beyond, at_beyond));
      if (beyond >= farthest) return side * kInfinity;
      within = beyond;
      at_within = at_beyond;
    }
  }

 private:
  [[nodiscard]] double value_at(double move) const {
    return variable_.logarithmic ? value_ * std::exp(move) : value_ + move;
  }

  [[nodiscard]] double distance_to(double edge) const {
    const double distance =
        std::abs(variable_.logarithmic ? std::log(edge / value_) : edge - value_);
    return variable_.logarithmic ? std::min(distance, kFarthest) : distance;
  }

  // 0 where F has risen by the limit, -1 at the fit, and straight between where F is a parabola.
  double excess(double move) {
    if (move == 0) return -1;
    const FitObjective held = objective_.with_fixed(variable_.coefficient, value_at(move));
    const Refined best = refined(held, nearest(move));
    if (best.status == FitStatus::kFailed) return kInfinity;
    known_.emplace(move, best.free);
    const double rise = best.objective - fit_.objective.sum;
    lower_ = lower_ || rise < -std::max(kRounding * fit_.objective.sum, kRounding * limit_);
    return std::sqrt(std::max(rise, 0.0) / limit_) - 1;
  }

  // From where they were: as they are, and by the way over least squares.
  Refined refined(const FitObjective& held, const Eigen::VectorXd& start) {
    Refined best = refine(held, start, state_, RefineStages::kFinal);
    Refined other = refine(held, start, state_);
    const bool better = other.status != FitStatus::kFailed && other.objective < best.objective;
    return better || best.status == FitStatus::kFailed ? std::move(other) : std::move(best);
  }

  [[nodiscard]] const Eigen::VectorXd& nearest(double move) const {
    const auto above = known_.lower_bound(move);
    if (above == known_.begin()) return above->second;
    const auto below = std::prev(above);
    return above == known_.end() || move - below->first < above->first - move ? below->second
                                                                              : above->second;
  }

  double root(double side, double within, double at_within, double beyond, double at_beyond) {
    // A failed refit has no height, only a side.
    const double ceiling = std::min(at_beyond, 1e6);
    const auto close = [](double a, double b) {
      return std::abs(b - a) <= kEndTolerance * std::max(std::abs(a), std::abs(b));
    };
    const auto at = [&](double move) { return std::min(excess(side * move), 1e6); };
    using Policy = boost::math::policies::policy<
        boost::math::policies::domain_error<boost::math::policies::ignore_error>,
        boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;
    std::uintmax_t steps = kMostSteps;
    const auto [a, b] = boost::math::tools::toms748_solve(at, within, beyond, at_within, ceiling,
                                                          close, steps, Policy());
    return side * (a + b) / 2;
  }

  const Fit& fit_;
  const Variable variable_;
  const FitObjective objective_;
  FitObjective::State state_;
  const double limit_, value_;
  std::map<double, Eigen::VectorXd> known_;  // the other coefficients, by the variable's move
  bool lower_ = false;
};

// Its normal interval's, or a part of the coefficient.
double first_move(const Variable& variable, double value, double error, double t) {
  double move = t * error / variable.rate;
  if (!(move > 0) || !std::isfinite(move))
    move = variable.logarithmic ? kFirstMove : kFirstMove * std::max(std::abs(value), kFirstMove);
  return variable.logarithmic ? std::min(move, kLongestMove) : move;
}

ProfileInterval profile(const Fit& fit, const Covariance& spread, std::size_t coefficient,
                        double t) {
  const double limit = t * t / 2 * spread.score_variance / spread.curvature;
  if (!(limit > 0) || !std::isfinite(limit)) return {{kNan, kNan}};
  const Coefficient& of = fit.law.coefficients()[coefficient];
  const double value = fit.law.values()[coefficient];
  Recipe recipe = fit.recipe;
  recipe.fix[of.name] = value;
  const Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, recipe);
  if (!objective) return {{kNan, kNan}};
  const double first = first_move(variable_of(fit, coefficient), value,
                                  std::sqrt(spread(coefficient, coefficient)), t);
  CoefficientProfiler along(fit, coefficient, *objective, limit);
  const Range range = range_in(fit.recipe, of);
  ProfileInterval result{{along.end(range.low, first), along.end(range.high, first)}};
  result.lower_optimum = along.found_lower();
  if (result.lower_optimum) result.interval = {kNan, kNan};
  return result;
}

}  // namespace

Result<std::vector<ProfileInterval>> profile_intervals(const Fit& fit, double level,
                                                       Executor& executor, Progress& progress) {
  const Result<Covariance> spread = covariance(fit, CovarianceKind::kModel);
  if (!spread) return std::unexpected(spread.error());
  const double t = student_quantile(level, spread->degrees_of_freedom);
  const std::size_t count = fit.law.coefficients().size();
  std::vector<ProfileInterval> intervals(count);
  const auto profile_one = [&](std::size_t i) {
    const std::string& name = fit.law.coefficients()[i].name;
    const double value = fit.law.values()[i];
    if (fit.recipe.tie.contains(name)) return;
    intervals[i] = fit.recipe.fix.contains(name) ? ProfileInterval{{value, value}}
                                                 : profile(fit, *spread, i, t);
  };
  for (std::size_t done = 0; done < count;) {
    progress.report(kOfProfiles, done, count);
    if (progress.stop_asked()) return std::vector<ProfileInterval>{};
    const std::size_t block = std::min<std::size_t>(executor.threads(), count - done);
    executor.run(block, [&](std::size_t i) { profile_one(done + i); });
    done += block;
  }
  progress.report(kOfProfiles, count, count);
  for (const auto& [name, other] : fit.recipe.tie)
    intervals[*fit.law.coefficient_index(name)] = intervals[*fit.law.coefficient_index(other)];
  return intervals;
}

}  // namespace isoflop
