// Charts as data, and as SVG.
#include "bind.h"
#include "isoflop/comparison_file.h"
#include "isoflop/residuals.h"
#include "report/chart/figure_svg.h"
#include "report/chart/ticks.h"
#include "workflow/charts.h"

namespace isoflop::python {

namespace {

const char* text_of(FigureAxis::Unit unit) {
  constexpr std::array kTexts = {"number", "count", "flops", "share"};
  return kTexts[static_cast<std::size_t>(unit)];
}
const char* text_of(FigureAxis::Scale scale) {
  constexpr std::array kTexts = {"linear", "log", "density"};
  return kTexts[static_cast<std::size_t>(scale)];
}
const char* text_of(Mark::Kind kind) {
  constexpr std::array kTexts = {"line", "points", "band", "optimum"};
  return kTexts[static_cast<std::size_t>(kind)];
}
const char* text_of(Mark::Colour colour) {
  constexpr std::array kTexts = {"series", "scale", "quiet"};
  return kTexts[static_cast<std::size_t>(colour)];
}

}  // namespace

void bind_figures(nb::module_& m) {
  nb::class_<FigureAxis>(m, "FigureAxis")
      .def_ro("title", &FigureAxis::title)
      .def_prop_ro("unit", [](const FigureAxis& axis) { return text_of(axis.unit); })
      .def_prop_ro("scale", [](const FigureAxis& axis) { return text_of(axis.scale); })
      .def_prop_ro("range", [](const FigureAxis& axis) { return pair_of(axis.range); })
      .def_ro("names", &FigureAxis::names)
      .def(
          "ticks",
          [](const FigureAxis& axis, std::size_t most) {
            std::vector<double> values;
            for (const Tick& tick : ticks(axis, most)) values.push_back(tick.value);
            return values;
          },
          "most"_a)
      .def(
          "text", [](const FigureAxis& axis, double value) { return tick_text(value, axis.unit); },
          "value"_a);
  nb::class_<Mark>(m, "Mark")
      .def_prop_ro("kind", [](const Mark& mark) { return text_of(mark.kind); })
      .def_prop_ro("colour", [](const Mark& mark) { return text_of(mark.colour); })
      .def_ro("place", &Mark::place)
      .def_ro("dashed", &Mark::dashed)
      .def_ro("label", &Mark::label)
      .def_ro("tips", &Mark::tips)
      .def_ro("x", &Mark::x)
      .def_ro("y", &Mark::y)
      .def_ro("high", &Mark::high);
  nb::class_<Panel>(m, "Panel")
      .def_ro("title", &Panel::title)
      .def_ro("x", &Panel::x)
      .def_ro("y", &Panel::y)
      .def_ro("marks", &Panel::marks);
  nb::class_<Figure>(m, "Figure")
      .def_ro("title", &Figure::title)
      .def_ro("what", &Figure::what)
      .def_ro("numbers", &Figure::numbers)
      .def_ro("panels", &Figure::panels)
      .def_ro("columns", &Figure::columns)
      .def(
          "svg",
          [](const Figure& figure, double width, const std::string& id) {
            return figure_svg(figure, {.width = width, .id = id});
          },
          "width"_a = 900, "id"_a = "figure");

  m.def("chart_kinds", [] {
    std::vector<std::pair<std::string, std::string>> all;
    for (const ChartKind& kind : chart_kinds()) all.emplace_back(kind.name, kind.shows);
    return all;
  });
  m.def(
      "chart",
      [](const std::string& kind, const Model& model, const std::string& input,
         std::vector<double> budgets, std::vector<Model> against, Work& work) {
        ChartRequest request{.kind = kind, .input = input, .against = std::move(against)};
        request.plan.budgets = std::move(budgets);
        const nb::gil_scoped_release released;
        return must(make_chart(request, model, work.executor, work));
      },
      "kind"_a, "model"_a, "input"_a, "budgets"_a, "against"_a, "work"_a);
  m.def(
      "fit_figure",
      [](const FitRecord& record) {
        return fit_figure(record, must(residuals(record.fit.law, record.fit.table)));
      },
      "record"_a);
  m.def(
      "plan_figure",
      [](const Model& model, const FrontierRecord& record) { return plan_figure(model, record); },
      "model"_a, "record"_a);
  m.def(
      "comparison_figure",
      [](const ComparisonRecord& record) { return comparison_figure(summary_of(record)); },
      "record"_a);
}

}  // namespace isoflop::python
