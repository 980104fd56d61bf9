#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "base/distributions.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "isoflop/bootstrap.h"

namespace isoflop {

namespace {

constexpr double kManyAtEdge = 0.05;  // of the draws
constexpr double kSkewed = 0.2;       // of an interval's width, between its ends of two kinds
constexpr double kBeyondAnEnd = 10;   // draws, or chance alone places the end
constexpr std::size_t kFewClusters = 10;

std::vector<double> sorted_numbers(std::span<const double> values) {
  std::vector<double> numbers;
  for (const double value : values)
    if (!std::isnan(value)) numbers.push_back(value);
  std::ranges::sort(numbers);
  return numbers;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return kNan;
  const double middle = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

// Phi^-1 of the share of draws below the estimate, ties half.
double bias(const std::vector<double>& sorted, double estimate) {
  const auto [first, last] = std::ranges::equal_range(sorted, estimate);
  const auto below = static_cast<double>((first - sorted.begin()) + (last - sorted.begin())) / 2;
  return normal_quantile(below / static_cast<double>(sorted.size()));
}

double acceleration(const std::vector<double>& jackknife) {
  if (jackknife.size() < 2) return kNan;
  const double middle = mean(jackknife);
  double squares = 0, cubes = 0;
  for (const double value : jackknife) {
    const double apart = middle - value;
    squares += apart * apart;
    cubes += apart * apart * apart;
  }
  return squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0;
}

Range bca_interval(const std::vector<double>& sorted, double estimate,
                   const std::vector<double>& jackknife, double level) {
  const double z0 = bias(sorted, estimate), a = acceleration(jackknife);
  const auto end = [&](double share) {
    const double z = z0 + normal_quantile(share);
    const double divisor = 1 - a * z;
    if (!std::isfinite(z) || !(divisor > 0)) return kNan;
    return quantile(sorted, normal_share(z0 + z / divisor));
  };
  return {end((1 - level) / 2), end((1 + level) / 2)};
}

// Every `step`th value from `first` on.
std::vector<double> column(const std::vector<double>& values, std::size_t first, std::size_t step) {
  std::vector<double> column;
  for (std::size_t i = first; i < values.size(); i += step) column.push_back(values[i]);
  return column;
}

// How far the ends of the two intervals are apart, as a share of their width.
double skew(const Uncertainty& spread) {
  const double width = spread.percentile.high - spread.percentile.low;
  if (!(width > 0)) return 0;
  return std::max(std::abs(spread.bca.low - spread.percentile.low),
                  std::abs(spread.bca.high - spread.percentile.high)) /
         width;
}

// Draws that are left when most failed are no fair sample.
bool is_fair(std::size_t known, std::size_t all) { return known > 0 && 2 * known >= all; }

std::size_t known(const Draws& draws) { return draws.size() - draws.count(FitStatus::kFailed); }

void note_outcomes(const Draws& draws, std::vector<std::string>& notes) {
  const std::size_t failed = draws.count(FitStatus::kFailed);
  const std::size_t at_edge = draws.count(FitStatus::kAtBound);
  if (failed > 0)
    notes.push_back(
        fmt::format("{} of {} refits failed, for example because a resample had fewer different "
                    "runs than coefficients; {}",
                    failed, draws.size(),
                    is_fair(known(draws), draws.size())
                        ? "intervals are made without them"
                        : "from the others alone, intervals would mislead: they are unknown"));
  if (static_cast<double>(at_edge) > kManyAtEdge * static_cast<double>(draws.size()))
    notes.push_back(
        fmt::format("{} of {} refits ended at the edge of a coefficient's range: intervals depend "
                    "on the ranges",
                    at_edge, draws.size()));
}

void note_few(const Draws& draws, double level, std::vector<std::string>& notes) {
  const double needed = std::round(2 * kBeyondAnEnd / (1 - level));
  if (is_fair(known(draws), draws.size()) && static_cast<double>(known(draws)) < needed)
    notes.push_back(
        fmt::format("intervals of {} % take about {} refits, for {} of them to be beyond each end; "
                    "there are {}",
                    format_number(100 * level, 4), needed, kBeyondAnEnd, known(draws)));
  if (draws.how.by == Resampling::kClusters && draws.units < kFewClusters)
    notes.push_back(fmt::format(
        "there are {} clusters: resampling fewer than {} tends to give too short intervals",
        draws.units, kFewClusters));
}

// Why draws that have quantiles have no BCa interval; nothing where they have one.
std::string_view why_unknown(double estimate, const Uncertainty& spread, std::span<const double> of,
                             std::span<const double> jackknife) {
  if (std::isnan(spread.percentile.low)) return {};
  if (std::isfinite(spread.bca.low) && std::isfinite(spread.bca.high)) return {};
  if (sorted_numbers(jackknife).size() < 2)
    return "it takes the refits without a run, which were not made or failed";
  const std::vector<double> sorted = sorted_numbers(of);
  if (estimate < sorted.front() || estimate > sorted.back())
    return "the fitted value is outside of all draws";
  return "the draws are too skewed";
}

void note_unknown(const Fit& fit, const Draws& draws, std::span<const Uncertainty> uncertainties,
                  std::vector<std::string>& notes) {
  std::map<std::string_view, std::vector<std::string>> names;  // by reason
  const std::size_t count = uncertainties.size();
  for (std::size_t j = 0; j < count; ++j) {
    const std::string& name = fit.law.coefficients()[j].name;
    const std::string_view why =
        why_unknown(fit.law.values()[j], uncertainties[j], column(draws.values, j, count),
                    column(draws.jackknife, j, count));
    if (!why.empty() && !fit.recipe.fix.contains(name)) names[why].push_back(name);
  }
  for (const auto& [why, of] : names)
    notes.push_back(fmt::format("the BCa interval of {} is unknown: {}", fmt::join(of, ", "), why));
}

void note_skewed(const Fit& fit, std::span<const Uncertainty> uncertainties,
                 std::vector<std::string>& notes) {
  std::vector<std::string> skewed;
  for (std::size_t j = 0; j < uncertainties.size(); ++j)
    if (skew(uncertainties[j]) > kSkewed) skewed.push_back(fit.law.coefficients()[j].name);
  if (!skewed.empty())
    notes.push_back(fmt::format(
        "the draws of {} are skewed or biased: BCa and percentile intervals differ by more than "
        "{} % of their width; where a few runs weigh most, BCa covers less than percentile "
        "intervals",
        fmt::join(skewed, ", "), 100 * kSkewed));
}

}  // namespace

Uncertainty uncertainty(double estimate, std::span<const double> draws,
                        std::span<const double> jackknife, double level) {
  const std::vector<double> sorted = sorted_numbers(draws);
  if (sorted.size() < 2 || !is_fair(sorted.size(), draws.size()) || std::isnan(estimate))
    return {kNan, {kNan, kNan}, {kNan, kNan}};
  // Sums run over sorted values, which rounds the same whatever the order of the draws.
  return {.standard_error = standard_deviation(sorted),
          .percentile = {quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)},
          .bca = bca_interval(sorted, estimate, sorted_numbers(jackknife), level)};
}

std::vector<Uncertainty> uncertainties(const Fit& fit, const Draws& draws, double level) {
  const std::size_t count = fit.law.values().size();
  std::vector<Uncertainty> all;
  for (std::size_t j = 0; j < count; ++j)
    all.push_back(uncertainty(fit.law.values()[j], column(draws.values, j, count),
                              column(draws.jackknife, j, count), level));
  return all;
}

std::vector<std::string> notes_on(const Fit& fit, const Draws& draws, double level,
                                  std::span<const Uncertainty> uncertainties) {
  std::vector<std::string> notes;
  if (draws.size() < draws.how.replicates)
    notes.push_back(fmt::format("the bootstrap was stopped after {} of {} refits", draws.size(),
                                draws.how.replicates));
  else if (draws.stopped)
    notes.emplace_back("the bootstrap was stopped after its draws, in the refits without a run");
  if (draws.size() == 0) return notes;
  note_outcomes(draws, notes);
  note_few(draws, level, notes);
  note_unknown(fit, draws, uncertainties, notes);
  note_skewed(fit, uncertainties, notes);
  return notes;
}

}  // namespace isoflop
