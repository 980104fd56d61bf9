#include "report/plan_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isoflop {

namespace {

void set_column(Table& table, std::string name, std::vector<double> values) {
  // Columns of one length always fit.
  (void)table.set(std::move(name), std::move(values));
}

// The ends of intervals as columns "N_low", "N_high", ...; none where no plan has any.
void add_intervals(const FrontierRecord& record,
                   const std::function<const PlanUncertainty*(const PlanRecord&)>& way,
                   std::string_view suffix, Table& table) {
  if (std::ranges::all_of(record.plans, [&](const auto& each) { return way(each) == nullptr; }))
    return;
  for (const char* name : {"N", "P", "S", "D", "loss"}) {
    std::vector<double> low, high;
    for (const PlanRecord& each : record.plans) {
      const PlanUncertainty* sure = way(each);
      const Uncertainty* found = sure == nullptr ? nullptr : sure->find(name);
      low.push_back(found == nullptr ? std::nan("") : interval_of(*found).low);
      high.push_back(found == nullptr ? std::nan("") : interval_of(*found).high);
    }
    set_column(table, fmt::format("{}{}_low", name, suffix), std::move(low));
    set_column(table, fmt::format("{}{}_high", name, suffix), std::move(high));
  }
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
  add_intervals(record, [](const PlanRecord& each) { return each.sure(); }, "", table);
  // Beside those of a bootstrap.
  add_intervals(
      record,
      [](const PlanRecord& each) {
        return each.bootstrap && each.sandwich ? &*each.sandwich : nullptr;
      },
      "_sandwich", table);
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
