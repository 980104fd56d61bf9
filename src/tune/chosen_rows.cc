#include <algorithm>
#include <cmath>
#include <utility>

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

std::vector<double> weights_of(const TuneTask& task, const Rows& rows, double power,
                               double largest) {
  const std::span<const double> given = task.table.column("weight");
  std::vector<double> weights;
  for (const std::size_t row : rows)
    weights.push_back((given.empty() ? 1 : given[row]) *
                      std::pow(task.growth[row] / largest, power));
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

}  // namespace isoflop
