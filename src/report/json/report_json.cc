// The report as a document: all that the page shows, and nothing that it does not.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_names.h"
#include "base/field_values.h"
#include "base/number_text.h"
#include "base/version.h"
#include "isoflop/cost.h"
#include "report/json/json.h"
#include "report/json/plan_value.h"
#include "store/document.h"
#include "workflow/checklist.h"
#include "workflow/citation.h"
#include "workflow/decision.h"

namespace isoflop {

namespace {

constexpr int kReportFormat = 1;
// Of the coordinates of figures: finer than any screen, and half the length of a double.
constexpr int kDrawnDigits = 7;

// In the order of their enumerations.
constexpr std::array<std::string_view, 4> kUnits = {"number", "count", "flops", "share"};
constexpr std::array<std::string_view, 3> kScales = {"linear", "log", "density"};
constexpr std::array<std::string_view, 4> kMarks = {"line", "points", "band", "optimum"};
constexpr std::array<std::string_view, 3> kColours = {"series", "scale", "quiet"};

// ---- figures

Value drawn_value(const std::vector<double>& values) {
  return array_value(values, [](double value) {
    if (!std::isfinite(value)) return Value();
    return Value(*parse_plain_number(fmt::format("{:.{}g}", value, kDrawnDigits)));
  });
}

Value axis_value(const FigureAxis& axis) {
  return Value::object({{"title", axis.title},
                        {"unit", enum_name(kUnits, axis.unit)},
                        {"scale", enum_name(kScales, axis.scale)},
                        {"range", range_value(axis.range)},
                        {"names", texts_value(axis.names)}});
}

Value mark_value(const Mark& mark) {
  // Of runs the table has all that a tip would say.
  const bool tipped = mark.runs.empty();
  return Value::object({{"kind", enum_name(kMarks, mark.kind)},
                        {"x", drawn_value(mark.x)},
                        {"y", drawn_value(mark.y)},
                        {"high", drawn_value(mark.high)},
                        {"colour", enum_name(kColours, mark.colour)},
                        {"place", mark.place},
                        {"dashed", mark.dashed},
                        {"label", mark.label},
                        {"tips", tipped ? texts_value(mark.tips) : Value::array()},
                        {"runs", array_value(mark.runs, std::identity())}});
}

Value panel_value(const Panel& panel) {
  return Value::object({{"title", panel.title},
                        {"x", axis_value(panel.x)},
                        {"y", axis_value(panel.y)},
                        {"marks", array_value(panel.marks, mark_value)}});
}

Value figure_value(const Figure& figure) {
  return Value::object({{"title", figure.title},
                        {"what", figure.what},
                        {"numbers", figure.numbers},
                        {"columns", figure.columns},
                        {"panels", array_value(figure.panels, panel_value)}});
}

Value named_figure_value(const ReportFigure& named) {
  return Value::object(
      {{"id", named.id}, {"heading", named.heading}, {"figure", figure_value(named.figure)}});
}

// ---- plans

constexpr std::string_view name_of(Limit::On on) {
  return on == Limit::On::kActive  ? "max_active"
         : on == Limit::On::kTotal ? "max_total"
                                   : "max_tokens";
}

// What is asked, as the flags of `isoflop plan` and the arguments of Python's plan() have it: what
// has its default is left out.
Value question_value(const PlanQuestion& asked) {
  constexpr PlanQuestion::Minimise kTokens = PlanQuestion::Minimise::kTokens;
  Value value = Value::object();
  const auto add = [&](const char* name, const std::optional<double>& number) {
    if (number) value.set(name, *number);
  };
  const auto add_other = [&](const char* name, double number, double standard) {
    if (number != standard) value.set(name, number);
  };
  add("flops", asked.flops);
  add("active_params", asked.active_params);
  add("total_params", asked.total_params);
  add("tokens", asked.tokens);
  add("sparsity", asked.sparsity);
  if (asked.free_sparsity) value.set("sparsity", "free");
  if (asked.sparsity_range) value.set("sparsity_range", range_value(*asked.sparsity_range));
  add("loss", asked.loss);
  if (asked.minimise == kTokens) value.set("least", "tokens");
  for (const Limit& limit : asked.limits) value.set(std::string(name_of(limit.on)), limit.max);
  add("unique_tokens", asked.unique_tokens);
  add_other("repetition", asked.repetition, PlanQuestion::kRepetition);
  add_other("inference_tokens", asked.inference_tokens, 0);
  if (asked.cost.name != cost_models()[0].name)
    value.set("cost", find_cost(asked.cost.name) ? asked.cost.name : asked.cost.training);
  add_other("reach", asked.reach, PlanQuestion::kReach);
  Inputs inputs = asked.inputs;
  if (asked.expert_sparsity) inputs["Sx"] = *asked.expert_sparsity;
  if (!inputs.empty()) value.set("inputs", field_value(inputs));
  return value;
}

Value report_plan_value(const PlanRecord& record) {
  Value value = Value::object(
      {{"decision", decision_text(record)}, {"question", question_value(record.plan.question)}});
  const Value fields = plan_value(record);
  for (const auto& [name, field] : fields.members()) value.set(name, field);
  return value;
}

// ---- runs

Value runs_value(const FitReport& report) {
  const Table& table = report.fit.fit.table;
  const std::vector<RunInfluence>& runs = report.influence;
  Value names = Value::array(), rows = Value::array(), outliers = Value::array();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    names.push(table.row_label(row));
    rows.push(row + 1);
  }
  for (std::size_t row = 0; row < runs.size(); ++row)
    if (runs[row].outlier()) outliers.push(row + 1);
  return Value::object({{"count", report.runs},
                        {"every", report.every},
                        {"rows", rows},
                        {"names", names},
                        {"columns", columns_value(table)},
                        {"predicted", numbers_value(report.residuals.predicted)},
                        {"residuals", numbers_value(report.residuals.each)},
                        {"logarithmic", report.residuals.logarithmic},
                        {"rms", report.rms},
                        {"z", array_value(runs, &RunInfluence::z)},
                        {"leverage", array_value(runs, &RunInfluence::leverage)},
                        {"outliers", outliers}});
}

// ---- a fit

Value finding_value(const ReportFinding& finding) {
  return Value::object(
      {{"kind", finding.kind},
       {"doubt", finding.doubt},
       {"text", finding.text},
       {"rows", array_value(finding.rows, [](std::size_t row) { return Value(row + 1); })}});
}

Value item_value(const ChecklistItem& item) {
  return Value::object({{"part", item.part}, {"asks", item.asks}, {"answer", item.answer}});
}

Value law_value(const Law& law) {
  Value inputs = Value::object(), coefficients = Value::object();
  for (const Input& each : law.inputs()) inputs.set(each.name, each.meaning);
  for (const Coefficient& each : law.coefficients()) coefficients.set(each.name, each.meaning);
  return Value::object({{"key", law.key()},
                        {"title", law.title()},
                        {"label", law.label()},
                        {"cite", law.cite()},
                        {"inputs", inputs},
                        {"coefficients", coefficients},
                        {"toml", law.toml()}});
}

Value fit_report_value(const FitReport& report, std::span<const ComparisonSummary> comparisons) {
  return Value::object(
      {{"source", report.source},
       {"command", report.fit.command},
       {"decision", decision_text(report.plans)},
       {"law", law_value(report.fit.fit.law)},
       {"fit", fit_value(report.fit)},
       {"plans", array_value(report.plans.plans, report_plan_value)},
       {"exponents",
        report.plans.plans.size() > 1 ? exponents_value(report.plans.exponents) : Value()},
       {"no_plan", report.no_plan},
       {"budgets", report.budgets ? range_value(*report.budgets) : Value()},
       {"findings", array_value(report.findings, finding_value)},
       {"figures", array_value(report.figures, named_figure_value)},
       {"runs", runs_value(report)},
       {"checklist", array_value(checklist(report, comparisons), item_value)},
       {"bibtex", bibtex(report.fit.fit.law)}});
}

Value comparison_report_value(const ComparisonReport& comparison) {
  Value value = comparison.document;
  value.set("figure", figure_value(comparison.figure.figure));
  return value;
}

}  // namespace

std::string report_json(const Report& report) {
  std::vector<ComparisonSummary> comparisons;
  for (const ComparisonReport& each : report.comparisons) comparisons.push_back(each.summary);
  const auto fit = [&](const FitReport& each) { return fit_report_value(each, comparisons); };
  const ReportHeading& heading = report.heading;
  const Value document =
      Value::object({{"kind", "report"},
                     {"format", kReportFormat},
                     {"title", heading.title},
                     {"author", heading.author},
                     {"date", heading.date},
                     {"notes", heading.notes},
                     {"decision", decision_text(report)},
                     {"fits", array_value(report.fits, fit)},
                     {"comparisons", array_value(report.comparisons, comparison_report_value)},
                     {"averaged", report.averaged ? averaged_value(*report.averaged) : Value()},
                     {"version", std::string(version())}});
  // A line: a number a line would be most of the text.
  return write_json(document, -1) + "\n";
}

}  // namespace isoflop
