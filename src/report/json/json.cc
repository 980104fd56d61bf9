#include "report/json/json.h"

#include "base/field_values.h"
#include "isoflop/json.h"
#include "law/law_text.h"
#include "report/json/plan_value.h"
#include "store/document.h"

namespace isoflop {

namespace {

Value box_value(const Law& law) {
  if (!law.box()) return {};
  return Value::object({{"cite", law.box()->cite}, {"ranges", field_value(law.box()->ranges)}});
}

// Of the coefficients that were rounded.
Value last_digit_value(const Law& law, const CoefficientSet& set) {
  if (set.last_digit.empty()) return {};
  Value digits = Value::object();
  for (std::size_t i = 0; i < set.last_digit.size(); ++i)
    if (set.last_digit[i] > 0) digits.set(law.coefficients()[i].name, set.last_digit[i]);
  return digits;
}

Value set_value(const Law& law, const CoefficientSet& set) {
  Value values = Value::object();
  for (std::size_t i = 0; i < set.values.size(); ++i)
    values.set(law.coefficients()[i].name, set.values[i]);
  return Value::object({{"name", set.name},
                        {"cite", set.cite},
                        {"note", text_or_null(set.note)},
                        {"refitted_here", set.refitted_here},
                        {"disputed_by", text_or_null(set.disputed_by)},
                        {"last_digit", last_digit_value(law, set)},
                        {"values", values},
                        {"fitted_on", field_value(set.fitted_on)}});
}

Value band_value(const LossIntervals& intervals) {
  const auto& [level, band, drawn, profile, misfit] = intervals;
  const bool logs = band && band->logarithmic;
  return Value::object({{"level", level},
                        {"log_error", logs ? Value(band->log_error) : Value()},
                        {"log_noise", logs ? Value(band->log_noise) : Value()},
                        {"mean", band ? range_value(band->mean) : Value()},
                        {"run", band ? range_value(band->run) : Value()},
                        {"bootstrap_error", drawn ? Value(drawn->standard_error) : Value()},
                        {"percentile", drawn ? range_value(drawn->percentile) : Value()},
                        {"bca", drawn ? range_value(drawn->bca) : Value()},
                        {"profile", profile ? profile_value(*profile) : Value()},
                        {"for_misfit", misfit ? range_value(*misfit) : Value()}});
}

Value solver_value(const SolverRun& run) {
  return Value::object({{"solver", run.solver},
                        {"searched", run.searched},
                        {"objective", run.objective},
                        {"ratio", run.ratio},
                        {"points", run.points},
                        {"refinements", run.refinements},
                        {"seconds", run.seconds}});
}

Value listed_law_value(const Law& law) {
  return Value::object({{"key", law.key()},
                        {"title", law.title()},
                        {"group", text_or_null(law.group())},
                        {"cite", law.cite()},
                        {"formula", law.formula()},
                        {"predicts", output_value(law)},
                        {"inputs", array_value(law.inputs(), &Input::name)},
                        {"sets", array_value(law.sets(), &CoefficientSet::name)}});
}

Value disputed_loss_value(const std::optional<DisputedLoss>& disputed) {
  if (!disputed) return {};
  return Value::object({{"law", disputed->law}, {"loss", disputed->loss}});
}

}  // namespace

std::string laws_json(std::span<const Law> laws) {
  return document_text(Value::object({{"laws", array_value(laws, listed_law_value)}}));
}

std::string law_json(const Law& law, const std::optional<Example>& example) {
  Value inputs = Value::object(), coefficients = Value::object(), optima = Value::object();
  Value usual = Value::object();
  for (const Input& input : law.inputs()) {
    inputs.set(input.name, input.meaning);
    if (input.usual) usual.set(input.name, range_value(*input.usual));
  }
  for (const Coefficient& coefficient : law.coefficients())
    coefficients.set(coefficient.name,
                     Value::object({{"range", range_value(coefficient.range)},
                                    {"unit", coefficient.unit},
                                    {"meaning", coefficient.meaning},
                                    {"role", to_text(coefficient.role)},
                                    {"linear", coefficient.linear},
                                    {"starts", numbers_value(coefficient.starts)}}));
  for (const Optimum& optimum : law.optima()) optima.set(optimum.input, optimum.formula);
  Value lets = Value::object();
  for (const Part& part : law.parts()) lets.set(part.name, part.formula);
  const Value latex = array_value(
      latex_lines(law), [](const Part& line) { return line.name + " = " + line.formula; });
  const Value sets =
      array_value(law.sets(), [&](const CoefficientSet& set) { return set_value(law, set); });
  const Value worked =
      example ? Value::object({{"command", example->command}, {"loss", example->prediction.loss}})
              : Value();
  return document_text(Value::object({{"key", law.key()},
                                      {"title", law.title()},
                                      {"group", text_or_null(law.group())},
                                      {"cite", law.cite()},
                                      {"note", text_or_null(law.note())},
                                      {"formula", law.formula()},
                                      {"predicts", output_value(law)},
                                      {"let", lets},
                                      {"latex", latex},
                                      {"inputs", inputs},
                                      {"usual", usual},
                                      {"coefficients", coefficients},
                                      {"optima", optima},
                                      {"box", box_value(law)},
                                      {"sets", sets},
                                      {"example", worked}}));
}

std::string fit_json(const FitRecord& record, double seconds, const std::string& output,
                     std::span<const SolverRun> solvers) {
  Value object = fit_value(record);
  object.set("seconds", seconds);
  object.set("output", text_or_null(output));
  if (!solvers.empty()) object.set("solvers", array_value(solvers, solver_value));
  return document_text(object);
}

std::string fit_groups_json(const FitGroups& fits, double seconds) {
  Value groups = Value::array();
  for (const FitGroup& group : fits.groups) {
    Value entry = Value::object({{"group", group.name}});
    const Value fields = fit_value(group.record);
    for (const auto& [name, value] : fields.members())
      if (name != "version") entry.set(name, value);
    entry.set("output", text_or_null(group.output));
    groups.push(std::move(entry));
  }
  return document_text(Value::object({{"law", fits.law.key()},
                                      {"formula", fits.law.formula()},
                                      {"predicts", output_value(fits.law)},
                                      {"by", fits.by},
                                      {"groups", groups},
                                      {"seconds", seconds}}));
}

std::string compare_json(const ComparisonRecord& record, double seconds) {
  Value document = comparison_value(record);
  document.set("seconds", seconds);
  return document_text(document);
}

std::string to_json(const Law& law) { return law_json(law, std::nullopt); }

std::string to_json(const FitRecord& record) { return document_text(fit_value(record)); }

std::string to_json(const Law& law, const Prediction& prediction) {
  return predict_json(law, prediction);
}

std::string predict_json(const Law& law, const Prediction& prediction,
                         const std::optional<LossIntervals>& intervals,
                         const std::optional<Averaged>& averaged,
                         std::span<const std::string> warnings) {
  return document_text(Value::object({{"law", law.key()},
                                      {"set", law.set_name()},
                                      {"inputs", field_value(prediction.inputs)},
                                      {"predicts", output_value(law)},
                                      {"loss", prediction.loss},
                                      {"disputed", disputed_loss_value(prediction.disputed)},
                                      {"band", intervals ? band_value(*intervals) : Value()},
                                      {"averaged", averaged ? averaged_value(*averaged) : Value()},
                                      {"notes", texts_value(prediction.notes)},
                                      {"warnings", texts_value(warnings)}}));
}

std::string predict_table_json(const PredictedRuns& runs, const std::string& output) {
  return document_text(Value::object({{"law", runs.law.key()},
                                      {"set", runs.law.set_name()},
                                      {"predicts", output_value(runs.law)},
                                      {"data", data_source_value(runs.data, runs.table.rows())},
                                      {"output", text_or_null(output)},
                                      {"columns", columns_unless_written(runs.table, output)},
                                      {"notes", texts_value(runs.notes)}}));
}

std::string simulate_json(const SimulatedRuns& runs, const std::string& output) {
  return document_text(Value::object({{"law", runs.law.key()},
                                      {"set", runs.law.set_name()},
                                      {"predicts", output_value(runs.law)},
                                      {"rows", runs.table.rows()},
                                      {"flops", numbers_value(runs.design.flops)},
                                      {"sizes", runs.design.sizes},
                                      {"span", runs.design.span},
                                      {"sparsity", numbers_value(runs.design.sparsity)},
                                      {"inputs", field_value(runs.design.inputs)},
                                      {"noise", runs.noise},
                                      {"seed", runs.seed},
                                      {"output", text_or_null(output)},
                                      {"columns", columns_unless_written(runs.table, output)}}));
}

}  // namespace isoflop
