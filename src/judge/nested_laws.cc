#include "judge/nested_laws.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/random.h"
#include "isoflop/predict.h"

namespace isoflop {

namespace {

constexpr double kEqual = 1e-6;
constexpr double kNear = 0.05;  // how far the other values are from the fitted ones, relative
constexpr std::uint64_t kNearStream = std::uint64_t{0x6e656172} << 32;  // "near"

// The law with its free coefficients moved a little, within their ranges.
Result<Law> moved(const Fit& fit) {
  std::vector<double> values(fit.law.values().begin(), fit.law.values().end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Coefficient& coefficient = fit.law.coefficients()[i];
    if (fit.recipe.fix.contains(coefficient.name)) continue;
    const Range range = range_in(fit.recipe, coefficient);
    const double by = kNear * (2 * uniform(fit.recipe.seed, kNearStream, i) - 1);
    values[i] = values[i] == 0 ? std::min(std::abs(by), range.high) : values[i] * (1 + by);
    values[i] = std::clamp(values[i], range.low, range.high);
  }
  for (const auto& [tied, to] : fit.recipe.tie)
    values[*fit.law.coefficient_index(tied)] = values[*fit.law.coefficient_index(to)];
  return fit.law.with_values("moved", std::move(values));
}

bool reproduces(const Fit& larger, const Law& simpler, const Table& table, Executor& executor,
                Progress& progress) {
  const Result<std::vector<double>> wanted = predict(simpler, table);
  if (!wanted || std::ranges::any_of(*wanted, [](double loss) { return loss <= 0; })) return false;
  Table target = table;
  if (!target.set("loss", *wanted)) return false;
  Recipe recipe = larger.recipe;
  recipe.residual = Residual::kLog;
  recipe.loss = {.kind = RobustLoss::Kind::kSquare};
  const Result<Fit> matched = fit(larger.law.without_values(), target, recipe, executor, progress);
  if (!matched || !matched->usable) return false;
  const Result<std::vector<double>> seen = predict(matched->law, table);
  if (!seen) return false;
  for (std::size_t i = 0; i < seen->size(); ++i)
    if (!(std::abs((*seen)[i] / (*wanted)[i] - 1) <= kEqual)) return false;
  return true;
}

}  // namespace

bool is_special_case(const Fit& simpler, const Fit& larger, const Table& table, Executor& executor,
                     Progress& progress) {
  if (!reproduces(larger, simpler.law, table, executor, progress)) return false;
  const Result<Law> other = moved(simpler);
  return other && reproduces(larger, *other, table, executor, progress);
}

}  // namespace isoflop
