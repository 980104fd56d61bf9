#include "judge/profile_constraint.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/distributions.h"
#include "base/numbers.h"
#include "judge/linearised.h"

namespace isoflop {

namespace {

constexpr double kFirstMove = 0.1;  // of a quantity, where its standard error is unknown
constexpr double kLongestMove = 2;  // of a logarithm, at first
constexpr double kConstraintDifference = 1e-4;  // of a coefficient: central, so good to its square
// Of the penalty, beside the profile's own curvature as first guessed: enough that a profile that
// bends downwards is followed, and the quantity near its target.
constexpr double kStrength = 100;

}  // namespace

double ProfileConstraint::value_after(double move) const {
  return logarithmic_ ? value_ * std::exp(move) : value_ + move;
}

ProfileLimit::Rise ProfileLimit::of(const Eigen::VectorXd& gradient) const {
  double t = student_quantile(level, model.degrees_of_freedom), effect = 1;
  if (robust) {
    const double ratio = robust->variance(gradient) / model.variance(gradient);
    const bool known = ratio > 0 && std::isfinite(ratio);
    effect = known ? ratio : robust->design_effect();
    t = student_quantile_between(level, known ? robust->degrees(gradient) : robust->fewest());
  }
  const double rise = effect * t * t / 2 * model.score_variance / model.curvature;
  return {t * std::sqrt(effect), rise > 0 && std::isfinite(rise) ? rise : kNan};
}

void ProfileConstraint::set_value(double value, bool logarithmic, const Eigen::VectorXd& gradient,
                                  const ProfileLimit& limit) {
  const auto [t, rise] = limit.of(gradient);
  const double error = t * std::sqrt(limit.model.variance(gradient));
  rise_ = rise;
  value_ = value;
  logarithmic_ = logarithmic;
  first_move_ = error;
  if (!(first_move_ > 0) || !std::isfinite(first_move_))
    first_move_ = logarithmic ? kFirstMove : kFirstMove * std::max(std::abs(value), kFirstMove);
  if (logarithmic) first_move_ = std::min(first_move_, kLongestMove);
}

FixedCoefficient::FixedCoefficient(const Fit& fit, FitObjective objective, std::size_t coefficient,
                                   const ProfileLimit& limit)
    : ProfileConstraint(std::move(objective)), coefficient_(coefficient) {
  const Variable variable = variable_of(fit, coefficient);
  const double value = fit.law.values()[coefficient];
  const std::vector<Variable>& variables = limit.model.problem.variables;
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(variables.size()));
  for (std::size_t k = 0; k < variables.size(); ++k)
    if (variables[k].coefficient == coefficient) gradient[static_cast<Eigen::Index>(k)] = 1;
  set_value(value, variable.logarithmic, gradient, limit);
  const auto distance = [&](double edge) {
    if (edge == value) return 0.0;
    return std::abs(logarithmic() ? std::log(edge / value) : edge - value);
  };
  const Range range = range_in(fit.recipe, fit.law.coefficients()[coefficient]);
  down_ = distance(range.low);
  up_ = distance(range.high);
}

PenalisedQuantity::PenalisedQuantity(const Fit& fit, FitObjective objective,
                                     const Quantity& quantity, const ProfileLimit& limit)
    : ProfileConstraint(std::move(objective)), quantity_(quantity) {
  const Eigen::VectorXd start = this->objective().free_of(fit.law.values());
  Eigen::VectorXd slope;
  Eigen::MatrixXd second;
  origin_ = value_at(start);
  differentiate(start, slope, second);
  known_ = std::isfinite(origin_) && slope.allFinite() && slope.squaredNorm() > 0;
  const std::span<const FreeCoefficient> free = this->objective().free();
  // Those at an edge are no variables.
  const std::vector<Variable>& variables = limit.model.problem.variables;
  Eigen::VectorXd gradient(static_cast<Eigen::Index>(variables.size()));
  for (std::size_t k = 0, j = 0; k < variables.size(); ++k) {
    while (free[j].index != variables[k].coefficient) ++j;
    gradient[static_cast<Eigen::Index>(k)] =
        variables[k].rate * slope[static_cast<Eigen::Index>(j)];
  }
  set_value(quantity.logarithmic ? std::exp(origin_) : origin_, quantity.logarithmic, gradient,
            limit);
  strength_ = std::sqrt(2 * kStrength * rise()) / first_move();
}

double PenalisedQuantity::farthest(double) const { return std::numeric_limits<double>::infinity(); }

FitObjective PenalisedQuantity::hold(double move) const {
  const double target = origin_ + move;
  return objective().with_penalty(
      {[this, target](const Eigen::VectorXd& free) {
         return strength_ * (value_at(free) - target);
       },
       [this](const Eigen::VectorXd& free, Eigen::VectorXd& first, Eigen::MatrixXd& second) {
         differentiate(free, first, second);
         first *= strength_;
         second *= strength_;
       }});
}

std::vector<double> PenalisedQuantity::values_at(const std::vector<Eigen::VectorXd>& points) const {
  std::vector<std::vector<double>> all;
  for (const Eigen::VectorXd& free : points) all.push_back(objective().coefficients(free));
  const std::vector<std::span<const double>> sets(all.begin(), all.end());
  std::vector<double> values = quantity_.values(sets);
  if (quantity_.logarithmic)
    for (double& value : values) value = std::log(value);
  return values;
}

// By differences, of scales in their logarithms, in which quantities bend less.
void PenalisedQuantity::differentiate(const Eigen::VectorXd& free, Eigen::VectorXd& first,
                                      Eigen::MatrixXd& second) const {
  const Eigen::Index count = free.size();
  Eigen::VectorXd rate(count), step(count);
  std::vector<bool> logarithmic(static_cast<std::size_t>(count));
  for (Eigen::Index j = 0; j < count; ++j) {
    const auto at = static_cast<std::size_t>(j);
    logarithmic[at] = objective().free()[at].role == Role::kScale && free[j] != 0;
    rate[j] = logarithmic[at] ? free[j] : 1;
    step[j] = logarithmic[at] || free[j] == 0 ? kConstraintDifference
                                              : kConstraintDifference * std::abs(free[j]);
  }
  std::vector<Eigen::VectorXd> points = {free};
  const auto add = [&](Eigen::Index i, double by_i, Eigen::Index j, double by_j) {
    Eigen::VectorXd point = free;
    for (const auto& [k, by] : {std::pair(i, by_i), std::pair(j, by_j)})
      point[k] = logarithmic[static_cast<std::size_t>(k)] ? point[k] * std::exp(by * step[k])
                                                          : point[k] + by * step[k];
    points.push_back(std::move(point));
  };
  for (Eigen::Index i = 0; i < count; ++i) {
    add(i, 1, i, 0);
    add(i, -1, i, 0);
    for (Eigen::Index j = 0; j < i; ++j) {
      add(i, 1, j, 1);
      add(i, -1, j, -1);
    }
  }
  const std::vector<double> values = values_at(points);
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

}  // namespace isoflop
