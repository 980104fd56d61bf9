#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/named_progress.h"
#include "isoflop/profile.h"
#include "isoflop/reproduce.h"
#include "isoflop/simulate.h"
#include "judge/reproduce_fit.h"

namespace isoflop {

namespace {

Outcome outcome_of(double error, double tolerance) {
  return error <= tolerance ? Outcome::kHolds : Outcome::kFails;
}

double spaced(const Range& range, std::size_t i, std::size_t count) {
  const double share = count == 1 ? 0 : static_cast<double>(i) / static_cast<double>(count - 1);
  return range.low * std::pow(range.high / range.low, share);
}

// The grid's models with the losses of `law`.
Result<Table> models_of(const Law& law, const ClaimGrid& grid) {
  if (!grid.flops.empty())
    return simulate(law, {.flops = grid.flops, .sizes = grid.points, .sparsity = grid.sparsity}, 0,
                    1);
  std::vector<double> N, P, S, D;
  for (const double sparsity : grid.sparsity)
    for (std::size_t i = 0; i < grid.points; ++i)
      for (std::size_t j = 0; j < grid.points; ++j) {
        N.push_back(spaced(grid.N, i, grid.points));
        P.push_back(N.back() / (1 - sparsity));
        S.push_back(sparsity);
        D.push_back(spaced(grid.D, j, grid.points));
      }
  Table table;
  for (auto& [name, column] : {std::pair{"N", &N}, {"P", &P}, {"S", &S}, {"Sx", &S}, {"D", &D}})
    if (const auto set = table.set(name, *column); !set) return std::unexpected(set.error());
  Result<std::vector<double>> loss = predict(law, table);
  if (!loss) return std::unexpected(loss.error());
  if (const auto set = table.set("loss", *std::move(loss)); !set)
    return std::unexpected(set.error());
  return table;
}

Result<CheckedAgreement> check_agreement(const Agreement& published, Executor& executor,
                                         Progress& progress) {
  const Result<Law> law = find_law(published.law), of = find_law(published.of);
  if (!law) return std::unexpected(law.error());
  if (!of) return std::unexpected(of.error());
  const Result<Table> table = models_of(*of, published.grid);
  if (!table) return std::unexpected(table.error());
  Result<Fit> refit = fit(law->without_values(), *table, {}, executor, progress);
  if (!refit) return std::unexpected(refit.error());
  if (!refit->usable) return work_error("{}: {}", published.law, refit->message);
  const Result<Closeness> before = closeness_to(*law, *table);
  const Result<Closeness> after = closeness_to(refit->law, *table);
  if (!before) return std::unexpected(before.error());
  if (!after) return std::unexpected(after.error());
  return CheckedAgreement{.published = published,
                          .models = table->rows(),
                          .as_published = *before,
                          .fit = *std::move(refit),
                          .refitted = *after,
                          .published_outcome = outcome_of(before->worst, published.tolerance),
                          .refitted_outcome = outcome_of(after->worst, published.tolerance)};
}

Result<BudgetSide> side_of(const BudgetClaim& claim, const Law& law, double worked,
                           const PlanQuestion& question) {
  const Result<Prediction> model = predict(law, claim.inputs);
  if (!model) return std::unexpected(model.error());
  const Result<Plan> optimum = plan(law, question);
  if (!optimum) return std::unexpected(optimum.error());
  return BudgetSide{
      .law = law.label(), .loss = model->loss, .worked = worked, .optimum = *optimum->run};
}

Result<CheckedBudget> check_budget(const BudgetClaim& published) {
  const Result<Law> law = find_law(published.law), of = find_law(published.of);
  if (!law) return std::unexpected(law.error());
  if (!of) return std::unexpected(of.error());
  const double N = published.inputs.at("N"), P = published.inputs.at("P");
  CheckedBudget checked{
      .published = published, .flops = 6 * N * published.inputs.at("D"), .sparsity = 1 - N / P};
  const PlanQuestion question{.flops = checked.flops, .sparsity = checked.sparsity};
  double missed = 0;
  for (const auto& [each, worked] :
       {std::pair{&*law, published.losses[0]}, {&*of, published.losses[1]}}) {
    Result<BudgetSide> side = side_of(published, *each, worked, question);
    if (!side) return std::unexpected(side.error());
    missed = std::max(missed, std::abs(side->loss / worked - 1));
    checked.sides.push_back(*std::move(side));
  }
  const Result<IsoflopProfile> along = profile(*of, {.plan = question});
  if (!along) return std::unexpected(along.error());
  const Result<std::vector<double>> losses = losses_on(*along, *law, question);
  if (!losses) return std::unexpected(losses.error());
  checked.model = std::abs(checked.sides[0].loss / checked.sides[1].loss - 1);
  checked.profile = closeness(*losses, along->loss);
  checked.worked_outcome = outcome_of(missed, published.loss_tolerance);
  checked.outcome = outcome_of(std::max(checked.model, checked.profile.worst), published.tolerance);
  return checked;
}

}  // namespace

Result<CheckedClaims> check_claims(const Claims& claims, Executor& executor, Progress& progress) {
  CheckedClaims checked{.claims = claims};
  for (const Agreement& published : claims.agreements) {
    NamedProgress named(published.law, progress);
    Result<CheckedAgreement> agreement = check_agreement(published, executor, named);
    if (!agreement) return std::unexpected(agreement.error());
    checked.agreements.push_back(*std::move(agreement));
  }
  for (const BudgetClaim& published : claims.budgets) {
    Result<CheckedBudget> budget = check_budget(published);
    if (!budget) return std::unexpected(budget.error());
    checked.budgets.push_back(*std::move(budget));
  }
  return checked;
}

}  // namespace isoflop
