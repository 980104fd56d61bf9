#include "tune/recipe_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/number_text.h"
#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "isoflop/tune.h"

namespace isoflop {

namespace {

using Rows = std::vector<std::size_t>;

// The growth of the first row that stays when so many per cent of them go; equal rows stay with it.
double smallest_growth(const TuneTask& task, std::span<const std::size_t> rows,
                       std::size_t percent) {
  std::vector<double> sorted;
  for (const std::size_t row : rows) sorted.push_back(task.growth[row]);
  std::ranges::sort(sorted);
  return sorted[percent * sorted.size() / 100];
}

// Of equal losses the later rows go first, as in read_table().
void drop_highest(const Table& table, std::size_t count, Rows& rows) {
  const std::span<const double> loss = table.column("loss");
  Rows order = rows;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return loss[a] != loss[b] ? loss[a] > loss[b] : a > b;
  });
  order.resize(std::min(count, order.size()));
  std::ranges::sort(order);
  std::erase_if(rows, [&](std::size_t row) { return std::ranges::binary_search(order, row); });
}

// By the formula that the tuned mapping has, so that its fit can be made again to the last bit.
std::vector<double> weights_of(const TuneTask& task, const Rows& rows, double power,
                               double largest) {
  const std::span<const double> given = task.table.column("weight");
  std::vector<double> kept;
  for (const std::size_t row : rows) kept.push_back(task.growth[row]);
  Table table;
  (void)table.set("growth", std::move(kept));
  std::vector<double> weights =
      *evaluate(fmt::format("(growth/{})^{}", format_exact(largest), power), table, "growth");
  if (!given.empty())
    for (std::size_t i = 0; i < rows.size(); ++i) weights[i] *= given[rows[i]];
  return weights;
}

}  // namespace

ChosenRows chosen_rows(const TuneTask& task, const RecipeChoice& choice,
                       std::span<const std::size_t> rows) {
  ChosenRows chosen{.table = {}, .smallest = smallest_growth(task, rows, choice.drop_smallest)};
  Rows kept(rows.begin(), rows.end());
  chosen.too_small =
      std::erase_if(kept, [&](std::size_t row) { return task.growth[row] < chosen.smallest; });
  for (const std::size_t row : kept) chosen.largest = std::max(chosen.largest, task.growth[row]);
  chosen.too_high = kept.size();
  drop_highest(task.table, choice.drop_highest, kept);
  chosen.too_high -= kept.size();
  chosen.table = task.table.select(kept);
  if (choice.weight_power > 0)
    (void)chosen.table.set("weight", weights_of(task, kept, choice.weight_power, chosen.largest));
  return chosen;
}

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
