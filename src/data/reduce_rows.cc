#include "data/reduce_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace isoflop {

namespace {

// In the order in which they come.
std::vector<Rows> sort_by(const RowGroups& groups, const Rows& rows) {
  std::vector<Rows> sorted;
  std::unordered_map<std::size_t, std::size_t> place;
  for (const std::size_t row : rows) {
    const auto [at, is_new] = place.try_emplace(groups.of[row], sorted.size());
    if (is_new) sorted.emplace_back();
    sorted[at->second].push_back(row);
  }
  return sorted;
}

double value_or(double value, double otherwise) { return std::isnan(value) ? otherwise : value; }

// Keeps every `step`-th row of each group, counted from its last one; of step 0 that one alone.
std::size_t keep_last(Rows& rows, const RowGroups& groups, std::span<const double> order,
                      std::size_t step) {
  const std::size_t before = rows.size();
  Rows kept;
  for (Rows& curve : sort_by(groups, rows)) {
    if (!order.empty())
      std::ranges::sort(curve, {}, [&](std::size_t row) {
        return std::pair(value_or(order[row], -std::numeric_limits<double>::infinity()), row);
      });
    for (std::size_t back = 0; back < curve.size(); back += step > 0 ? step : curve.size())
      kept.push_back(curve[curve.size() - 1 - back]);
  }
  std::ranges::sort(kept);
  rows = std::move(kept);
  return before - rows.size();
}

void keep_best(ReducedRows& reduced, const RowReduction& reduction) {
  const std::vector<double> values = reduced.values(reduction.best_by, reduction.weights);
  std::unordered_map<std::size_t, std::size_t> best;  // of each group, the place of its best row
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto [at, is_new] = best.try_emplace(reduction.best_of->of[reduced.rows[i]], i);
    if (!is_new && (values[i] < values[at->second] || std::isnan(values[at->second])))
      at->second = i;
  }
  Rows places;
  for (const auto& [group, place] : best) places.push_back(place);
  std::ranges::sort(places);
  reduced.keep(places);
}

}  // namespace

void ReducedRows::keep(const Rows& places) {
  const auto pick = [&](auto& from) {
    for (std::size_t i = 0; i < places.size(); ++i) from[i] = std::move(from[places[i]]);
    from.resize(places.size());
  };
  pick(rows);
  if (!means.empty()) pick(means);
}

std::vector<double> ReducedRows::values(std::span<const double> column,
                                        std::span<const double> weights) const {
  std::vector<double> values;
  values.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // Equal values stay as they are, to the last bit.
    const bool equal = means.empty() || std::ranges::all_of(means[i], [&](std::size_t row) {
                         return column[row] == column[rows[i]];
                       });
    double sum = 0, total = 0;
    if (!equal)
      for (const std::size_t row : means[i]) {
        const double weight = weights.empty() ? 1 : weights[row];
        sum += weight * column[row];
        total += weight;
      }
    values.push_back(total > 0 ? sum / total : column[rows[i]]);
  }
  return values;
}

ReducedRows reduce_rows(Rows rows, const RowReduction& reduction, LeftOut& left_out) {
  if (reduction.thin)
    left_out.thinned = keep_last(rows, *reduction.thin, reduction.order, reduction.thin_step);
  if (reduction.last_of) left_out.earlier = keep_last(rows, *reduction.last_of, reduction.order, 0);
  ReducedRows reduced{.rows = std::move(rows), .means = {}};
  if (reduction.mean_of) {
    const std::size_t before = reduced.rows.size();
    reduced.means = sort_by(*reduction.mean_of, reduced.rows);
    reduced.rows.clear();
    for (const Rows& mean : reduced.means) reduced.rows.push_back(mean.front());
    left_out.averaged = before - reduced.rows.size();
  }
  if (reduction.best_of) {
    const std::size_t before = reduced.rows.size();
    keep_best(reduced, reduction);
    left_out.worse = before - reduced.rows.size();
  }
  return reduced;
}

std::vector<double> total_weights(const ReducedRows& reduced, std::span<const double> weights) {
  std::vector<double> totals;
  for (const Rows& mean : reduced.means) {
    double total = 0;
    for (const std::size_t row : mean) total += weights.empty() ? 1 : weights[row];
    totals.push_back(total);
  }
  return totals;
}

SeedSpread spread_of(const ReducedRows& reduced, std::span<const double> column) {
  SeedSpread spread;
  double squares = 0, freedom = 0;
  for (const Rows& rows : reduced.means) {
    const auto count = static_cast<double>(rows.size());
    double mean = 0, sum = 0;
    for (const std::size_t row : rows) mean += column[row] / count;
    for (const std::size_t row : rows) sum += (column[row] - mean) * (column[row] - mean);
    spread.each.push_back(rows.size() > 1 ? std::sqrt(sum / (count - 1)) : 0);
    if (rows.size() < 2) continue;
    squares += sum;
    freedom += count - 1;
    ++spread.means;
  }
  if (freedom > 0) spread.pooled = std::sqrt(squares / freedom);
  return spread;
}

}  // namespace isoflop
