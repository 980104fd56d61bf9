#include "judge/parabolas.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "isoflop/plan.h"
#include "judge/row_numbers.h"
#include "judge/size_growth.h"

namespace isoflop {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kFewestRuns = 5, kFewestSizes = 4;
constexpr double kSameBudget = 1e-9;  // of ln C: nothing to have a term for

double log_mean(const std::vector<double>& values, std::span<const std::size_t> rows) {
  double sum = 0;
  for (const std::size_t row : rows) sum += std::log(values[row]);
  return sum / static_cast<double>(rows.size());
}

// Columns 1, x, x^2 and perhaps ln C, about their means.
Eigen::MatrixXd regressors(const SizedRuns& runs, std::span<const std::size_t> rows, double middle,
                           const ParabolaOptimum& budget) {
  const bool varies = std::log(budget.high / budget.low) > kSameBudget && rows.size() > kFewestRuns;
  Eigen::MatrixXd X(static_cast<Eigen::Index>(rows.size()), varies ? 4 : 3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const double x = std::log(runs.N[rows[i]]) - middle;
    X(row, 0) = 1;
    X(row, 1) = x;
    X(row, 2) = x * x;
    if (varies) X(row, 3) = std::log(runs.C[rows[i]] / budget.flops);
  }
  return X;
}

std::string too_few(const SizedRuns& runs, std::span<const std::size_t> rows) {
  std::set<double> sizes;
  for (const std::size_t row : rows) sizes.insert(runs.N[row]);
  if (rows.size() >= kFewestRuns && sizes.size() >= kFewestSizes) return "";
  return fmt::format("{} runs of {} sizes: it takes {} of {}", rows.size(), sizes.size(),
                     kFewestRuns, kFewestSizes);
}

// The size of the vertex and its error, or why there is none.
void solve(const SizedRuns& runs, std::span<const std::size_t> rows, ParabolaOptimum& budget) {
  const double middle = log_mean(runs.N, rows);
  const Eigen::MatrixXd X = regressors(runs, rows, middle, budget);
  Eigen::VectorXd y(X.rows());
  for (Eigen::Index i = 0; i < y.size(); ++i) y[i] = runs.loss[rows[static_cast<std::size_t>(i)]];
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(X);
  if (qr.rank() < X.cols()) {
    budget.refused = "its sizes and budgets vary together";
    return;
  }
  const Eigen::VectorXd c = qr.solve(y);
  if (!(c[2] > 0)) {
    budget.refused = "the parabola has no minimum";
    return;
  }
  const double vertex = -c[1] / (2 * c[2]);
  const auto [least, most] =
      std::ranges::minmax(rows, {}, [&](std::size_t row) { return runs.N[row]; });
  if (!(vertex >= std::log(runs.N[least]) - middle && vertex <= std::log(runs.N[most]) - middle)) {
    budget.refused = "the minimum lies beyond its runs";
    return;
  }
  budget.N = std::exp(middle + vertex);
  const Eigen::Index freedom = X.rows() - X.cols();
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(X.cols());
  slope[1] = -1 / (2 * c[2]);
  slope[2] = c[1] / (2 * c[2] * c[2]);
  const Eigen::VectorXd spread = (X.transpose() * X).ldlt().solve(slope);
  const double variance =
      freedom > 0 ? (y - X * c).squaredNorm() / static_cast<double>(freedom) : kNan;
  budget.log_error = std::sqrt(variance * slope.dot(spread));
}

double planned_size(const Law& law, double flops, double sparsity) {
  const Result<Plan> best = plan(law, {.flops = flops, .sparsity = sparsity});
  return best ? best->run->N : kNan;
}

// Growth of the optima that have both; `size` gives that of one.
template <class Size>
std::optional<SizeGrowth> growth_of(const std::vector<ParabolaOptimum>& budgets, Size size) {
  std::vector<double> flops, sizes;
  for (const ParabolaOptimum& each : budgets) {
    if (!each.refused.empty() || !std::isfinite(size(each))) continue;
    flops.push_back(each.flops);
    sizes.push_back(size(each));
  }
  return size_growth(flops, sizes);
}

}  // namespace

std::vector<std::vector<std::size_t>> budget_groups(std::span<const double> C) {
  std::vector<std::size_t> order = row_numbers(C.size());
  std::ranges::sort(order, {}, [&](std::size_t row) { return std::pair(C[row], row); });
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || C[order[i]] > (1 + kBudgetGap) * C[order[i - 1]]) groups.emplace_back();
    groups.back().push_back(order[i]);
  }
  return groups;
}

ParabolaOptimum parabola_optimum(const SizedRuns& runs, std::span<const std::size_t> rows) {
  ParabolaOptimum budget{.flops = std::exp(log_mean(runs.C, rows)), .runs = rows.size()};
  const auto [low, high] =
      std::ranges::minmax(rows, {}, [&](std::size_t row) { return runs.C[row]; });
  budget.low = runs.C[low];
  budget.high = runs.C[high];
  budget.refused = too_few(runs, rows);
  budget.too_few = !budget.refused.empty();
  if (!budget.too_few) solve(runs, rows, budget);
  return budget;
}

Parabolas parabolas(const Law& law, double sparsity, const SizedRuns& runs,
                    std::span<const double> predicted) {
  const SizedRuns of_law{runs.N, runs.C, {predicted.begin(), predicted.end()}};
  Parabolas result;
  for (const std::vector<std::size_t>& rows : budget_groups(runs.C)) {
    if (rows.size() == 1) {
      ++result.lone_runs;
      continue;
    }
    ParabolaOptimum budget = parabola_optimum(runs, rows);
    budget.law_N = planned_size(law, budget.flops, sparsity);
    const ParabolaOptimum same = parabola_optimum(of_law, rows);
    budget.bias = same.refused.empty() ? same.N / budget.law_N - 1 : kNan;
    result.budgets.push_back(std::move(budget));
  }
  result.growth = growth_of(result.budgets, [](const ParabolaOptimum& each) { return each.N; });
  result.law = growth_of(result.budgets, [](const ParabolaOptimum& each) { return each.law_N; });
  result.of_the_law = growth_of(
      result.budgets, [](const ParabolaOptimum& each) { return each.law_N * (1 + each.bias); });
  return result;
}

}  // namespace isoflop
