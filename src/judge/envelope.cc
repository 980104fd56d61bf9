#include "judge/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "judge/size_growth.h"

namespace isoflop {

namespace {

constexpr std::size_t kFewestCurves = 3, kFewestPoints = 3, kBudgets = 1500;

// (ln C, loss) of one size, in order.
using Curve = std::vector<std::pair<double, double>>;

std::map<double, Curve> curves_of(const SizedRuns& runs) {
  std::map<double, Curve> curves;
  for (std::size_t i = 0; i < runs.N.size(); ++i)
    curves[runs.N[i]].emplace_back(std::log(runs.C[i]), runs.loss[i]);
  for (auto& [N, curve] : curves) std::ranges::sort(curve);
  std::erase_if(curves, [](const auto& each) { return each.second.size() < kFewestPoints; });
  return curves;
}

// Between its points; nothing beyond them.
std::optional<double> loss_at(const Curve& curve, double ln_C) {
  const auto next = std::ranges::lower_bound(curve, ln_C, {}, &Curve::value_type::first);
  if (next == curve.end() || (next == curve.begin() && next->first > ln_C)) return std::nullopt;
  if (next == curve.begin() || next->first == ln_C) return next->second;
  const auto& [x, y] = *(next - 1);
  return std::lerp(y, next->second, (ln_C - x) / (next->first - x));
}

// The size of the lowest curve at a budget, where three or more reach it.
std::optional<double> lowest_size(const std::map<double, Curve>& curves, double ln_C) {
  std::size_t reaching = 0;
  std::optional<std::pair<double, double>> lowest;
  for (const auto& [N, curve] : curves)
    if (const auto loss = loss_at(curve, ln_C)) {
      ++reaching;
      if (!lowest || *loss < lowest->first) lowest = {*loss, N};
    }
  if (reaching < kFewestCurves) return std::nullopt;
  return lowest->second;
}

}  // namespace

Envelope envelope(const SizedRuns& runs) {
  const std::map<double, Curve> curves = curves_of(runs);
  Envelope result{.curves = curves.size()};
  if (curves.size() < kFewestCurves) {
    result.refused = fmt::format(
        "{} sizes have {} runs or more at different budgets: it takes {} training curves",
        curves.size(), kFewestPoints, kFewestCurves);
    return result;
  }
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
  for (const auto& [N, curve] : curves) {
    low = std::min(low, curve.front().first);
    high = std::max(high, curve.back().first);
  }
  std::vector<double> flops, sizes;
  for (std::size_t i = 0; i < kBudgets; ++i) {
    const double ln_C = std::lerp(low, high, static_cast<double>(i) / (kBudgets - 1));
    const std::optional<double> N = lowest_size(curves, ln_C);
    // A lowest curve without a smaller or larger one beside it may only be the nearest to the best.
    if (!N || *N == curves.begin()->first || *N == curves.rbegin()->first) continue;
    flops.push_back(std::exp(ln_C));
    sizes.push_back(*N);
  }
  result.growth = size_growth(flops, sizes);
  if (!result.growth) {
    result.refused = "no budget has its lowest curve between a smaller and a larger size";
    return result;
  }
  result.growth->standard_error = std::numeric_limits<double>::quiet_NaN();
  result.low = flops.front();
  result.high = flops.back();
  return result;
}

}  // namespace isoflop
