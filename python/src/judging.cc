// Comparisons of laws, checks of fits, tuned recipes, simulated runs and the page of a fit. What
// they found comes as the JSON of docs/json.md.
#include "bind.h"
#include "fields.h"
#include "isoflop/comparison_file.h"
#include "isoflop/tune.h"
#include "report/console/console.h"
#include "report/json/json.h"
#include "report/page/report_page.h"
#include "tables.h"
#include "workflow/fit_report.h"
#include "workflow/fit_runs.h"
#include "workflow/speedups.h"
#include "workflow/tuning.h"

namespace isoflop::python {

namespace {

NextPlan next_of(const nb::dict& question) {
  Arguments given(question);
  NextPlan next;
  given.number("flops", next.flops);
  given.number("sparsity", next.sparsity);
  next.inputs = given.rest();
  return next;
}

std::vector<double> numbers_of(nb::handle given, std::string_view name) {
  std::vector<double> all;
  if (nb::isinstance<nb::str>(given) || !nb::isinstance<nb::iterable>(given))
    all.push_back(number_of(given, name));
  else
    for (const nb::handle each : given) all.push_back(number_of(each, name));
  return all;
}

CurvePart curve_part_of(Arguments& given, const char* name) {
  const std::optional<nb::object> value = given.take(name);
  if (!value) return {};
  Result<CurvePart> part = parse_curve_part(nb::cast<std::string>(nb::str(*value)));
  if (!part)
    for (Problem& problem : part.error().problems) problem.source = std::string("request.") + name;
  return must(std::move(part));
}

SpeedupRecord speedup_of_frame(const Frame& frame, const std::string& by, const nb::dict& question,
                               const nb::dict& mapping, const nb::dict& recipe, Work& work) {
  const auto columns = fields_of<Mapping>(mapping, "mapping");
  Arguments given(question);
  SpeedupRequest request;
  const auto how = fields_of<Recipe>(recipe, "recipe");
  request.recipe.residual = how.residual;
  if (recipe.contains("loss")) request.recipe.loss = how.loss;
  given.text("baseline", request.baseline);
  request.asymptote = curve_part_of(given, "asymptote");
  request.exponent = curve_part_of(given, "exponent");
  if (const auto flops = given.take("flops")) request.flops = numbers_of(*flops, "request.flops");
  if (const auto throughput = given.take("throughput"))
    request.throughput = Arguments(nb::cast<nb::dict>(*throughput)).rest();
  given.number("level", request.level);
  given.number("resolve", request.resolve);
  std::vector<RunsGroup> variants = must(variants_of(file_of(frame, columns), columns, by));
  const nb::gil_scoped_release released;
  return must(find_speedup(std::move(variants), by, request, work.executor, work));
}

Table simulated(const Law& law, nb::handle flops, nb::handle sparsity, std::size_t sizes,
                double span, double noise, std::uint64_t seed, const nb::dict& inputs) {
  const Design design = {.flops = numbers_of(flops, "flops"),
                         .sizes = sizes,
                         .span = span,
                         .sparsity = numbers_of(sparsity, "sparsity"),
                         .inputs = Arguments(inputs).rest()};
  const nb::gil_scoped_release released;
  return must(simulate(law, design, noise, seed));
}

}  // namespace

void bind_judging(nb::module_& m) {
  nb::class_<ComparisonRecord>(m, "ComparisonRecord")
      .def_prop_ro("stopped",
                   [](const ComparisonRecord& record) { return record.comparison.stopped; })
      .def_prop_ro("verdict",
                   [](const ComparisonRecord& record) { return verdict_text(record.comparison); })
      .def_prop_ro("believed",
                   [](const ComparisonRecord& record) {
                     return record.comparison.verdict && record.comparison.verdict->believed;
                   })
      .def_prop_ro("notes",
                   [](const ComparisonRecord& record) {
                     std::vector<std::string> all = record.notes;
                     all.insert(all.end(), record.comparison.notes.begin(),
                                record.comparison.notes.end());
                     return all;
                   })
      .def_prop_ro("warnings", [](const ComparisonRecord& record) { return record.data.warnings; })
      .def(
          "fit",
          [](const ComparisonRecord& record, std::size_t place, double level, Work& work) {
            const nb::gil_scoped_release released;
            FitRecord made{.fit = record.comparison.laws.at(place).fit, .data = record.data};
            must(add_intervals(made, {.level = level}, work.executor, work));
            return made;
          },
          "place"_a, "level"_a, "work"_a)
      .def("page", &compare_page)
      .def("text", &write_comparison_file)
      .def("json", [](const ComparisonRecord& record) { return compare_json(record, 0); });
  nb::class_<CheckRecord>(m, "CheckRecord")
      .def_prop_ro("stopped",
                   [](const CheckRecord& record) {
                     return record.influence.stopped || record.sensitivity.stopped;
                   })
      .def("page", &check_page)
      .def("json", [](const CheckRecord& record) { return check_json(record, 0); });
  nb::class_<SpeedupRecord>(m, "SpeedupRecord")
      .def_prop_ro("stopped", [](const SpeedupRecord&) { return false; })
      .def_prop_ro("warnings", [](const SpeedupRecord& record) { return record.data.warnings; })
      .def("page", &speedup_page)
      .def("json", [](const SpeedupRecord& record) { return speedup_json(record, 0); });
  nb::class_<TuneRecord>(m, "TuneRecord")
      .def_ro("fit", &TuneRecord::fit)
      .def_prop_ro("stopped", [](const TuneRecord& record) { return record.search.stopped(); })
      .def_prop_ro("answer", &tuning_text)
      .def("page", [](const TuneRecord& record) { return tune_page(record, ""); })
      .def("json", [](const TuneRecord& record) { return tune_json(record, 0, ""); });

  m.def("speedup_law", &speedup_law);
  m.def("speedup", speedup_of_frame, "frame"_a, "by"_a, "question"_a, "mapping"_a, "recipe"_a,
        "work"_a);
  m.def("read_comparison_kind", &is_comparison_file, "text"_a);
  m.def(
      "check",
      [](const Model& model, const nb::dict& question, Work& work) {
        const NextPlan next = next_of(question);
        const nb::gil_scoped_release released;
        return must(check_fit(model, next, work.executor, work));
      },
      "model"_a, "question"_a, "work"_a);
  m.def(
      "report",
      [](const std::vector<Model>& models, const nb::dict& question, Work& work) {
        const NextPlan next = next_of(question);
        const nb::gil_scoped_release released;
        PlanRequest request{.question = {.sparsity = next.sparsity, .inputs = next.inputs}};
        if (next.flops) request.budgets = {*next.flops};
        return report_page(must(make_report({}, models, {}, request, work.executor, work)));
      },
      "models"_a, "question"_a, "work"_a);
  m.def("simulate", simulated, "law"_a, "flops"_a, "sparsity"_a, "sizes"_a, "span"_a, "noise"_a,
        "seed"_a, "inputs"_a);
}

}  // namespace isoflop::python
