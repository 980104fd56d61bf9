#include "tune/recipe_error.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "isoflop/predict.h"

namespace isoflop {

std::vector<double> held_out_weights(const TuneTask& task, const Fold& fold) {
  const std::span<const double> weights = task.table.column("weight");
  std::vector<double> held_out;
  for (const std::size_t row : fold.held_out)
    held_out.push_back(weights.empty() ? 1 : weights[row]);
  return held_out;
}

Result<Fit> fit_choice(const TuneTask& task, const RecipeChoice& choice, const ChosenRows& rows,
                       Executor& executor) {
  Progress silent;
  Result<Fit> made = fit(task.laws[choice.law].law, rows.table, choice.recipe, executor, silent);
  if (made && !made->usable) return work_error("{}", made->message);
  return made;
}

Result<std::vector<double>> squared_errors(const TuneTask& task, const RecipeChoice& choice,
                                           const Fold& fold, Executor& executor) {
  const Result<Fit> made =
      fit_choice(task, choice, chosen_rows(task, choice, fold.training), executor);
  if (!made) return std::unexpected(made.error());
  const Result<std::vector<double>> predicted =
      predict(made->law, task.table.select(fold.held_out));
  if (!predicted) return std::unexpected(predicted.error());
  const std::span<const double> measured = task.table.column("loss");
  const std::vector<double> weights = held_out_weights(task, fold);
  std::vector<double> squares;
  for (std::size_t i = 0; i < predicted->size(); ++i) {
    const std::size_t row = fold.held_out[i];
    const double apart = std::log((*predicted)[i] / measured[row]);
    if (!std::isfinite(apart))
      return work_error("the loss that is predicted for {} is not above 0",
                        task.table.row_label(row));
    squares.push_back(weights[i] * apart * apart);
  }
  return squares;
}

double search_error(const TuneTask& task, const RecipeChoice& choice, Executor& executor) {
  double sum = 0, weight = 0;
  for (const Fold& fold : task.search.folds) {
    const Result<std::vector<double>> squares = squared_errors(task, choice, fold, executor);
    if (!squares) return std::numeric_limits<double>::quiet_NaN();
    sum += std::accumulate(squares->begin(), squares->end(), 0.0);
    const std::vector<double> weights = held_out_weights(task, fold);
    weight += std::accumulate(weights.begin(), weights.end(), 0.0);
  }
  return std::sqrt(sum / weight);
}

}  // namespace isoflop
