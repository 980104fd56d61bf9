#include "report/plan_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace isoflop {

namespace {

void set_column(Table& table, std::string name, std::vector<double> values) {
  // Columns of one length always fit.
  (void)table.set(std::move(name), std::move(values));
}

}  // namespace

Table frontier_table(const FrontierRecord& record) {
  constexpr std::pair<const char*, double Plan::*> kColumns[] = {

      {"N", &Plan::N},
      {"P", &Plan::P},
      {"S", &Plan::S},
      {"D", &Plan::D},
      {"tokens_per_parameter", &Plan::tokens_per_parameter},
      {"loss", &Plan::loss}};
  Table table;
  std::vector<double> budgets;
  for (const PlanRecord& each : record.plans) budgets.push_back(*each.question.flops);
  set_column(table, "flops", std::move(budgets));
  for (const auto& [name, field] : kColumns) {
    std::vector<double> values;
    for (const PlanRecord& each : record.plans) values.push_back(each.plan.*field);
    set_column(table, name, std::move(values));
  }
  if (std::ranges::none_of(record.plans, [](const auto& each) { return each.sure.has_value(); }))
    return table;
  for (const char* name : {"N", "P", "S", "D", "loss"}) {
    std::vector<double> low, high;
    for (const PlanRecord& each : record.plans) {
      const Uncertainty* found = each.sure ? each.sure->find(name) : nullptr;
      low.push_back(found == nullptr ? std::nan("") : interval_of(*found).low);
      high.push_back(found == nullptr ? std::nan("") : interval_of(*found).high);
    }
    set_column(table, fmt::format("{}_low", name), std::move(low));
    set_column(table, fmt::format("{}_high", name), std::move(high));
  }
  return table;
}

Table profile_table(const ProfileRecord& record) {
  const Profile& points = record.profile;
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
