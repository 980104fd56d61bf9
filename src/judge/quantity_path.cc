#include "judge/quantity_path.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace isoflop {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kDifference = 1e-4;  // of a coefficient: central, so good to its square
// Of the pull, beside the profile's own curvature as first guessed: enough that a profile that
// bends downwards is followed, and the quantity near its target.
constexpr double kStrength = 100;
constexpr double kEndTolerance = 1e-5;  // of an end's distance from the fit
constexpr double kLocated = 1e-3;       // of the scale: a wider gap is a jump, not an end
constexpr double kHeld = 1e-3;          // of the limit
constexpr double kRounding = 1e-7;      // of F
constexpr double kStalled = 1e-2;       // of a move: the quantity does not follow
constexpr int kMostStalls = 3;
constexpr int kMostDoublings = 60;
constexpr double kFarthest = 700;  // of a logarithm: a number would be 0 or infinite
constexpr double kCeiling = 1e6;   // of what has no height, only a side
constexpr std::uintmax_t kMostSteps = 60;

}  // namespace

DerivedValley::DerivedValley(const Fit& fit, const FitObjective& objective, const Derived& quantity,
                             double limit)
    : fit_(fit),
      objective_(objective),
      quantity_(quantity),
      state_(objective.make_state()),
      limit_(limit),
      start_(objective.free_of(fit.law.values())),
      at_edge_(objective.free().size()) {
  value_ = value_at(start_);
  Eigen::MatrixXd second;
  differentiate(start_, slope_, second);
}

bool DerivedValley::is_known() const {
  return std::isfinite(value_) && slope_.allFinite() && slope_.squaredNorm() > 0;
}

std::vector<double> DerivedValley::values_at(const std::vector<Eigen::VectorXd>& places) const {
  std::vector<std::vector<double>> all;
  for (const Eigen::VectorXd& free : places) all.push_back(objective_.coefficients(free));
  const std::vector<std::span<const double>> sets(all.begin(), all.end());
  std::vector<double> values = quantity_.values(sets);
  if (quantity_.logarithmic)
    for (double& value : values) value = std::log(value);
  return values;
}

double DerivedValley::value_at(const Eigen::VectorXd& free) const { return values_at({free})[0]; }

// By differences, of scales in their logarithms, in which what is derived bends less.
void DerivedValley::differentiate(const Eigen::VectorXd& free, Eigen::VectorXd& first,
                                  Eigen::MatrixXd& second) const {
  const Eigen::Index count = free.size();
  Eigen::VectorXd rate(count), step(count);
  std::vector<bool> logarithmic(static_cast<std::size_t>(count));
  for (Eigen::Index j = 0; j < count; ++j) {
    const auto at = static_cast<std::size_t>(j);
    logarithmic[at] = objective_.free()[at].role == Role::kScale && free[j] != 0;
    rate[j] = logarithmic[at] ? free[j] : 1;
    step[j] = logarithmic[at] || free[j] == 0 ? kDifference : kDifference * std::abs(free[j]);
  }
  std::vector<Eigen::VectorXd> places = {free};
  const auto add = [&](Eigen::Index i, double by_i, Eigen::Index j, double by_j) {
    Eigen::VectorXd place = free;
    for (const auto& [k, by] : {std::pair(i, by_i), std::pair(j, by_j)})
      place[k] = logarithmic[static_cast<std::size_t>(k)] ? place[k] * std::exp(by * step[k])
                                                          : place[k] + by * step[k];
    places.push_back(std::move(place));
  };
  for (Eigen::Index i = 0; i < count; ++i) {
    add(i, 1, i, 0);
    add(i, -1, i, 0);
    for (Eigen::Index j = 0; j < i; ++j) {
      add(i, 1, j, 1);
      add(i, -1, j, -1);
    }
  }
  const std::vector<double> values = values_at(places);
  first.resize(count);
  second.resize(count, count);
  std::size_t next = 1;
  std::vector<double> sums(
      static_cast<std::size_t>(count));  // of both sides, less twice the middle
  for (Eigen::Index i = 0; i < count; ++i) {
    const double above = values[next++], below = values[next++];
    first[i] = (above - below) / (2 * step[i]);
    const double sum = sums[static_cast<std::size_t>(i)] = above - 2 * values[0] + below;
    second(i, i) = sum / (step[i] * step[i]);
    for (Eigen::Index j = 0; j < i; ++j) {
      const double both = values[next] - 2 * values[0] + values[next + 1];
      next += 2;
      second(i, j) = second(j, i) =
          (both - sum - sums[static_cast<std::size_t>(j)]) / (2 * step[i] * step[j]);
    }
  }
  for (Eigen::Index i = 0; i < count; ++i)  // the second derivative of a logarithm
    if (logarithmic[static_cast<std::size_t>(i)]) second(i, i) -= first[i];
  first = first.cwiseQuotient(rate);
  second = rate.cwiseInverse().asDiagonal() * second * rate.cwiseInverse().asDiagonal();
}

Penalty DerivedValley::pull_to(double target) const {
  const double strength = std::sqrt(2 * kStrength * limit_) / scale_;
  return {[this, strength, target](const Eigen::VectorXd& free) {
            return strength * (value_at(free) - target);
          },
          [this, strength](const Eigen::VectorXd& free, Eigen::VectorXd& first,
                           Eigen::MatrixXd& second) {
            differentiate(free, first, second);
            first *= strength;
            second *= strength;
          }};
}

// From where it was, and by the way over least squares.
Refined DerivedValley::refined(const FitObjective& pulled, const Eigen::VectorXd& start) {
  Refined best = refine(pulled, start, state_, RefineStages::kFinal);
  Refined other = refine(pulled, start, state_);
  const bool better = other.status != FitStatus::kFailed && other.objective < best.objective;
  return better || best.status == FitStatus::kFailed ? std::move(other) : std::move(best);
}

const Eigen::VectorXd& DerivedValley::nearest(double move) const {
  const auto above = known_.lower_bound(move);
  if (above == known_.begin()) return above->second;
  const auto below = std::prev(above);
  return above == known_.end() || move - below->first < above->first - move ? below->second
                                                                            : above->second;
}

// Under a pull towards the fit's value and a move. Where that is without a value it has no height,
// only a side.
double DerivedValley::excess_at(double move) {
  const FitObjective pulled = objective_.with_penalty(pull_to(value_ + move));
  const Refined best = refined(pulled, nearest(move));
  const double reached = value_at(best.free);
  if (best.status == FitStatus::kFailed || !std::isfinite(reached)) return kCeiling;
  const double rise =
      objective_.value(objective_.coefficients(best.free), state_) - fit_.objective.sum;
  if (!std::isfinite(rise)) return kCeiling;
  lower_ = lower_ || rise < -kRounding * std::max(fit_.objective.sum, limit_);
  const Place place{best.free, reached, std::sqrt(std::max(rise, 0.0) / limit_) - 1,
                    held_at(pulled, best.free)};
  known_.insert_or_assign(move, place.free);
  const double side = move < 0 ? -1 : 1;
  if (place.excess <= 0) {
    if (side * (place.value - inside_.value) > 0) inside_ = place;
  } else if (!has_outside_ || side * (place.value - outside_.value) < 0) {
    outside_ = place;
    has_outside_ = true;
  }
  return std::min(place.excess, kCeiling);
}

// Those at an edge beyond which the pulled objective would fall by a part of the limit; not those
// that an end does not depend on.
std::vector<bool> DerivedValley::held_at(const FitObjective& pulled, const Eigen::VectorXd& free) {
  std::vector<bool> held(objective_.free().size());
  pulled.evaluate(pulled.coefficients(free), fit_.recipe.loss, 0, kInfinity, state_.here, state_);
  for (std::size_t j = 0; j < held.size(); ++j) {
    const auto at = static_cast<Eigen::Index>(j);
    const Range& range = objective_.free()[j].range;
    const bool edge = free[at] <= range.low || free[at] >= range.high;
    const double slope = state_.here.gradient[at];
    held[j] = edge && slope * slope > 2 * kHeld * limit_ * state_.here.squares[at];
  }
  return held;
}

std::vector<std::string> DerivedValley::at_edge() const {
  std::vector<std::string> names;
  for (std::size_t j = 0; j < at_edge_.size(); ++j)
    if (at_edge_[j]) names.push_back(fit_.law.coefficients()[objective_.free()[j].index].name);
  return names;
}

// Between the places on both sides of the limit; NaN where they are apart.
double DerivedValley::located_end(double side) {
  const double gap = side * (outside_.value - inside_.value);
  if (!has_outside_ || !(gap >= 0 && gap <= kLocated * scale_)) return kNan;
  for (std::size_t j = 0; j < at_edge_.size(); ++j) {
    const auto at = static_cast<Eigen::Index>(j);
    at_edge_[j] = at_edge_[j] || (inside_.held[j] && inside_.free[at] != start_[at]);
  }
  const double share = -inside_.excess / (outside_.excess - inside_.excess);
  const double value = inside_.value + share * (outside_.value - inside_.value);
  return quantity_.logarithmic ? std::exp(value) : value;
}

double DerivedValley::end(double side, double first) {
  scale_ = first;
  known_.clear();
  known_.emplace(0, start_);
  inside_ = {start_, value_, -1, std::vector<bool>(at_edge_.size())};
  has_outside_ = false;
  double within = 0, at_within = -1, beyond = first;
  int stalls = 0;
  const double farthest = quantity_.logarithmic ? kFarthest : kInfinity;
  for (int i = 0; i < kMostDoublings && beyond < farthest; ++i) {
    const double from = inside_.value;
    const double at_beyond = excess_at(side * beyond);
    if (lower_) return kNan;
    if (at_beyond > 0) {
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
      return lower_ ? kNan : located_end(side);
    }
    stalls = side * (inside_.value - from) < kStalled * (beyond - within) ? stalls + 1 : 0;
    if (stalls == kMostStalls) break;
    within = beyond;
    at_within = at_beyond;
    beyond *= 2;
  }
  return side * kInfinity;
}

}  // namespace isoflop
