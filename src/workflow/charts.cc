#include "workflow/charts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/spelling.h"
#include "data/derive.h"
#include "judge/approaches.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

constexpr std::size_t kProfiles = 5, kFrontierPoints = 25;
constexpr std::size_t kFewestOfBudget = 3;  // runs that make a curve
constexpr Range kUsualBudgets{1e19, 1e24};

// The budgets of the runs that a law was fitted on, where they are known.
Range known_budgets(const Model& model) {
  const auto usable = [](double low, double high) {
    return low > 0 && low < high && std::isfinite(high);
  };
  const std::map<std::string, Range>& fitted = model.law.fitted_on();
  if (const auto C = fitted.find("C"); C != fitted.end() && usable(C->second.low, C->second.high))
    return C->second;
  if (!model.fit) return kUsualBudgets;
  const std::vector<double> C = column_of(model.law, model.fit->fit.table, "C");
  if (C.empty()) return kUsualBudgets;
  const auto [low, high] = std::ranges::minmax(C);
  return usable(low, high) ? Range{low, high} : kUsualBudgets;
}

// 1, 3, 10, 30, ... within the range, at most kProfiles of them; fewer than two give the ends.
std::vector<double> round_budgets(const Range& range) {
  std::vector<double> list;
  const int first = static_cast<int>(std::floor(std::log10(range.low)));
  const int last = static_cast<int>(std::floor(std::log10(range.high)));
  for (int decade = first; decade <= last; ++decade)
    for (const double factor : {1.0, 3.0}) {
      const double budget = factor * std::pow(10, decade);
      if (budget >= range.low * 0.999 && budget <= range.high * 1.001) list.push_back(budget);
    }
  if (list.size() < 2) return {range.low, range.high};
  std::vector<double> chosen;
  const std::size_t every = (list.size() + kProfiles - 1) / kProfiles;
  for (std::size_t i = 0; i < list.size(); i += every) chosen.push_back(list[i]);
  return chosen;
}

// Those that the runs of a fit were trained on, the isoFLOP curves of its table, at most kProfiles
// of them from the first to the last; none where most runs have no other of their budget.
std::vector<double> budgets_of_runs(const Model& model) {
  if (!model.fit) return {};
  const std::vector<double> C = column_of(model.law, model.fit->fit.table, "C");
  std::vector<double> list;
  std::size_t runs = 0;
  for (const std::vector<std::size_t>& rows : budget_groups(C)) {
    if (rows.size() < kFewestOfBudget) continue;
    double sum = 0;
    for (const std::size_t row : rows) sum += std::log(C[row]);
    list.push_back(std::exp(sum / static_cast<double>(rows.size())));
    runs += rows.size();
  }
  if (list.size() < 2 || 2 * runs < C.size()) return {};
  if (list.size() <= kProfiles) return list;
  std::vector<double> chosen;
  for (std::size_t i = 0; i < kProfiles; ++i)
    chosen.push_back(list[i * (list.size() - 1) / (kProfiles - 1)]);
  return chosen;
}

}  // namespace

std::vector<double> evenly(const Range& range, std::size_t count) {
  std::vector<double> list;
  for (std::size_t i = 0; i < count; ++i)
    list.push_back(range.low * std::pow(range.high / range.low,
                                        static_cast<double>(i) / static_cast<double>(count - 1)));
  return list;
}

PlanRequest with_budgets(PlanRequest request, const Model& model, Budgets which) {
  if (!request.budgets.empty() || request.days || request.money) return request;
  if (which == Budgets::kOwn) request.budgets = budgets_of_runs(model);
  if (!request.budgets.empty()) return request;
  Range range = known_budgets(model);
  if (which == Budgets::kCurve) range.high *= 100;
  request.budgets = which == Budgets::kLargest ? std::vector{range.high}
                    : which == Budgets::kCurve ? evenly(range, kFrontierPoints)
                                               : round_budgets(range);
  return request;
}

FrontierRecord with_runs(FrontierRecord record) {
  std::erase_if(record.plans, [](const PlanRecord& each) { return !each.plan.run; });
  return record;
}

Result<FrontierRecord> drawn_plans(const Model& model, const PlanRequest& request,
                                   Executor& executor, Progress& progress) {
  Result<FrontierRecord> all = plan_all(model, request, executor, progress);
  if (!all) return all;
  FrontierRecord drawn = with_runs(*std::move(all));
  if (drawn.plans.empty())
    return work_error("{} has no optimal sparsity to show: give question.sparsity",
                      model.law.label());
  return drawn;
}

std::optional<Table> runs_of(const Model& model) {
  if (!model.fit) return std::nullopt;
  return model.fit->fit.table;
}

Result<Figure> make_chart(const ChartRequest& request, const Model& model, Executor& executor,
                          Progress& progress) {
  const auto kind = std::ranges::find(kChartKinds, request.kind, &ChartKind::name);
  if (kind == std::end(kChartKinds)) {
    std::vector<std::string> names;
    for (const ChartKind& each : kChartKinds) names.emplace_back(each.name);
    return error_at({"chart.kind"}, "\"{}\" is no chart: give {}{}", request.kind,
                    fmt::join(names, ", "), did_you_mean(request.kind, names));
  }
  if (!request.input.empty() && request.kind != "residuals" && request.kind != "isoflop")
    return error_at({"chart.input"}, "a chart of kind {} has no axis to choose: leave it out",
                    kind->name);
  if (kind->needs_fit && !model.fit)
    return error("a chart of kind {} shows runs: give a fit file, not {}", kind->name, model.name);
  return kind->make(request, model, executor, progress);
}

}  // namespace isoflop
