#include "isoflop/influence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/numbers.h"
#include "fit/solve.h"
#include "isoflop/residuals.h"
#include "judge/linearised.h"
#include "judge/plan_without.h"

namespace isoflop {

namespace {

constexpr double kNormalMad = 0.6745;  // median |r| of a standard normal r

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

void add_scores(const std::vector<double>& residuals, std::vector<RunInfluence>& runs) {
  const double middle = median(residuals);
  std::vector<double> away;
  for (const double each : residuals) away.push_back(std::abs(each - middle));
  const double spread = median(away);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].residual = residuals[i];
    if (spread > 0) runs[i].z = kNormalMad * (residuals[i] - middle) / spread;
  }
}

void add_leverage(const Linearised& problem, std::vector<RunInfluence>& runs) {
  const Decomposition parts = decompose(problem);
  const double mean = static_cast<double>(parts.rank) / static_cast<double>(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].leverage = parts.leverage(static_cast<Eigen::Index>(i));
    runs[i].high_leverage = runs[i].leverage > kHighLeverage * mean;
  }
}

// By the values of the law's inputs.
void add_repeats(const Fit& fit, std::vector<RunInfluence>& runs) {
  std::map<std::vector<double>, std::size_t> seen;
  for (std::size_t row = 0; row < runs.size(); ++row) {
    std::vector<double> inputs;
    for (const Input& input : fit.law.inputs()) inputs.push_back(fit.table.column(input.name)[row]);
    const auto [first, is_new] = seen.try_emplace(std::move(inputs), row);
    if (!is_new) runs[row].repeats = first->second;
  }
}

void add_undertrained(const Fit& fit, const PlanQuestion& question,
                      std::vector<RunInfluence>& runs) {
  const std::span<const double> N = fit.table.column("N"), D = fit.table.column("D");
  const std::span<const double> S = fit.table.column("S");
  if (N.empty() || D.empty()) return;
  for (std::size_t row = 0; row < runs.size(); ++row) {
    PlanQuestion own{.flops = 6 * N[row] * D[row], .inputs = question.inputs};
    if (!S.empty()) own.sparsity = S[row];
    const Result<Plan> best = plan(fit.law, own);
    runs[row].undertrained = best && D[row] < kUndertrained * best->run->D;
  }
}

// The rows that are left out one by one: all, or those of the largest |z|.
std::vector<std::size_t> tried_rows(const std::vector<RunInfluence>& runs) {
  if (runs.size() <= kMostLeftOut) return row_numbers(runs.size());
  auto rows = ordered_rows(runs.size(), [&](std::size_t row) { return -std::abs(runs[row].z); });
  rows.resize(kMostLeftOut);
  return rows;
}

}  // namespace

Result<std::vector<RunInfluence>> run_diagnostics(const Fit& fit) {
  const Result<Residuals> all = residuals(fit.law, fit.table);
  if (!all) return std::unexpected(all.error());
  const Result<Linearised> problem = linearise(fit);
  if (!problem) return std::unexpected(problem.error());
  std::vector<RunInfluence> runs(fit.table.rows());
  add_scores(all->each, runs);
  add_leverage(*problem, runs);
  add_repeats(fit, runs);
  return runs;
}

Result<Influence> influence(const Fit& fit, const PlanQuestion& question, Executor& executor,
                            Progress& progress) {
  if (const auto ok = check_refittable(fit); !ok) return std::unexpected(ok.error());
  const Result<Residuals> all = residuals(fit.law, fit.table);
  if (!all) return std::unexpected(all.error());
  Result<std::vector<RunInfluence>> runs = run_diagnostics(fit);
  if (!runs) return std::unexpected(runs.error());
  Result<Plan> whole = plan(fit.law, question);
  if (!whole) return std::unexpected(whole.error());
  if (!whole->run) return error("the law's best sparsity is not known for this budget: give one");

  Influence result{
      .logarithmic = all->logarithmic, .plan = *std::move(whole), .runs = *std::move(runs)};
  add_undertrained(fit, question, result.runs);
  const std::vector<std::size_t> tried = tried_rows(result.runs);
  result.stopped =
      !for_each_refit("left out", tried.size(), executor, progress, [&](std::size_t i) {
        const RefittedPlan without =
            plan_of(fit_part(fit, rows_without(fit.table, {&tried[i], 1})), question);
        if (without.plan) result.runs[tried[i]].size_ratio = without.plan->N / result.plan.run->N;
      });
  return result;
}

}  // namespace isoflop
