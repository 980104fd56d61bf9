// Laws, and losses that they predict.
#include "isoflop/law.h"

#include "bind.h"
#include "isoflop/output.h"
#include "isoflop/predict.h"
#include "law/definition.h"
#include "law/law_text.h"
#include "workflow/model.h"

namespace isoflop::python {

namespace {

nb::dict values_of(const Law& law) {
  nb::dict values;
  for (std::size_t i = 0; i < law.values().size(); ++i)
    values[law.coefficients()[i].name.c_str()] = law.values()[i];
  return values;
}

nb::dict ranges_of(const std::map<std::string, Range>& ranges) {
  nb::dict named;
  for (const auto& [name, range] : ranges) named[name.c_str()] = pair_of(range);
  return named;
}

const char* role_text(Role role) {
  switch (role) {
    case Role::kScale:
      return "scale";
    case Role::kConstant:
      return "constant";
    case Role::kExponent:
      return "exponent";
    case Role::kLogScale:
      return "log scale";
  }
  return "";
}

// Of a formula of the user's own; `ranges` by coefficient.
Law with_named_ranges(const Law& law, const nb::dict& ranges) {
  std::vector<Range> all;
  for (const Coefficient& coefficient : law.coefficients()) all.push_back(coefficient.range);
  for (const auto& [key, value] : ranges) {
    const auto name = nb::cast<std::string>(key);
    const auto index = law.coefficient_index(name);
    if (!index) fail("ranges", "\"" + name + "\" is not a coefficient of the formula");
    all[*index] = range_of(value, name);
    if (!(all[*index].low < all[*index].high))
      fail("ranges", name + ": the low end is to be below the high one");
  }
  return with_ranges(law, all);
}

}  // namespace

void bind_laws(nb::module_& m) {
  nb::class_<Coefficient>(m, "Coefficient", "A coefficient of a law.")
      .def_ro("name", &Coefficient::name)
      .def_prop_ro(
          "range", [](const Coefficient& c) { return pair_of(c.range); },
          "The range that fits keep to, (low, high).")
      .def_ro("unit", &Coefficient::unit)
      .def_ro("meaning", &Coefficient::meaning)
      .def_prop_ro(
          "role", [](const Coefficient& c) { return role_text(c.role); },
          "\"scale\", \"constant\", \"exponent\" or \"log scale\".")
      .def("__repr__", [](const Coefficient& c) {
        return "<coefficient " + c.name + " in " + range_text(c.range) + ">";
      });
  nb::class_<CoefficientSet>(m, "CoefficientSet", "Published coefficients of a law.")
      .def_ro("name", &CoefficientSet::name)
      .def_ro("cite", &CoefficientSet::cite)
      .def_ro("note", &CoefficientSet::note)
      .def_ro("refitted_here", &CoefficientSet::refitted_here)
      .def_ro("disputed_by", &CoefficientSet::disputed_by)
      .def_prop_ro("fitted_on", [](const CoefficientSet& set) { return ranges_of(set.fitted_on); })
      .def("__repr__", [](const CoefficientSet& set) { return "<set " + set.name + ">"; });

  nb::class_<Law>(m, "Law")
      .def_prop_ro("key", &Law::key)
      .def_prop_ro("title", &Law::title)
      .def_prop_ro("cite", &Law::cite)
      .def_prop_ro("group", &Law::group)
      .def_prop_ro("note", &Law::note)
      .def_prop_ro("formula", &Law::formula)
      .def_prop_ro("label", &Law::label)
      .def_prop_ro("toml", &Law::toml)
      .def_prop_ro("set_name", &Law::set_name)
      .def_prop_ro("counts_embeddings", &Law::counts_embeddings)
      .def_prop_ro("has_values", &Law::has_values)
      .def_prop_ro("inputs",
                   [](const Law& law) {
                     nb::dict inputs;
                     for (const Input& input : law.inputs())
                       inputs[input.name.c_str()] = input.meaning;
                     return inputs;
                   })
      .def_prop_ro("coefficients",
                   [](const Law& law) {
                     return std::vector(law.coefficients().begin(), law.coefficients().end());
                   })
      .def_prop_ro("sets",
                   [](const Law& law) { return std::vector(law.sets().begin(), law.sets().end()); })
      .def_prop_ro("values", values_of)
      .def_prop_ro("output",
                   [](const Law& law) {
                     const Output output = output_of(law);
                     return std::pair(output.name, output.unit);
                   })
      .def_prop_ro("fitted_on", [](const Law& law) { return ranges_of(law.fitted_on()); })
      .def("lines",
           [](const Law& law) {
             std::vector<std::pair<std::string, std::string>> lines;
             for (const Part& part : formula_lines(law))
               lines.emplace_back(part.name, part.formula);
             return lines;
           })
      .def("latex_lines",
           [](const Law& law) {
             std::vector<std::pair<std::string, std::string>> lines;
             for (const Part& part : latex_lines(law)) lines.emplace_back(part.name, part.formula);
             return lines;
           })
      .def(
          "with_set",
          [](const Law& law, std::string_view name) { return must(law.with_set(name)); }, "name"_a)
      .def(
          "with_values",
          [](const Law& law, const std::map<std::string, double>& named) {
            std::vector<double> values;
            for (const Coefficient& coefficient : law.coefficients()) {
              const auto value = named.find(coefficient.name);
              if (value == named.end()) fail("values", "no value for " + coefficient.name);
              values.push_back(value->second);
            }
            if (named.size() != values.size())
              fail("values", "there are names that are no coefficients of " + law.label());
            return must(law.with_values("own", std::move(values)));
          },
          "values"_a)
      .def("without_values", &Law::without_values)
      .def("with_ranges", with_named_ranges, "ranges"_a);

  nb::class_<Prediction>(m, "Prediction")
      .def_ro("inputs", &Prediction::inputs)
      .def_ro("loss", &Prediction::loss)
      .def_ro("notes", &Prediction::notes)
      .def_prop_ro("disputed",
                   [](const Prediction& p) -> std::optional<std::pair<std::string, double>> {
                     if (!p.disputed) return std::nullopt;
                     return std::pair(p.disputed->law, p.disputed->loss);
                   });

  m.def("find_law", [](std::string_view spec) { return must(find_law(spec)); }, "spec"_a);
  m.def("looks_like_key", &looks_like_key, "text"_a);
  m.def("book_keys", &book_keys);
  m.def(
      "law_from_toml",
      [](std::string_view text, std::string_view source) {
        return must(Law::from_toml(text, source));
      },
      "text"_a, "source"_a);
  m.def(
      "law_from_formula",
      [](const std::string& text, const std::string& columns) {
        FormulaLaw read = must(read_formula(text, columns, "law"));
        return nb::make_tuple(read.law, read.notes, read.warnings);
      },
      "text"_a, "columns"_a);
  m.def(
      "predict",
      [](const Law& law, const nb::dict& inputs) {
        return must(predict(law, Arguments(inputs).rest()));
      },
      "law"_a, "inputs"_a);
}

}  // namespace isoflop::python
