#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/csv/csv.h"

namespace isoflop {

namespace {

void set_column(Table& table, std::string name, std::vector<double> values) {
  // Columns of one length always fit.
  (void)table.set(std::move(name), std::move(values));
}

// The interval of a quantity of a plan; NaN for an end that there is none of.
using IntervalOf = std::function<Range(const PlanRecord&, std::string_view)>;
constexpr Range kNoInterval = {std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::quiet_NaN()};

Range drawn(const PlanUncertainty* sure, std::string_view name) {
  const Uncertainty* found = sure == nullptr ? nullptr : sure->find(name);
  return found == nullptr ? kNoInterval : found->percentile;
}

Range profiled(const PlanRecord& record, std::string_view name) {
  const ProfileInterval* found = record.profile ? find(*record.profile, name) : nullptr;
  return found == nullptr ? kNoInterval : found->interval;
}

// The ends of intervals as columns "N_low", "N_high", ...
void add_intervals(const FrontierRecord& record, const IntervalOf& interval,
                   std::string_view suffix, Table& table) {
  for (const char* name : {"N", "P", "S", "D", "loss"}) {
    std::vector<double> low, high;
    for (const PlanRecord& each : record.plans) {
      const Range range = interval(each, name);
      low.push_back(std::isfinite(range.low) ? range.low : kNoInterval.low);
      high.push_back(std::isfinite(range.high) ? range.high : kNoInterval.high);
    }
    set_column(table, fmt::format("{}{}_low", name, suffix), std::move(low));
    set_column(table, fmt::format("{}{}_high", name, suffix), std::move(high));
  }
}

}  // namespace

Table frontier_table(const FrontierRecord& record) {
  constexpr std::pair<const char*, double PlannedRun::*> kColumns[] = {
      {"N", &PlannedRun::N},
      {"P", &PlannedRun::P},
      {"S", &PlannedRun::S},
      {"D", &PlannedRun::D},
      {"tokens_per_parameter", &PlannedRun::tokens_per_parameter},
      {"loss", &PlannedRun::loss}};
  Table table;
  std::vector<double> budgets;
  for (const PlanRecord& each : record.plans) budgets.push_back(*each.plan.question.flops);
  set_column(table, "flops", std::move(budgets));
  for (const auto& [name, field] : kColumns) {
    std::vector<double> values;
    for (const PlanRecord& each : record.plans)
      values.push_back(each.plan.run ? (*each.plan.run).*field : kNoInterval.low);
    set_column(table, name, std::move(values));
  }
  const auto any = [&](auto has) { return std::ranges::any_of(record.plans, has); };
  if (any([](const PlanRecord& each) { return each.sure() != nullptr || each.profile; }))
    add_intervals(
        record,
        [](const PlanRecord& each, std::string_view name) {
          return each.shown(name).value_or(kNoInterval);
        },
        "", table);
  // Beside those of a bootstrap.
  if (any([](const PlanRecord& each) { return each.bootstrap && each.sandwich; }))
    add_intervals(
        record,
        [](const PlanRecord& each, std::string_view name) {
          return drawn(each.sandwich ? &*each.sandwich : nullptr, name);
        },
        "_sandwich", table);
  if (any([](const PlanRecord& each) { return each.profile.has_value(); }))
    add_intervals(record, profiled, "_profile", table);
  if (any([](const PlanRecord& each) { return !each.for_misfit.empty(); }))
    add_intervals(
        record,
        [](const PlanRecord& each, std::string_view name) {
          return each.shown_for_misfit(name).value_or(kNoInterval);
        },
        "_for_misfit", table);
  return table;
}

Table profile_table(const ProfileRecord& record) {
  const IsoflopProfile& points = record.profile;
  Table table;
  for (const auto& [name, values] : {std::pair("N", &points.N),
                                     {"P", &points.P},
                                     {"S", &points.S},
                                     {"D", &points.D},
                                     {"tokens_per_parameter", &points.tokens_per_parameter}})
    set_column(table, name, *values);
  set_column(table, "loss", points.loss);
  for (const auto& [label, losses] : record.others) set_column(table, "loss of " + label, losses);
  return table;
}

}  // namespace isoflop
