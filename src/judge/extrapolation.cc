#include "isoflop/extrapolation.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/distributions.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "data/derive.h"
#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"

namespace isoflop {

namespace {

constexpr double kOnHull = 1e-9;     // decades: less is rounding
constexpr int kMostHullSteps = 200;  // of the nearest point; it takes about ten
constexpr double kSaid = 0.02;       // decades, 5 %: less is not worth a word

constexpr std::size_t kLossAt = 6;  // in kPlanQuantities

// The windows leave out these shares of the runs' decades of budget, from the top.
constexpr double kLeftOut[] = {0.2, 0.4, 0.6};
// Runs for each coefficient: from fewer, a window's drift is its noise.
constexpr std::size_t kRunsEach = 3;

// Weights of some points whose sum is 1, for which the combination is nearest to the origin.
Eigen::VectorXd affine_weights(const Eigen::MatrixXd& points) {
  const Eigen::Index n = points.cols();
  Eigen::MatrixXd A = Eigen::MatrixXd::Ones(n + 1, n + 1);
  A.topLeftCorner(n, n) = points.transpose() * points;
  A(n, n) = 0;
  Eigen::VectorXd b = Eigen::VectorXd::Zero(n + 1);
  b[n] = 1;
  return A.fullPivLu().solve(b).head(n);
}

// From the origin to the convex hull of the columns, by the method of Wolfe 1976 (Mathematical
// Programming 11:128): the nearest point of a few vertices, to which the vertex is added that lies
// farthest on this side of it; vertices whose weight falls to 0 are dropped.
double hull_distance(const Eigen::MatrixXd& points) {
  Eigen::Index first = 0;
  points.colwise().squaredNorm().minCoeff(&first);
  Eigen::MatrixXd corral = points.col(first);
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(1);
  Eigen::VectorXd nearest = corral.col(0);
  for (int step = 0; step < kMostHullSteps; ++step) {
    Eigen::Index next = 0;
    const double least = (nearest.transpose() * points).minCoeff(&next);
    if (!(nearest.squaredNorm() - least > kOnHull * kOnHull)) break;
    corral.conservativeResize(Eigen::NoChange, corral.cols() + 1);
    corral.rightCols(1) = points.col(next);
    weights.conservativeResize(weights.size() + 1);
    weights[weights.size() - 1] = 0;
    for (;;) {
      const Eigen::VectorXd wanted = affine_weights(corral);
      if (!wanted.allFinite()) return nearest.norm();
      double share = 1;
      Eigen::Index leaves = -1;
      for (Eigen::Index i = 0; i < wanted.size(); ++i)
        if (wanted[i] < 0 && weights[i] / (weights[i] - wanted[i]) < share) {
          share = weights[i] / (weights[i] - wanted[i]);
          leaves = i;
        }
      weights += share * (wanted - weights);
      if (leaves < 0) break;
      const Eigen::Index last = weights.size() - 1;
      weights[leaves] = weights[last];
      corral.col(leaves) = corral.col(last);
      weights.conservativeResize(last);
      corral.conservativeResize(Eigen::NoChange, last);
      if (last == 1) weights[0] = 1;
    }
    const Eigen::VectorXd nearer = corral * weights;
    if (!(nearer.squaredNorm() < nearest.squaredNorm())) break;
    nearest = nearer;
  }
  return nearest.norm();
}

struct Coordinate {
  const char* input;
  double value;
};

// What a law sees of a run.
std::vector<Coordinate> coordinates(const Law& law, const PlannedRun& run) {
  std::vector<Coordinate> list = {{"N", run.N}, {"D", run.D}};
  if (law.has_input("S") || law.has_input("Sx") || law.has_input("P")) list.push_back({"S", run.S});
  return list;
}

// The plan's own run, so many decades of budget below: sizes and data in proportion.
Result<Plan> run_below(const Law& law, const Plan& plan, double decades) {
  const double share = std::pow(10, -decades / 2);
  PlanQuestion question = plan.question;
  question.flops = question.loss = question.total_params = std::nullopt;
  question.sparsity_range.reset();
  question.limits.clear();
  question.free_sparsity = false;
  question.sparsity = plan.run->S;
  question.active_params = plan.run->N * share;
  question.tokens = plan.run->D * share;
  if (question.unique_tokens) *question.unique_tokens *= share;
  question.inference_tokens *= share;
  return isoflop::plan(law, question);
}

// The same question there, and a loss that the law has there.
Result<Plan> plan_below(const Law& law, const Plan& plan, double decades) {
  const double share = std::pow(10, -decades / 2);
  PlanQuestion question = plan.question;
  for (auto size : {&PlanQuestion::active_params, &PlanQuestion::total_params,
                    &PlanQuestion::tokens, &PlanQuestion::unique_tokens})
    if (question.*size) *(question.*size) *= share;
  for (Limit& limit : question.limits) limit.max *= share;
  question.inference_tokens *= share;
  if (question.flops) *question.flops *= share * share;
  if (question.loss) {
    const Result<Plan> run = run_below(law, plan, decades);
    if (!run || !run->run) return run;
    question.loss = run->run->loss;
  }
  return isoflop::plan(law, question);
}

// Where a plan lies beyond the runs, by the drift of one decade; inside them the law is as far off
// as the first of the smaller fits shows.
double decades_of(const SmallerFits& smaller, const Extrapolation& at) {
  return std::max(at.budget, smaller.lacks.front());
}

// The drift over so many decades, from the logarithms by which the smaller fits are off.
double drift_over(double decades, std::span<const double> lacks, std::span<const double> off) {
  double squares = 0, sum = 0, count = 0;
  for (std::size_t w = 0; w < off.size(); ++w) {
    if (!std::isfinite(off[w])) continue;
    squares += std::pow(off[w] / lacks[w], 2);
    sum += off[w] * lacks[w];
    ++count;
  }
  return count == 0 ? kNan
                    : std::copysign(kDriftFactor * decades * std::sqrt(squares / count), sum);
}

}  // namespace

std::optional<Extrapolation> extrapolation(const Fit& fit, const PlannedRun& run) {
  const std::vector<double> C = column_of(fit.law, fit.table, "C");
  if (C.empty()) return std::nullopt;
  const std::vector<Coordinate> at = coordinates(fit.law, run);
  Eigen::MatrixXd points(static_cast<Eigen::Index>(at.size()), static_cast<Eigen::Index>(C.size()));
  for (std::size_t k = 0; k < at.size(); ++k) {
    const std::vector<double> column = column_of(fit.law, fit.table, at[k].input);
    const bool share = at[k].input[0] == 'S';
    for (std::size_t i = 0; i < C.size(); ++i) {
      const double value = column.empty() ? at[k].value : column[i];
      points(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(i)) =
          share ? std::log10((1 - value) / (1 - at[k].value)) : std::log10(value / at[k].value);
    }
  }
  if (!points.allFinite()) return std::nullopt;
  const double distance = hull_distance(points);
  return Extrapolation{.budget = std::max(0.0, std::log10(6 * run.N * run.D / std::ranges::max(C))),
                       .hull = distance > kSaid * 1e-3 ? distance : 0};
}

std::vector<std::string> notes_on(const Extrapolation& at) {
  std::vector<std::string> words;
  if (at.budget > kSaid)
    words.push_back(fmt::format("its budget is {} times the largest of the runs",
                                format_number(std::pow(10, at.budget), 3)));
  if (at.hull > kSaid)
    words.push_back(
        fmt::format("it lies {} decades outside of the runs' hull", format_number(at.hull, 2)));
  if (words.empty()) return {};
  return {fmt::format("this plan extrapolates: {}", fmt::join(words, ", and "))};
}

SmallerFits smaller_fits(const Fit& fit) {
  const std::vector<double> C = column_of(fit.law, fit.table, "C");
  SmallerFits smaller;
  if (C.empty()) return smaller;
  const auto [least, most] = std::ranges::minmax(C);
  std::size_t before = C.size();
  for (const double share : kLeftOut) {
    const double edge = most * std::pow(least / most, share) * (1 + 1e-6);
    std::vector<std::size_t> rows;
    double largest = 0;
    for (std::size_t i = 0; i < C.size(); ++i)
      if (C[i] <= edge) {
        rows.push_back(i);
        largest = std::max(largest, C[i]);
      }
    if (rows.size() == before) continue;
    before = rows.size();
    const Result<FitObjective> part =
        FitObjective::make(fit.law, fit.table.select(rows), fit.recipe);
    if (!part || rows.size() < kRunsEach * part->free().size()) break;
    FitObjective::State state = part->make_state();
    const Refined end = refine(*part, part->free_of(fit.law.values()), state);
    if (end.status == FitStatus::kFailed) continue;
    smaller.lacks.push_back(std::log10(most / largest));
    smaller.coefficients.push_back(part->coefficients(end.free));
  }
  return smaller;
}

PlanQuantities plan_drift(const Fit& fit, const SmallerFits& smaller, const Plan& plan,
                          const Extrapolation& at) {
  PlanQuantities drift;
  drift.fill(kNan);
  if (smaller.lacks.empty()) return drift;
  const Result<Plan> below = plan_below(fit.law, plan, at.budget);
  std::vector<std::span<const double>> sets = {fit.law.values()};
  for (const std::vector<double>& each : smaller.coefficients) sets.emplace_back(each);
  SerialExecutor executor;
  Progress silent;
  const auto asked = [&](const Result<Plan>& what) {
    return what ? quantities_under(fit.law, *what, sets, executor, silent)
                : std::vector<PlanQuantities>();
  };
  std::vector<PlanQuantities> planned = asked(below);
  if (planned.empty()) return drift;
  // The loss of the plan's run, as of one that is given: a smaller fit's own plan would be another.
  if (!plan.question.loss) {
    const std::vector<PlanQuantities> given = asked(run_below(fit.law, plan, at.budget));
    for (std::size_t w = 0; w < planned.size(); ++w)
      planned[w][kLossAt] = given.empty() ? kNan : given[w][kLossAt];
  }
  for (std::size_t k = 0; k < kPlanQuantities.size(); ++k) {
    std::vector<double> off;
    for (std::size_t w = 1; w < planned.size(); ++w)
      off.push_back(std::log(planned[w][k] / planned[0][k]));
    drift[k] = drift_over(decades_of(smaller, at), smaller.lacks, off);
  }
  return drift;
}

double loss_drift(const Fit& fit, const SmallerFits& smaller, const Inputs& inputs,
                  const Extrapolation& at) {
  if (smaller.lacks.empty()) return kNan;
  Inputs below = inputs;
  for (const char* size : {"N", "P", "D", "U"})
    if (const auto found = below.find(size); found != below.end())
      found->second *= std::pow(10, -at.budget / 2);
  below.erase("C");
  const auto loss_under = [&](std::span<const double> values) {
    const Result<Law> law = fit.law.with_values("smaller", {values.begin(), values.end()});
    const Result<Prediction> found =
        law ? predict(*law, below) : Result<Prediction>(std::unexpected(law.error()));
    return found ? found->loss : kNan;
  };
  const double loss = loss_under(fit.law.values());
  std::vector<double> off;
  for (const std::vector<double>& each : smaller.coefficients)
    off.push_back(std::log(loss_under(each) / loss));
  return drift_over(decades_of(smaller, at), smaller.lacks, off);
}

Range for_misfit(const Range& if_law_holds, double estimate, const MisfitError& error,
                 double level) {
  const double z = normal_quantile((1 + level) / 2);
  const auto end = [&](double held, bool other_side) {
    const double by = error.one_sided && other_side ? 0 : z * error.drift;
    return std::hypot(error.noise * std::log(held / estimate), by);
  };
  return {estimate * std::exp(-end(if_law_holds.low, error.drift < 0)),
          estimate * std::exp(end(if_law_holds.high, error.drift > 0))};
}

}  // namespace isoflop
