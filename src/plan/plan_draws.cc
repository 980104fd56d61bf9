#include "isoflop/plan_draws.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plan/quantities.h"

namespace isoflop {

namespace {

constexpr std::size_t kLoss = 6;
constexpr double kSame = 1e-12;  // relative: what differs by less does not vary

// Progress of one part of a longer work.
class PartOfWork final : public Progress {
 public:
  PartOfWork(Progress& whole, std::size_t before, std::size_t total)
      : whole_(whole), before_(before), total_(total) {}
  void report(std::string_view what, std::size_t done, std::size_t) override {
    whole_.report(what, before_ + done, total_);
  }
  [[nodiscard]] bool stop_asked() override { return whole_.stop_asked(); }

 private:
  Progress& whole_;
  std::size_t before_, total_;
};

PlanUncertainty summarise(const PlannedRun& run, std::span<const PlanQuantities> all,
                          std::size_t draws, double level) {
  PlanUncertainty result{.draws = draws};
  const PlanQuantities estimate = quantities(run);
  for (std::size_t i = 0; i < draws; ++i) result.without += std::isnan(all[i][kLoss]) ? 1 : 0;
  for (std::size_t k = 0; k < kPlanQuantities.size(); ++k) {
    std::vector<double> values(all.size());
    std::ranges::transform(all, values.begin(),
                           [k](const PlanQuantities& each) { return each[k]; });
    const bool varies = std::ranges::any_of(
        values, [&](double value) { return std::abs(value / estimate[k] - 1) > kSame; });
    if (!varies) continue;
    const std::span<const double> list(values);
    result.of.emplace_back(kPlanQuantities[k],
                           uncertainty(estimate[k], list.first(draws), list.subspan(draws), level));
  }
  return result;
}

PlanUncertainty uncertainty_of(const Law& law, const Draws& draws, const Plan& plan, double level,
                               Executor& executor, Progress& progress) {
  const std::size_t width = law.coefficients().size();
  std::vector<std::span<const double>> sets;
  for (const std::vector<double>* values : {&draws.values, &draws.jackknife})
    for (std::size_t first = 0; first + width <= values->size(); first += width)
      sets.push_back(std::span(*values).subspan(first, width));
  const std::vector<PlanQuantities> all = quantities_under(law, plan, sets, executor, progress);
  return all.empty() ? PlanUncertainty{} : summarise(*plan.run, all, draws.size(), level);
}

}  // namespace

const Uncertainty* PlanUncertainty::find(std::string_view name) const {
  for (const auto& [key, value] : of)
    if (key == name) return &value;
  return nullptr;
}

std::vector<PlanUncertainty> plan_uncertainty(const Law& law, const Draws& draws,
                                              std::span<const Plan> plans, double level,
                                              Executor& executor, Progress& progress) {
  const std::size_t each =
      (draws.values.size() + draws.jackknife.size()) / law.coefficients().size();
  std::vector<PlanUncertainty> list;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    PartOfWork part(progress, i * each, plans.size() * each);
    list.push_back(uncertainty_of(law, draws, plans[i], level, executor, part));
    if (progress.stop_asked()) return {};
  }
  return list;
}

const Range& interval_of(const Uncertainty& uncertainty) {
  const Range& bca = uncertainty.bca;
  return std::isfinite(bca.low) && std::isfinite(bca.high) ? bca : uncertainty.percentile;
}

std::vector<std::string> notes_on(const PlanUncertainty& uncertainty) {
  if (uncertainty.without == 0) return {};
  return {
      fmt::format("{} of {} draws have no answer to this question; the intervals are of the "
                  "others",
                  uncertainty.without, uncertainty.draws)};
}

}  // namespace isoflop
