#include "isoflop/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/numbers.h"
#include "judge/plan_without.h"

namespace isoflop {

namespace {

constexpr double kHighest = 0.02;  // of the runs, those of the highest losses
constexpr Residual kResiduals[] = {Residual::kLog, Residual::kLinear};
constexpr RobustLoss kLosses[] = {{.kind = RobustLoss::Kind::kHuber, .delta = 1e-4},
                                  {.kind = RobustLoss::Kind::kHuber, .delta = 1e-3},
                                  {.kind = RobustLoss::Kind::kHuber, .delta = 1e-2},
                                  {.kind = RobustLoss::Kind::kSquare},
                                  {.kind = RobustLoss::Kind::kAbsolute}};

std::vector<std::size_t> highest_losses(const Table& table) {
  const std::span<const double> loss = table.column("loss");
  auto rows = ordered_rows(table.rows(), [&](std::size_t row) { return -loss[row]; });
  rows.resize(static_cast<std::size_t>(std::ceil(kHighest * static_cast<double>(rows.size()))));
  std::ranges::sort(rows);
  return rows;
}

template <class Holds>
std::vector<std::size_t> rows_where(const Influence& influence, Holds holds) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < influence.runs.size(); ++row)
    if (holds(influence.runs[row])) rows.push_back(row);
  return rows;
}

std::vector<Exclusion> exclusions_of(const Fit& fit, const Influence& influence) {
  std::vector<Exclusion> all = {
      {"none", {}},
      {"highest losses", highest_losses(fit.table)},
      {"outliers", rows_where(influence, [](const RunInfluence& run) { return run.outlier(); })},
      {"undertrained",
       rows_where(influence, [](const RunInfluence& run) { return run.undertrained; })}};
  std::erase_if(all,
                [](const Exclusion& each) { return each.rows.empty() && each.name != "none"; });
  return all;
}

bool smaller(const PlanVariant& a, const PlanVariant& b) { return a.plan->N < b.plan->N; }

void find_extremes(Sensitivity& result) {
  for (std::size_t i = 0; i < result.variants.size(); ++i) {
    const PlanVariant& each = result.variants[i];
    if (!each.plan) continue;
    if (!result.smallest || smaller(each, result.variants[*result.smallest])) result.smallest = i;
    if (!result.largest || smaller(result.variants[*result.largest], each)) result.largest = i;
  }
}

// Variants with the same key differ in one choice alone.
double effect(const std::vector<PlanVariant>& variants,
              const std::function<std::string(const PlanVariant&)>& key) {
  std::map<std::string, std::vector<double>> groups;
  for (const PlanVariant& each : variants)
    if (each.plan) groups[key(each)].push_back(std::log(each.plan->N));
  double sum = 0;
  std::size_t count = 0;
  for (const auto& [name, sizes] : groups) {
    if (sizes.size() < 2) continue;
    const auto [low, high] = std::ranges::minmax(sizes);
    sum += high - low;
    ++count;
  }
  return count == 0 ? kNan : sum / static_cast<double>(count);
}

ChoiceEffects effects_of(const std::vector<PlanVariant>& variants) {
  const auto residual = [](const PlanVariant& each) { return to_text(each.residual) + " "; };
  const auto loss = [](const PlanVariant& each) { return to_text(each.loss) + " "; };
  const auto rows = [](const PlanVariant& each) { return std::to_string(each.exclusion) + " "; };
  return {
      .residual = effect(variants, [&](const auto& each) { return loss(each) + rows(each); }),
      .loss = effect(variants, [&](const auto& each) { return residual(each) + rows(each); }),
      .exclusion = effect(variants, [&](const auto& each) { return residual(each) + loss(each); })};
}

}  // namespace

Result<Sensitivity> sensitivity(const Fit& fit, const Influence& influence,
                                const PlanQuestion& question, Executor& executor,
                                Progress& progress) {
  if (const auto ok = check_refittable(fit); !ok) return std::unexpected(ok.error());
  Sensitivity result{.exclusions = exclusions_of(fit, influence), .variants = {}};
  std::vector<PlanVariant> variants;
  for (std::size_t exclusion = 0; exclusion < result.exclusions.size(); ++exclusion)
    for (const Residual residual : kResiduals)
      for (const RobustLoss& loss : kLosses)
        variants.push_back({.residual = residual, .loss = loss, .exclusion = exclusion});
  std::vector<char> reached(variants.size());
  result.stopped =
      !for_each_refit("variants", variants.size(), executor, progress, [&](std::size_t i) {
        PlanVariant& each = variants[i];
        Recipe recipe = fit.recipe;
        recipe.residual = each.residual;
        recipe.loss = each.loss;
        RefittedPlan refitted = plan_of(
            isoflop::fit(fit.law.without_values(),
                         rows_without(fit.table, result.exclusions[each.exclusion].rows), recipe),
            question);
        each.plan = refitted.plan;
        each.reason = std::move(refitted.reason);
        each.status = refitted.status;
        reached[i] = 1;
      });
  for (std::size_t i = 0; i < variants.size(); ++i)
    if (reached[i] != 0) result.variants.push_back(std::move(variants[i]));
  find_extremes(result);
  result.effects = effects_of(result.variants);
  return result;
}

}  // namespace isoflop
