#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "isoflop/bootstrap.h"
#include "isoflop/tune.h"
#include "judge/paired_bootstrap.h"
#include "optimizer/main_effects.h"
#include "tune/recipe_error.h"

namespace isoflop {

namespace {

constexpr std::size_t kResamples = 4000;
constexpr double kLevel = 0.95;

class Judge {
 public:
  Judge(const TuneTask& task, const RecipeSearch& search, Executor& executor)
      : task_(task), search_(search), executor_(executor) {}

  Result<Tuning> run() {
    const RecipeChoice standard = default_choice(task_);
    JudgedRecipe judged{.choice = standard,
                        .search_error = search_error(task_, standard, executor_)};
    const Result<SearchSpace> space = SearchSpace::make(search_.parameters);
    if (!space) return std::unexpected(space.error());
    const std::optional<Trial> best = lowest();
    JudgedRecipe tuned = judged;
    const bool better = best && !(best->value >= judged.search_error);
    if (better)
      tuned = {.choice = choice_at(task_, *space, best->suggestion.point),
               .search_error = best->value};
    double probability = 0.5;
    if (const auto done = judge(tuned, judged, better, probability); !done)
      return std::unexpected(done.error());
    const bool keeps = !better || !(probability >= kSure);
    const JudgedRecipe& kept = keeps ? judged : tuned;
    ChosenRows rows = chosen_rows(task_, kept.choice, row_numbers(task_.table.rows()));
    Result<Fit> fit = fit_choice(task_, kept.choice, rows, executor_);
    if (!fit) return std::unexpected(fit.error());
    return Tuning{.tuned = std::move(tuned),
                  .standard = std::move(judged),
                  .found_better = better,
                  .probability = probability,
                  .keeps_default = keeps,
                  .resamples = kResamples,
                  .importances = importances(*space),
                  .fit = *std::move(fit),
                  .rows = std::move(rows)};
  }

 private:
  // The first of equals, as Optimizer::best().
  [[nodiscard]] std::optional<Trial> lowest() const {
    std::optional<Trial> best;
    for (const Trial& trial : search_.trials)
      if (!trial.failed() && (!best || trial.value < best->value)) best = trial;
    return best;
  }

  // The outer errors, and the probability that the tuned recipe has the lower one. A recipe whose
  // fit fails loses to one whose fit does not.
  Result<void> judge(JudgedRecipe& tuned, JudgedRecipe& standard, bool better,
                     double& probability) {
    const auto ours = squared_errors(task_, tuned.choice, task_.last, executor_);
    const auto theirs =
        better ? squared_errors(task_, standard.choice, task_.last, executor_) : ours;
    if (!ours && !theirs) return std::unexpected(theirs.error());
    Sums errors;
    for (const auto* squares : {&ours, &theirs})
      if (*squares) errors.push_back(**squares);
    const std::vector<double> weights = held_out_weights(task_, task_.last);
    errors.push_back(weights);
    Sums sums = resampled_sums(errors, kResamples, task_.recipe.seed, executor_);
    const std::vector<double> drawn_weights = std::move(sums.back());
    sums.pop_back();
    const double weight = std::accumulate(weights.begin(), weights.end(), 0.0);
    measure(tuned, ours, weight, sums.front(), drawn_weights);
    measure(standard, theirs, weight, sums.back(), drawn_weights);
    probability = ours && theirs ? probability_lower(sums.front(), sums.back()) : ours ? 1 : 0;
    return {};
  }

  static void measure(JudgedRecipe& recipe, const Result<std::vector<double>>& squares,
                      double weight, std::span<const double> drawn_squares,
                      std::span<const double> drawn_weights) {
    recipe.outer_error = kNan;
    recipe.interval = {kNan, kNan};
    if (!squares) return;
    std::vector<double> draws;
    for (std::size_t i = 0; i < drawn_squares.size(); ++i)
      draws.push_back(std::sqrt(drawn_squares[i] / drawn_weights[i]));
    recipe.outer_error = std::sqrt(std::accumulate(squares->begin(), squares->end(), 0.0) / weight);
    recipe.interval = uncertainty(recipe.outer_error, draws, {}, kLevel).percentile;
  }

  [[nodiscard]] std::vector<ChoiceImportance> importances(const SearchSpace& space) const {
    std::vector<ChoiceImportance> importances;
    if (search_.trials.size() - search_.failed() < 2) return importances;
    const std::vector<double> shares =
        main_effects(space, search_.trials, task_.recipe.seed, executor_);
    for (std::size_t i = 0; i < shares.size(); ++i)
      importances.push_back({.parameter = space.parameters()[i].name, .share = shares[i]});
    std::ranges::sort(importances, {}, [](const ChoiceImportance& importance) {
      return std::pair(-importance.share, importance.parameter);
    });
    return importances;
  }

  const TuneTask& task_;
  const RecipeSearch& search_;
  Executor& executor_;
};

}  // namespace

Result<Tuning> judge_search(const TuneTask& task, const RecipeSearch& search, Executor& executor) {
  return Judge(task, search, executor).run();
}

}  // namespace isoflop
