// Planning questions from arguments by name, and their answers.
#include "bind.h"
#include "isoflop/output.h"
#include "isoflop/training_rules.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "workflow/plans.h"
#include "workflow/read_plan_request.h"

namespace isoflop::python {

namespace {

constexpr std::array<std::pair<const char*, double PlannedRun::*>, 11> kRunFields = {{
    {"N", &PlannedRun::N},
    {"P", &PlannedRun::P},
    {"S", &PlannedRun::S},
    {"D", &PlannedRun::D},
    {"flops", &PlannedRun::flops},
    {"total_flops", &PlannedRun::total_flops},
    {"tokens_per_parameter", &PlannedRun::tokens_per_parameter},
    {"loss", &PlannedRun::loss},
    {"epochs", &PlannedRun::epochs},
    {"effective_tokens", &PlannedRun::effective_tokens},
    {"dense_equivalent", &PlannedRun::dense_equivalent},
}};

// An argument as a document.
Value value_of_argument(nb::handle argument, const std::string& name) {
  if (argument.is_none()) return {};
  if (nb::isinstance<nb::str>(argument)) return nb::cast<std::string>(argument);
  // A number of NumPy may be a sequence, without a length.
  const bool is_list = nb::isinstance<nb::sequence>(argument) && nb::len_hint(argument) > 0;
  if (!is_list) return number_of(argument, name);
  Value list = Value::array();
  for (const nb::handle each : argument) list.push(value_of_argument(each, name));
  return list;
}

PlanRequest request_of(const nb::dict& arguments, const std::vector<double>& budgets) {
  Value question = Value::object();
  std::optional<NamedArchitecture> architecture;
  for (const auto& [key, argument] : arguments) {
    const auto name = nb::cast<std::string>(key);
    if (nb::isinstance<NamedArchitecture>(argument))
      architecture = nb::cast<NamedArchitecture>(argument);
    else
      question.set(name, value_of_argument(argument, name));
  }
  PlanRequest request = must(read_plan_request(question));
  request.budgets = budgets;
  request.architecture = std::move(architecture);
  return request;
}

nb::dict run_of(const PlannedRun& run) {
  nb::dict all;
  for (const auto& [name, field] : kRunFields) all[name] = run.*field;
  return all;
}

using Intervals = std::map<std::string, std::map<std::string, Pair>>;

// By method, then by quantity.
Intervals intervals_of(const PlanRecord& record) {
  Intervals all;
  for (const auto& [name, sure] :
       {std::pair("bootstrap", &record.bootstrap), std::pair("sandwich", &record.sandwich)})
    if (*sure)
      for (const auto& [quantity, of] : (*sure)->of)
        all[name][quantity] = pair_of(std::isnan(of.bca.low) ? of.percentile : of.bca);
  if (record.profile)
    for (const auto& [quantity, of] : *record.profile)
      all["profile"][quantity] = pair_of(of.interval);
  for (const auto& [quantity, range] : record.for_misfit)
    all["for_misfit"][quantity] = pair_of(range);
  return all;
}

FrontierRecord plan_of(const Model& model, const nb::dict& question, std::vector<double> budgets,
                       Work& work) {
  const PlanRequest request = request_of(question, budgets);
  const nb::gil_scoped_release released;
  return must(plan_all(model, request, work.executor, work));
}

nb::dict points_of(const ProfileRecord& record) {
  const IsoflopProfile& points = record.profile;
  nb::dict all;
  for (const auto& [name, field] :
       {std::pair("N", &IsoflopProfile::N), std::pair("P", &IsoflopProfile::P),
        std::pair("S", &IsoflopProfile::S), std::pair("D", &IsoflopProfile::D),
        std::pair("tokens_per_parameter", &IsoflopProfile::tokens_per_parameter),
        std::pair("loss", &IsoflopProfile::loss)})
    all[name] = array_of(points.*field);
  for (const auto& [label, losses] : record.others) all[label.c_str()] = array_of(losses);
  return all;
}

// `axis` is N, P, S, or "" for a surface over P and S.
ProfileRecord profile_of(const std::vector<Model>& models, const nb::dict& question,
                         std::vector<double> budgets, const std::string& axis,
                         std::optional<std::size_t> points, nb::object span) {
  ProfileRequest along{.points = points};
  if (!axis.empty()) along.axis = must(parse_axis(axis));
  if (!span.is_none()) along.span = range_of(span, "span");
  const PlanRequest request = request_of(question, budgets);
  const nb::gil_scoped_release released;
  return must(plan_profile(models, request, along));
}

// Published rules' answers for a plan that exists: the law, what it is, its unit, value, and inputs
// outside of what it was fitted on.
std::vector<std::tuple<Law, std::string, std::string, double, std::vector<std::string>>> rules_of(
    const PlanRecord& record) {
  std::vector<std::tuple<Law, std::string, std::string, double, std::vector<std::string>>> all;
  if (!record.plan.run) return all;
  const auto& run = *record.plan.run;
  for (const RuleAnswer& answer : must(ask_rules({.N = run.N, .D = run.D, .C = run.flops}))) {
    const Output output = output_of(answer.rule);
    all.emplace_back(answer.rule, output.name, output.unit, answer.value, answer.outside);
  }
  return all;
}

}  // namespace

void bind_plans(nb::module_& m) {
  nb::class_<PlanRecord>(m, "PlanRecord")
      .def_ro("law", &PlanRecord::law)
      .def_ro("level", &PlanRecord::level)
      .def_ro("undetermined", &PlanRecord::undetermined)
      .def_prop_ro("warnings",
                   [](const PlanRecord& record) {
                     std::vector<std::string> all = record.plan.warnings;
                     all.insert(all.end(), record.warnings.begin(), record.warnings.end());
                     return all;
                   })
      .def_prop_ro("notes", [](const PlanRecord& record) { return record.plan.notes; })
      .def_prop_ro("run",
                   [](const PlanRecord& record) { return record.plan.run.transform(run_of); })
      .def_prop_ro("method", [](const PlanRecord& record) { return to_text(record.plan.method); })
      .def_prop_ro("sparsity_answer",
                   [](const PlanRecord& record) -> std::optional<std::string> {
                     if (!record.plan.sparsity_answer) return std::nullopt;
                     return to_text(*record.plan.sparsity_answer);
                   })
      .def_prop_ro("binding",
                   [](const PlanRecord& record) {
                     std::vector<std::tuple<std::string, double, double>> all;
                     for (const Binding& each : record.plan.binding)
                       all.emplace_back(each.name, each.limit, each.gain);
                     return all;
                   })
      .def_prop_ro("outside",
                   [](const PlanRecord& record) {
                     std::vector<std::tuple<std::string, double, Pair>> all;
                     for (const OutsideRange& each : record.plan.outside)
                       all.emplace_back(each.input, each.value, pair_of(each.range));
                     return all;
                   })
      .def_prop_ro("disputed",
                   [](const PlanRecord& record) -> std::optional<std::pair<std::string, nb::dict>> {
                     if (!record.plan.disputed || !record.plan.disputed->run) return std::nullopt;
                     return std::pair(record.plan.disputed->law,
                                      run_of(*record.plan.disputed->run));
                   })
      .def_prop_ro("spend",
                   [](const PlanRecord& record) -> std::optional<nb::dict> {
                     if (!record.spend) return std::nullopt;
                     nb::dict all;
                     all["gpu_hours"] = record.spend->gpu_hours;
                     if (record.spend->days) all["days"] = *record.spend->days;
                     if (record.spend->money) all["money"] = *record.spend->money;
                     return all;
                   })
      .def_prop_ro("shown",
                   [](const PlanRecord& record) {
                     std::map<std::string, Pair> all;
                     for (const char* name : kPlanQuantities)
                       if (const auto range = record.shown(name)) all[name] = pair_of(*range);
                     return all;
                   })
      .def_prop_ro("intervals", intervals_of)
      .def_prop_ro("rules", rules_of)
      .def("page", &plan_page)
      .def("json", [](const PlanRecord& record) { return plan_json(record); });
  nb::class_<FrontierRecord>(m, "FrontierRecord")
      .def_ro("plans", &FrontierRecord::plans)
      .def_ro("notes", &FrontierRecord::notes)
      .def_prop_ro("exponents",
                   [](const FrontierRecord& record) {
                     const GrowthExponents& of = record.exponents;
                     return std::map<std::string, double>{{"N", of.N}, {"P", of.P}, {"D", of.D}};
                   })
      .def("page", &frontier_page)
      .def("json", [](const FrontierRecord& record) { return frontier_json(record, ""); });
  nb::class_<ProfileRecord>(m, "ProfileRecord")
      .def_prop_ro("columns", points_of)
      .def_prop_ro("flops", [](const ProfileRecord& record) { return record.profile.flops; })
      .def_prop_ro("axis", [](const ProfileRecord& record) { return to_text(record.profile.axis); })
      .def_prop_ro("optimum",
                   [](const ProfileRecord& record) { return record.optimum.transform(run_of); })
      .def_ro("notes", &ProfileRecord::notes)
      .def("page", &profile_page);
  m.def("plan", plan_of, "model"_a, "question"_a, "budgets"_a, "work"_a);
  m.def("profile", profile_of, "models"_a, "question"_a, "budgets"_a, "axis"_a, "points"_a.none(),
        "span"_a.none());
}

}  // namespace isoflop::python
