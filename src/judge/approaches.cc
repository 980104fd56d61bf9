#include "judge/approaches.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/distributions.h"
#include "base/error.h"
#include "base/numbers.h"
#include "data/derive.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"
#include "judge/plan_without.h"

namespace isoflop {

namespace {

constexpr std::size_t kFewestCurves = 3, kFewestPoints = 3, kBudgets = 1500;

// (ln C, loss) of one size, in order.
using SizeCurve = std::vector<std::pair<double, double>>;

std::map<double, SizeCurve> curves_of(const SizedRuns& runs) {
  std::map<double, SizeCurve> curves;
  for (std::size_t i = 0; i < runs.N.size(); ++i)
    curves[runs.N[i]].emplace_back(std::log(runs.C[i]), runs.loss[i]);
  for (auto& [N, curve] : curves) std::ranges::sort(curve);
  std::erase_if(curves, [](const auto& each) { return each.second.size() < kFewestPoints; });
  return curves;
}

// Between its points; nothing beyond them.
std::optional<double> loss_at(const SizeCurve& curve, double ln_C) {
  const auto next = std::ranges::lower_bound(curve, ln_C, {}, &SizeCurve::value_type::first);
  if (next == curve.end() || (next == curve.begin() && next->first > ln_C)) return std::nullopt;
  if (next == curve.begin() || next->first == ln_C) return next->second;
  const auto& [x, y] = *(next - 1);
  return std::lerp(y, next->second, (ln_C - x) / (next->first - x));
}

// The size of the lowest curve at a budget, where three or more reach it.
std::optional<double> lowest_size(const std::map<double, SizeCurve>& curves, double ln_C) {
  std::size_t reaching = 0;
  std::optional<std::pair<double, double>> lowest;
  for (const auto& [N, curve] : curves)
    if (const auto loss = loss_at(curve, ln_C)) {
      ++reaching;
      if (!lowest || *loss < lowest->first) lowest = {*loss, N};
    }
  if (reaching < kFewestCurves) return std::nullopt;
  return lowest->second;
}

constexpr double kSureApart = 0.99;
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

// Sets the size of the vertex and its error, or says why there is none.
std::string solve(const SizedRuns& runs, std::span<const std::size_t> rows,
                  ParabolaOptimum& budget) {
  const double middle = log_mean(runs.N, rows);
  const Eigen::MatrixXd X = regressors(runs, rows, middle, budget);
  Eigen::VectorXd y(X.rows());
  for (Eigen::Index i = 0; i < y.size(); ++i) y[i] = runs.loss[rows[static_cast<std::size_t>(i)]];
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(X);
  if (qr.rank() < X.cols()) return "its sizes and budgets vary together";
  const Eigen::VectorXd c = qr.solve(y);
  if (!(c[2] > 0)) return "the parabola has no minimum";
  const double vertex = -c[1] / (2 * c[2]);
  const auto [least, most] =
      std::ranges::minmax(rows, {}, [&](std::size_t row) { return runs.N[row]; });
  if (!(vertex >= std::log(runs.N[least]) - middle && vertex <= std::log(runs.N[most]) - middle))
    return "the minimum lies beyond its runs";
  budget.N = std::exp(middle + vertex);
  const Eigen::Index freedom = X.rows() - X.cols();
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(X.cols());
  slope[1] = -1 / (2 * c[2]);
  slope[2] = c[1] / (2 * c[2] * c[2]);
  const Eigen::VectorXd spread = (X.transpose() * X).ldlt().solve(slope);
  const double variance =
      freedom > 0 ? (y - X * c).squaredNorm() / static_cast<double>(freedom) : kNan;
  budget.log_error = std::sqrt(variance * slope.dot(spread));
  return "";
}

// What a token costs in some runs: 6 N, or where their FLOPs were counted otherwise, the power of N
// that comes nearest to C/D.
CostModel cost_in(const SizedRuns& runs, std::span<const std::size_t> rows) {
  const auto is_6nd = [&](std::size_t row) {
    return agree(runs.C[row], 6 * runs.N[row] * runs.D[row]);
  };
  if (std::ranges::all_of(rows, is_6nd)) return cost_models()[0];
  std::vector<double> N, cost;
  for (const std::size_t row : rows) {
    N.push_back(runs.N[row]);
    cost.push_back(runs.C[row] / runs.D[row]);
  }
  const std::optional<SizeGrowth> growth = size_growth(N, cost);
  if (!growth) return cost_models()[0];
  double factor = 0;  // its logarithm
  for (std::size_t i = 0; i < N.size(); ++i)
    factor += std::log(cost[i]) - growth->exponent * std::log(N[i]);
  CostModel model = cost_models()[0];
  model.name = "the runs' own";
  model.training =
      fmt::format("{}*N^({})", std::exp(factor / static_cast<double>(N.size())), growth->exponent);
  return model;
}

double planned_size(const Law& law, const PlanQuestion& question) {
  const Result<Plan> best = plan(law, question);
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

std::optional<SizeGrowth> size_growth(std::span<const double> flops,
                                      std::span<const double> sizes) {
  const auto count = static_cast<double>(flops.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    mean_x += std::log(flops[i]) / count;
    mean_y += std::log(sizes[i]) / count;
  }
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const double x = std::log(flops[i]) - mean_x;
    xx += x * x;
    xy += x * (std::log(sizes[i]) - mean_y);
  }
  if (!(xx > 0)) return std::nullopt;
  SizeGrowth growth{.exponent = xy / xx, .standard_error = kNan, .budgets = flops.size()};
  double squares = 0;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const double away =
        std::log(sizes[i]) - mean_y - growth.exponent * (std::log(flops[i]) - mean_x);
    squares += away * away;
  }
  if (flops.size() > 2) growth.standard_error = std::sqrt(squares / (count - 2) / xx);
  return growth;
}

Envelope envelope(const SizedRuns& runs) {
  const std::map<double, SizeCurve> curves = curves_of(runs);
  Envelope result{.curves = curves.size()};
  if (curves.size() < kFewestCurves) {
    result.refused = fmt::format(
        "{} sizes have {} runs or more at different budgets: it takes {} training curves",
        curves.size(), kFewestPoints, kFewestCurves);
    return result;
  }
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
  for (const auto& [N, curve] : curves) {
    low = std::min(low, curve.front().first);
    high = std::max(high, curve.back().first);
  }
  std::vector<double> flops, sizes;
  for (std::size_t i = 0; i < kBudgets; ++i) {
    const double ln_C = std::lerp(low, high, static_cast<double>(i) / (kBudgets - 1));
    const std::optional<double> N = lowest_size(curves, ln_C);
    // A lowest curve without a smaller or larger one beside it may only be the nearest to the best.
    if (!N || *N == curves.begin()->first || *N == curves.rbegin()->first) continue;
    flops.push_back(std::exp(ln_C));
    sizes.push_back(*N);
  }
  result.growth = size_growth(flops, sizes);
  if (!result.growth) {
    result.refused = "no budget has its lowest curve between a smaller and a larger size";
    return result;
  }
  result.growth->standard_error = kNan;
  result.low = flops.front();
  result.high = flops.back();
  return result;
}

std::vector<std::vector<std::size_t>> budget_groups(std::span<const double> C) {
  const auto order = ordered_rows(C.size(), [&](std::size_t row) { return C[row]; });
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
  if (!budget.too_few) budget.refused = solve(runs, rows, budget);
  return budget;
}

Parabolas parabolas(const Law& law, double sparsity, const SizedRuns& runs,
                    std::span<const double> predicted) {
  const SizedRuns of_law{runs.N, runs.C, {predicted.begin(), predicted.end()}, runs.D};
  Parabolas result;
  for (const std::vector<std::size_t>& rows : budget_groups(runs.C)) {
    if (rows.size() == 1) {
      ++result.lone_runs;
      continue;
    }
    ParabolaOptimum budget = parabola_optimum(runs, rows);
    budget.law_N = planned_size(
        law, {.flops = budget.flops, .sparsity = sparsity, .cost = cost_in(runs, rows)});
    const ParabolaOptimum same = parabola_optimum(of_law, rows);
    budget.bias = same.refused.empty() ? same.N / budget.law_N - 1 : kNan;
    result.budgets.push_back(std::move(budget));
  }
  result.growth = growth_of(result.budgets, [](const ParabolaOptimum& each) { return each.N; });
  result.law = growth_of(result.budgets, [](const ParabolaOptimum& each) { return each.law_N; });
  result.of_the_law = growth_of(
      result.budgets, [](const ParabolaOptimum& each) { return each.law_N * (1 + each.bias); });
  if (result.growth && result.of_the_law && result.growth->budgets > 2) {
    const double apart =
        (result.growth->exponent - result.of_the_law->exponent) / result.growth->standard_error;
    if (std::abs(apart) > student_quantile(kSureApart, result.growth->budgets - 2))
      result.misfit = apart;
  }
  return result;
}

Result<Approaches> approaches(const Fit& fit) {
  if (const auto ok = check_refittable(fit); !ok) return std::unexpected(ok.error());
  const Table& table = fit.table;
  if (!table.has("N") || !table.has("D"))
    return error("approaches 1 and 2 need the N and D of each run, which this fit's law does not");
  const Result<std::vector<double>> predicted = predict(fit.law, table);
  if (!predicted) return std::unexpected(predicted.error());
  const std::span<const double> N = table.column("N"), D = table.column("D"),
                                S = table.column(table.has("S") ? "S" : "Sx"),
                                loss = table.column("loss");
  const std::span<const double> C = table.column("C");
  for (std::size_t row = 0; row < C.size(); ++row)
    if (!domain_of("C")(C[row]))
      return error("{}: C is {}; it must be above 0", table.row_label(row), C[row]);
  Approaches result{.sparsity = usual_value(S), .parabolas = {}, .envelope = {}};
  SizedRuns runs;
  std::vector<double> kept;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!S.empty() && S[row] != result.sparsity) {
      ++result.other_runs;
      continue;
    }
    runs.N.push_back(N[row]);
    runs.C.push_back(C.empty() ? 6 * N[row] * D[row] : C[row]);
    runs.D.push_back(D[row]);
    runs.loss.push_back(loss[row]);
    kept.push_back((*predicted)[row]);
  }
  result.parabolas = parabolas(fit.law, result.sparsity, runs, kept);
  result.envelope = envelope(runs);
  return result;
}

}  // namespace isoflop
