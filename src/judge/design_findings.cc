#include "judge/design_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "base/number_text.h"

namespace isoflop {

namespace {

// Runs that are meant to have one ratio have it but for rounding of steps and sizes.
constexpr double kOneRatio = 0.05;  // from the mean of ln D/N
constexpr double kVaries = 0.5;     // of ln N, at least, for a ratio to say something

// D is a multiple of N in every row, though both vary.
std::optional<Finding> proportional(const Table& table) {
  const std::span<const double> N = table.column("N"), D = table.column("D");
  if (N.empty() || D.empty()) return std::nullopt;
  double mean = 0;
  for (std::size_t i = 0; i < N.size(); ++i) mean += std::log(D[i] / N[i]);
  mean /= static_cast<double>(N.size());
  for (std::size_t i = 0; i < N.size(); ++i)
    if (!(std::abs(std::log(D[i] / N[i]) - mean) < kOneRatio)) return std::nullopt;
  const auto [least, most] = std::ranges::minmax(N);
  if (!(std::log(most / least) > kVaries)) return std::nullopt;
  return Finding{
      .kind = FindingKind::kProportional,
      .names = {"D", "N"},
      .text = fmt::format("D is {} N in every row: size and data cannot be told apart, so that "
                          "nothing is known of other ratios",
                          format_number(std::exp(mean), 3))};
}

}  // namespace

std::vector<Finding> design_findings(const Fit& fit) {
  std::vector<Finding> found;
  if (auto one = proportional(fit.table)) found.push_back(*std::move(one));
  return found;
}

}  // namespace isoflop
