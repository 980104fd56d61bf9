#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/named_progress.h"
#include "isoflop/profile.h"
#include "isoflop/reproduce.h"
#include "isoflop/simulate.h"
#include "judge/reproduce_fit.h"

namespace isoflop {

namespace {

// Of closest_within_rounding(): its worst errors at the budget of DeepSeek-V3 and on the dense
// models of abnar2025 are then within a hundredth of what an independent search found.
constexpr int kRounds = 20;
constexpr double kNoError = 1e-12;    // a worst error that is rounding of numbers alone
constexpr double kLeastError = 1e-3;  // over the worst, so that no model drops out

Outcome outcome_of(double error, double tolerance) {
  return error <= tolerance ? Outcome::kHolds : Outcome::kFails;
}

// `rounded` is the error of coefficients that print alike.
Outcome outcome_of(double error, double rounded, double tolerance) {
  const Outcome outcome = outcome_of(error, tolerance);
  return outcome == Outcome::kFails && rounded <= tolerance ? Outcome::kRounding : outcome;
}

double spaced(const Range& range, std::size_t i, std::size_t count) {
  const double share = count == 1 ? 0 : static_cast<double>(i) / static_cast<double>(count - 1);
  return range.low * std::pow(range.high / range.low, share);
}

struct Models {
  std::vector<double> N, P, S, D;
  std::optional<double> expert_sparsity{};  // that of all; else S

  [[nodiscard]] Result<Table> table() const {
    const std::vector<double> Sx =
        expert_sparsity ? std::vector<double>(N.size(), *expert_sparsity) : S;
    Table table;
    for (const auto& [name, column] :
         {std::pair{"N", &N}, {"P", &P}, {"S", &S}, {"Sx", &Sx}, {"D", &D}})
      if (const auto set = table.set(name, *column); !set) return std::unexpected(set.error());
    return table;
  }
};

Result<void> set_losses(Table& models, const Law& law) {
  Result<std::vector<double>> loss = predict(law, models);
  if (!loss) return std::unexpected(loss.error());
  return models.set("loss", *std::move(loss));
}

// The grid's models with the losses of `law`.
Result<Table> models_of(const Law& law, const ClaimGrid& grid) {
  if (!grid.flops.empty())
    return simulate(law, {.flops = grid.flops, .sizes = grid.points, .sparsity = grid.sparsity}, 0,
                    1);
  Models models;
  for (const double sparsity : grid.sparsity)
    for (std::size_t i = 0; i < grid.points; ++i)
      for (std::size_t j = 0; j < grid.points; ++j) {
        models.N.push_back(spaced(grid.N, i, grid.points));
        models.P.push_back(models.N.back() / (1 - sparsity));
        models.S.push_back(sparsity);
        models.D.push_back(spaced(grid.D, j, grid.points));
      }
  Result<Table> table = models.table();
  if (!table) return table;
  if (const auto set = set_losses(*table, law); !set) return std::unexpected(set.error());
  return table;
}

// The recipe of a fit within the rounding of `printed` that starts at values there.
Recipe nearby(const Law& printed, const Law& now) {
  // Squares: weighted, they lead to the least worst error.
  Recipe recipe = within_rounding(printed, {.loss = {.kind = RobustLoss::Kind::kSquare},
                                            .starts = {.kind = Starts::Kind::kGiven}});
  for (const auto& [name, range] : recipe.range)
    recipe.start[name] = now.values()[*now.coefficient_index(name)];
  return recipe;
}

// How near coefficients that print as those of the two laws bring these together. In turn each law
// is fitted, within its rounding, to the losses of the other; then every model is weighted by its
// error, which leads to the least worst error where a law is linear (Lawson 1961). What is found is
// a certificate; that nothing nearer exists is not proven.
Result<Closeness> closest_within_rounding(const Law& law, const Law& of, Table models,
                                          Executor& executor, Progress& progress) {
  const Law* printed[] = {&law, &of};
  Law now[] = {law, of};
  std::vector<double> weights(models.rows(), 1);
  Result<Closeness> best = closeness_to(law, models);
  for (int round = 0; best && best->worst > kNoError && round < kRounds; ++round) {
    for (const std::size_t moved : {0, 1}) {
      if (printed[moved]->rounding().empty()) continue;
      if (const auto set = set_losses(models, now[1 - moved]); !set)
        return std::unexpected(set.error());
      if (const auto set = models.set("weight", weights); !set) return std::unexpected(set.error());
      const Result<Fit> nearer = fit(printed[moved]->without_values(), models,
                                     nearby(*printed[moved], now[moved]), executor, progress);
      if (!nearer) return std::unexpected(nearer.error());
      if (nearer->usable) now[moved] = nearer->law;
    }
    const Result<std::vector<double>> ours = predict(now[0], models);
    const Result<std::vector<double>> theirs = predict(now[1], models);
    if (!ours) return std::unexpected(ours.error());
    if (!theirs) return std::unexpected(theirs.error());
    const Closeness close = closeness(*ours, *theirs);
    if (close.worst < best->worst) best = close;
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] *= std::max(std::abs((*ours)[i] / (*theirs)[i] - 1) / close.worst, kLeastError);
    const double heaviest = std::ranges::max(weights);
    for (double& weight : weights) weight /= heaviest;
  }
  return best;
}

std::vector<std::string> stand_in_notes(const Law& law, const Law& of) {
  std::vector<std::string> notes;
  for (const Law* each : {&law, &of})
    if (each->has_input("Sx"))
      notes.push_back(fmt::format(
          "the expert sparsity Sx of {} is taken to be S, which is another number", each->label()));
  return notes;
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
  const Result<Closeness> rounded = closest_within_rounding(*law, *of, *table, executor, progress);
  const Result<Closeness> after = closeness_to(refit->law, *table);
  for (const Result<Closeness>* close : {&before, &rounded, &after})
    if (!*close) return std::unexpected(close->error());
  return CheckedAgreement{
      .published = published,
      .models = table->rows(),
      .as_published = *before,
      .rounded = *rounded,
      .fit = *std::move(refit),
      .refitted = *after,
      .notes = stand_in_notes(*law, *of),
      .published_outcome = outcome_of(before->worst, rounded->worst, published.tolerance),
      .refitted_outcome = outcome_of(after->worst, published.tolerance)};
}

Result<BudgetSide> side_of(const BudgetClaim& claim, const Law& law, double worked,
                           const PlanQuestion& question) {
  const Result<Prediction> model = predict(law, claim.inputs);
  if (!model) return std::unexpected(model.error());
  const Result<Plan> optimum = plan(law, question);
  if (!optimum) return std::unexpected(optimum.error());
  return BudgetSide{.law = law.label(),
                    .loss = model->loss,
                    .range = rounding_range(law, model->inputs),
                    .worked = worked,
                    .optimum = *optimum->run};
}

// How far apart the nearest losses of the model are that print alike.
double gap(const BudgetSide& a, const BudgetSide& b) {
  const Range left = a.range.value_or(Range{a.loss, a.loss});
  const Range right = b.range.value_or(Range{b.loss, b.loss});
  if (left.low > right.high) return left.low / right.high - 1;
  return left.high < right.low ? 1 - left.high / right.low : 0;
}

// The model, and those of the profile.
Result<Table> models_on(const CheckedBudget& budget, const IsoflopProfile& along,
                        const PlanQuestion& question) {
  Models models{.N = along.N,
                .P = along.P,
                .S = along.S,
                .D = along.D,
                .expert_sparsity = question.expert_sparsity};
  models.N.push_back(budget.published.inputs.at("N"));
  models.P.push_back(budget.published.inputs.at("P"));
  models.S.push_back(budget.sparsity);
  models.D.push_back(budget.published.inputs.at("D"));
  return models.table();
}

Result<CheckedBudget> check_budget(const BudgetClaim& published, Executor& executor,
                                   Progress& progress) {
  const Result<Law> law = find_law(published.law), of = find_law(published.of);
  if (!law) return std::unexpected(law.error());
  if (!of) return std::unexpected(of.error());
  const double N = published.inputs.at("N"), P = published.inputs.at("P");
  CheckedBudget checked{
      .published = published, .flops = 6 * N * published.inputs.at("D"), .sparsity = 1 - N / P};
  PlanQuestion question{.flops = checked.flops, .sparsity = checked.sparsity};
  if (const auto given = published.inputs.find("Sx"); given != published.inputs.end())
    question.expert_sparsity = given->second;
  else
    checked.notes = stand_in_notes(*law, *of);
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
  Result<Table> models = models_on(checked, *along, question);
  if (!models) return std::unexpected(models.error());
  if (const auto set = set_losses(*models, *of); !set) return std::unexpected(set.error());
  const Result<Closeness> rounded = closest_within_rounding(*law, *of, *models, executor, progress);
  if (!rounded) return std::unexpected(rounded.error());
  checked.rounded = *rounded;
  checked.worked_outcome = outcome_of(missed, published.loss_tolerance);
  checked.model_outcome =
      outcome_of(checked.model, gap(checked.sides[0], checked.sides[1]), published.tolerance);
  checked.outcome = outcome_of(std::max(checked.model, checked.profile.worst), rounded->worst,
                               published.tolerance);
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
    NamedProgress named(published.law, progress);
    Result<CheckedBudget> budget = check_budget(published, executor, named);
    if (!budget) return std::unexpected(budget.error());
    checked.budgets.push_back(*std::move(budget));
  }
  return checked;
}

}  // namespace isoflop
