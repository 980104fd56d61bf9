#include "isoflop/extrapolation.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

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

// Refits without the runs of the largest budgets: coefficients, and the decades that they lack.
struct Window {
  double lacks = 0;
  std::vector<double> coefficients;
};

std::vector<Window> windows(const Fit& fit, std::span<const double> C) {
  const auto [least, most] = std::ranges::minmax(C);
  std::vector<Window> list;
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
    list.push_back({std::log10(most / largest), part->coefficients(end.free)});
  }
  return list;
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

std::optional<PlanDrift> plan_drift(const Fit& fit, const Plan& plan, const Extrapolation& at) {
  const std::vector<double> C = column_of(fit.law, fit.table, "C");
  const std::vector<Window> all = windows(fit, C);
  if (all.empty()) return std::nullopt;
  std::vector<std::span<const double>> sets = {fit.law.values()};
  for (const Window& each : all) sets.emplace_back(each.coefficients);
  SerialExecutor executor;
  Progress silent;
  const std::vector<PlanQuantities> planned =
      quantities_under(fit.law, plan, sets, executor, silent);
  if (planned.empty()) return std::nullopt;
  // Inside the runs the law is as far off as one window shows.
  const double decades = std::max(at.budget, all.front().lacks);
  PlanDrift drift{.estimate = planned[0], .error = {}};
  for (std::size_t k = 0; k < kPlanQuantities.size(); ++k) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t w = 0; w < all.size(); ++w) {
      const double moved = std::log(planned[w + 1][k] / planned[0][k]);
      if (!std::isfinite(moved)) continue;
      sum += moved * moved / all[w].lacks;
      ++count;
    }
    drift.error[k] = count == 0 ? kNan : std::sqrt(decades * sum / static_cast<double>(count));
  }
  return drift;
}

}  // namespace isoflop
