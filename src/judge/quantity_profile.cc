#include "isoflop/quantity_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "fit/objective.h"
#include "isoflop/covariance.h"
#include "judge/loss_at.h"
#include "judge/quantity_path.h"

namespace isoflop {

namespace {

constexpr std::string_view kOfProfiles = "profiles";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kFirstMove = 0.1;  // of a quantity, where its standard error is unknown
constexpr double kLongestMove = 2;  // of a logarithm, at first

// Half of its normal interval, or a part of the quantity.
double first_move(const DerivedValley& valley, const FitObjective& objective,
                  const Covariance& spread, const Derived& quantity, double t) {
  double variance = 0;
  const std::span<const FreeCoefficient> free = objective.free();
  for (std::size_t i = 0; i < free.size(); ++i)
    for (std::size_t j = 0; j < free.size(); ++j)
      variance += valley.slope()[static_cast<Eigen::Index>(i)] *
                  valley.slope()[static_cast<Eigen::Index>(j)] *
                  spread(free[i].index, free[j].index);
  double move = t * std::sqrt(variance);
  if (!(move > 0) || !std::isfinite(move))
    move = quantity.logarithmic ? kFirstMove
                                : kFirstMove * std::max(std::abs(valley.value()), kFirstMove);
  return quantity.logarithmic ? std::min(move, kLongestMove) : move;
}

ProfileInterval profile(const Fit& fit, const FitObjective& objective, const Covariance& spread,
                        const Derived& quantity, double t) {
  const double limit = t * t / 2 * spread.score_variance / spread.curvature;
  DerivedValley valley(fit, objective, quantity, limit);
  if (!(limit > 0) || !std::isfinite(limit) || !valley.is_known()) return {{kNan, kNan}};
  const double first = first_move(valley, objective, spread, quantity, t);
  ProfileInterval result{{valley.end(-1, first), valley.end(1, first)}};
  result.lower_optimum = valley.found_lower();
  result.at_edge = valley.at_edge();
  if (result.lower_optimum) result.interval = {kNan, kNan};
  return result;
}

}  // namespace

Result<std::vector<ProfileInterval>> derived_profiles(const Fit& fit,
                                                      std::span<const Derived> quantities,
                                                      double level, Executor& executor,
                                                      Progress& progress) {
  const Result<Covariance> spread = covariance(fit, CovarianceKind::kModel);
  if (!spread) return std::unexpected(spread.error());
  const Result<FitObjective> objective = FitObjective::make(fit.law, fit.table, fit.recipe);
  if (!objective) return std::unexpected(objective.error());
  const double t = student_quantile(level, spread->degrees_of_freedom);
  std::vector<ProfileInterval> intervals(quantities.size());
  for (std::size_t done = 0; done < quantities.size();) {
    progress.report(kOfProfiles, done, quantities.size());
    if (progress.stop_asked()) return std::vector<ProfileInterval>{};
    const std::size_t block = std::min<std::size_t>(executor.threads(), quantities.size() - done);
    executor.run(block, [&](std::size_t i) {
      intervals[done + i] = profile(fit, *objective, *spread, quantities[done + i], t);
    });
    done += block;
  }
  progress.report(kOfProfiles, quantities.size(), quantities.size());
  return intervals;
}

Result<ProfileInterval> loss_profile(const Fit& fit, const Inputs& inputs, double level) {
  const Result<Prediction> prediction = predict(fit.law, inputs);
  if (!prediction) return std::unexpected(prediction.error());
  LossAt loss(fit.law, prediction->inputs);
  const Derived quantity{[&](std::span<const std::span<const double>> sets) {
                           std::vector<double> losses;
                           for (const std::span<const double>& each : sets)
                             losses.push_back(loss(each));
                           return losses;
                         },
                         prediction->loss > 0};
  SerialExecutor executor;
  Progress silent;
  const Result<std::vector<ProfileInterval>> of =
      derived_profiles(fit, std::span(&quantity, 1), level, executor, silent);
  if (!of) return std::unexpected(of.error());
  return of->front();
}

}  // namespace isoflop
