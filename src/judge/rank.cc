#include "judge/rank.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "base/distributions.h"
#include "base/named_progress.h"
#include "base/numbers.h"
#include "judge/nested_laws.h"
#include "judge/paired_bootstrap.h"

namespace isoflop {

namespace {

constexpr std::size_t kResamples = 4000;
constexpr std::size_t kLeastResamples = 10, kStoppedCells = 4'000'000;
constexpr double kRmseStep = 1e-6;  // relative

// Of a comparison that was stopped, no more than take a part of a second.
std::size_t resamples_of(const Comparison& comparison) {
  if (!comparison.stopped) return kResamples;
  return std::clamp(kStoppedCells / comparison.rows, kLeastResamples, kResamples);
}

// The sum of the weights of each unit's rows.
std::vector<double> unit_weights(const Table& held_out, std::span<const std::size_t> units) {
  const std::span<const double> weights = held_out.column("weight");
  std::vector<double> sums(std::ranges::max(units) + 1);
  for (std::size_t i = 0; i < units.size(); ++i) sums[units[i]] += weights.empty() ? 1 : weights[i];
  return sums;
}

// The sum of a law's weighted squared errors over each unit.
std::vector<double> unit_errors(const ComparedLaw& law, const Table& held_out,
                                std::span<const std::size_t> units) {
  const std::span<const double> measured = held_out.column("loss"),
                                weights = held_out.column("weight");
  std::vector<double> errors(std::ranges::max(units) + 1);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const double difference = law.predicted[i] - measured[i];
    errors[units[i]] += (weights.empty() ? 1 : weights[i]) * difference * difference;
  }
  return errors;
}

// Of the root mean squares of resamples that have weight.
Range rmse_interval(std::span<const double> errors, std::span<const double> weights) {
  std::vector<double> means;
  for (std::size_t i = 0; i < errors.size(); ++i)
    if (weights[i] > 0) means.push_back(errors[i] / weights[i]);
  std::ranges::sort(means);
  return {std::sqrt(quantile(means, (1 - kErrorLevel) / 2)),
          std::sqrt(quantile(means, (1 + kErrorLevel) / 2))};
}

// The least number of units without which the sum of differences is below 0.
std::size_t overturned_by(std::vector<double> differences) {
  std::ranges::sort(differences, std::greater());
  double left = std::accumulate(differences.begin(), differences.end(), 0.0);
  std::size_t count = 0;
  while (left > 0 && count < differences.size()) left -= differences[count++];
  return count;
}

// Of independent units like these, how many would put their mean difference so many standard errors
// above 0 that it is sure. `probability` says how many it is now; what their own spread does not
// explain of that is of the fits, and other units do not change it: none where it is too much.
std::optional<double> needed(std::span<const double> differences, double probability) {
  const auto count = static_cast<double>(differences.size());
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / count;
  if (mean <= 0 || count < 2 || probability <= 0.5) return {};
  double squares = 0;
  for (const double difference : differences) squares += (difference - mean) * (difference - mean);
  const double variance = squares / (count - 1);
  const auto allowed = [&](double share) { return std::pow(mean / normal_quantile(share), 2); };
  const double of_fits = std::max(0.0, allowed(probability) - variance / count);
  const double left = allowed(kSure) - of_fits;
  if (left <= 0) return {};
  return std::ceil(variance / left);
}

// Errors that differ by rounding alone order nothing: then the laws stand as they were given.
double without_rounding(double rmse) { return std::round(std::log(rmse) / kRmseStep); }

class Ranking {
 public:
  Ranking(std::vector<JudgedLaw> laws, Comparison& comparison, const Table& table,
          const Folds& folds, Executor& executor, Progress& progress)
      : comparison_(comparison), table_(table), executor_(executor), progress_(progress) {
    const Table held_out = judging_table(table, folds);
    const std::vector<std::size_t> units = held_out_units(folds);
    for (const JudgedLaw& each : laws) errors_.push_back(unit_errors(each.law, held_out, units));
    errors_.push_back(unit_weights(held_out, units));
    const std::size_t resamples = resamples_of(comparison);
    const Sums as_fitted = resampled_sums(errors_, resamples, comparison.seed, executor);
    errors_.pop_back();
    sums_ = resampled_errors(laws, table, folds, resamples, comparison.seed, executor);
    for (std::size_t i = 0; i < laws.size(); ++i) {
      laws[i].law.held_out_interval = rmse_interval(as_fitted[i], as_fitted.back());
      comparison.laws.push_back(std::move(laws[i].law));
    }
    comparison.units = errors_[0].size();
    comparison.by_groups = !folds.clusters.empty();
    comparison.resamples = resamples;
  }

  void run() {
    const std::vector<std::size_t> order = best_first();
    std::vector<ComparedLaw> laws;
    for (const std::size_t law : order) laws.push_back(std::move(comparison_.laws[law]));
    comparison_.laws = std::move(laws);
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        const auto simpler = simpler_.find({order[i], order[j]});
        comparison_.pairs.push_back({.first = i,
                                     .second = j,
                                     .probability = beats(order[i], order[j]),
                                     .simpler = simpler != simpler_.end() && simpler->second});
      }
    if (order.size() > 1) comparison_.verdict = verdict(order);
  }

 private:
  [[nodiscard]] double beats(std::size_t first, std::size_t second) const {
    return probability_lower(sums_[first], sums_[second]);
  }

  // Whether one law, as a special case of another that does better within the error only, goes
  // before it.
  bool goes_before(std::size_t law, std::size_t other) {
    const ComparedLaw &simpler = comparison_.laws[law], &larger = comparison_.laws[other];
    if (simpler.free >= larger.free || beats(other, law) >= kSure) return false;
    if (simpler.held_out.rmse > larger.held_out.rmse &&
        simpler.criteria.aicc > larger.criteria.aicc + kAiccApart)
      return false;
    const auto known = simpler_.find({law, other});
    if (known != simpler_.end()) return known->second;
    NamedProgress named(simpler.name + " in " + larger.name, progress_);
    const bool found = is_special_case(simpler.fit, larger.fit, table_, executor_, named);
    return simpler_[{law, other}] = found;
  }

  // Whether one of the laws is sure to predict better. A chain of special cases could lead to such
  // a law, though each gives way to the next alone.
  [[nodiscard]] bool is_beaten(std::size_t law, std::span<const std::size_t> laws) const {
    return std::ranges::any_of(
        laws, [&](std::size_t other) { return other != law && beats(other, law) >= kSure; });
  }

  // By held-out error, but that a law gives way to its special case, and this one to its own.
  std::vector<std::size_t> best_first() {
    auto left = ordered_rows(comparison_.laws.size(), [&](std::size_t law) {
      return without_rounding(comparison_.laws[law].held_out.rmse);
    });
    std::vector<std::size_t> order;
    while (!left.empty()) {
      auto best = left.begin();
      for (bool changed = true; changed;) {  // ends: each change is to fewer coefficients
        changed = false;
        for (auto law = left.begin(); law != left.end(); ++law)
          if (goes_before(*law, *best) && !is_beaten(*law, left)) {
            best = law;
            changed = true;
          }
      }
      order.push_back(*best);
      left.erase(best);
    }
    return order;
  }

  // The pairs of the first law come first.
  [[nodiscard]] Verdict verdict(std::span<const std::size_t> order) const {
    const auto first = std::span(comparison_.pairs).first(order.size() - 1);
    Verdict verdict;
    verdict.pair = static_cast<std::size_t>(
        std::ranges::min_element(first, {}, &ComparedPair::probability) - first.begin());
    const ComparedPair& pair = comparison_.pairs[verdict.pair];
    std::vector<double> differences = errors_[order[pair.second]];
    for (std::size_t i = 0; i < differences.size(); ++i)
      differences[i] -= errors_[order[pair.first]][i];
    if (pair.probability < kSure) verdict.rows_needed = needed(differences, pair.probability);
    verdict.overturned_by = overturned_by(std::move(differences));
    const auto lowest = std::ranges::min_element(
        comparison_.laws, {}, [](const ComparedLaw& law) { return law.criteria.aicc; });
    verdict.lowest_aicc = static_cast<std::size_t>(lowest - comparison_.laws.begin());
    const double least = lowest->criteria.aicc, aicc = comparison_.laws[pair.first].criteria.aicc;
    if (std::isfinite(aicc)) verdict.aicc_above = aicc - least;
    verdict.believed = pair.probability >= kSure ? verdict.aicc_above <= kAiccApart
                                                 : pair.simpler && verdict.aicc_above <= 0;
    return verdict;
  }

  Comparison& comparison_;
  const Table& table_;
  Executor& executor_;
  Progress& progress_;
  Sums errors_, sums_;  // of each law as it came, by unit and by resample
  std::map<std::pair<std::size_t, std::size_t>, bool> simpler_;  // of pairs that were looked at
};

}  // namespace

void rank(std::vector<JudgedLaw> laws, Comparison& comparison, const Table& table,
          const Folds& folds, Executor& executor, Progress& progress) {
  Ranking(std::move(laws), comparison, table, folds, executor, progress).run();
}

}  // namespace isoflop
