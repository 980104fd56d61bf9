#include "isoflop/predict.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "data/derive.h"
#include "fit/law_values.h"
#include "isoflop/output.h"
#include "law/definition.h"
#include "law/law_text.h"

namespace isoflop {

namespace {

std::vector<std::string> input_names(const Law& law) {
  std::vector<std::string> names;
  for (const Input& input : law.inputs()) names.push_back(input.name);
  return names;
}

// Names that mean nothing here are misspelt, and would otherwise be left out without a word.
void check_names(const Law& law, const Inputs& inputs, Problems& problems) {
  std::vector<std::string> known = input_names(law);
  const std::span<const std::string> standard = standard_inputs();
  known.insert(known.end(), standard.begin(), standard.end());
  for (const auto& [name, value] : inputs)
    if (std::ranges::find(known, name) == known.end())
      problems.add({}, "\"{}\" is not an input of {}, which has {}{}", name, law.key(),
                   fmt::join(input_names(law), ", "), did_you_mean(name, known));
}

void check_complete(const Law& law, const Inputs& inputs, Problems& problems) {
  for (const Input& input : law.inputs()) {
    if (inputs.contains(input.name)) continue;
    const std::string ways = ways_to_give(input.name);
    problems.add({}, "nothing provides {}{} of {}; {}{}", input.name,
                 input.meaning.empty() ? "" : fmt::format(" ({})", input.meaning), law.key(),
                 ways.empty() ? "give " + input.name : ways, last_missing(input.name, inputs));
  }
}

std::string text_of(double value) {
  return std::abs(value) < 1000 ? format_share(value, 3) : format_count(value);
}

std::string distance(double ratio) {
  if (ratio >= 10) return fmt::format("{:.1f} decades", std::log10(ratio));
  return fmt::format("a factor of {}", format_number(ratio, 3));
}

// "D = 14.8T is above the range that hoffmann2022:hoffmann was fitted on (5B to 500B), by 1.5
// decades"
std::string outside_note(const Law& law, const OutsideRange& outside) {
  const auto& [name, value, range, decades] = outside;
  std::string note = fmt::format("{} = {} is {} the range that {} was fitted on ({} to {})", name,
                                 text_of(value), value > range.high ? "above" : "below",
                                 law.label(), text_of(range.low), text_of(range.high));
  if (!std::isnan(decades)) note += ", by " + distance(std::pow(10, decades));
  return note;
}

OutsideRange outside_range(const std::string& name, double value, Range range) {
  const bool size = range.low > 0 && value > 0;
  const double ratio = value > range.high ? value / range.high : range.low / value;
  return {name, value, range, size ? std::log10(ratio) : std::nan("")};
}

void add_unknown_note(const Law& law, std::vector<std::string>& notes) {
  std::vector<std::string> unknown;
  for (const Input& input : law.inputs())
    if (!law.fitted_on().contains(input.name)) unknown.push_back(input.name);
  if (!unknown.empty())
    notes.push_back(fmt::format("the range of {} that {} was fitted on is unknown",
                                fmt::join(unknown, " and "), law.label()));
}

void add_range_notes(const Law& law, const Inputs& inputs, std::vector<std::string>& notes) {
  for (const OutsideRange& outside : outside_ranges(law, inputs))
    notes.push_back(outside_note(law, outside));
  add_unknown_note(law, notes);
}

// How far a value is outside a range, to compare: in logarithms for sizes, as it is for shares.
double excess(double value, Range range) {
  const bool size = range.low > 0 && value > 0;
  if (value > range.high) return size ? std::log(value / range.high) : value - range.high;
  return size ? std::log(range.low / value) : range.low - value;
}

void add_column_note(const Law& law, const std::string& name, Range range,
                     std::span<const double> column, std::vector<std::string>& notes) {
  std::size_t outside = 0;
  double farthest = 0;
  for (const double value : column) {
    if (range.contains(value)) continue;
    if (outside++ == 0 || excess(value, range) > excess(farthest, range)) farthest = value;
  }
  if (outside > 0)
    notes.push_back(fmt::format("{}; rows outside it: {} of {}",
                                outside_note(law, outside_range(name, farthest, range)), outside,
                                column.size()));
}

// A sparsity that a law does not have changes nothing but what can be derived from it.
void add_sparsity_note(const Law& law, const Inputs& inputs, std::vector<std::string>& notes) {
  // With both sizes, or the number of experts, sparsity enters by them.
  const bool enters = law.has_input("S") || law.has_input("Sx") || law.has_input("experts") ||
                      (law.has_input("N") && law.has_input("P"));
  if (enters) return;
  const char* size = law.has_input("N") ? "N" : "P";
  std::string rest;
  if (law.has_input(size))
    rest = law.group() == "dense"
               ? fmt::format(
                     ", which is for dense models: this is the {} of a dense model of "
                     "the same {}",
                     output_of(law).name, size)
               : fmt::format(" but through {}", size);
  for (const char* name : {"S", "Sx"})
    if (const auto sparsity = inputs.find(name); sparsity != inputs.end() && sparsity->second != 0)
      notes.push_back(fmt::format("{} = {} does not enter the formula of {}{}", name,
                                  text_of(sparsity->second), law.key(), rest));
}

std::vector<double> losses(const Law& law, std::size_t rows, const ColumnLookup& column) {
  const LawGraph graph = build_graph(law.definition());
  return law_values(law, graph.graph, std::span(&graph.loss, 1), rows, column)[0];
}

// A loss over another one: "1.5 % more".
std::string change_text(double loss, double over) {
  const double change = loss / over - 1;
  return fmt::format("{} {}", format_percent(std::abs(change)), change < 0 ? "less" : "more");
}

void add_disputed_loss(const Law& law, Prediction& prediction) {
  const std::optional<Law> other = law.disputed_by();
  if (!other) return;
  const double loss = losses(*other, 1, [&](std::string_view name) {
    return std::span(&prediction.inputs.at(std::string(name)), 1);
  })[0];
  if (!std::isfinite(loss)) return;
  prediction.disputed = DisputedLoss{.law = other->label(), .loss = loss};
  prediction.notes.push_back(fmt::format("{} disagrees: {}, {}", dispute_source(*other),
                                         named_value(output_of(*other), format_number(loss, 6)),
                                         change_text(loss, prediction.loss)));
}

void add_disputed_losses(const Law& law, const Table& table, std::vector<std::string>& notes) {
  const std::optional<Law> other = law.disputed_by();
  const auto column = [&table](std::string_view name) { return table.column(name); };
  if (!other || table.rows() == 0) return;
  const std::vector<double> own = losses(law, table.rows(), column);
  const std::vector<double> theirs = losses(*other, table.rows(), column);
  std::size_t least = 0, most = 0;
  const auto ratio = [&](std::size_t row) { return theirs[row] / own[row]; };
  for (std::size_t row = 0; row < own.size(); ++row) {
    if (ratio(row) < ratio(least)) least = row;
    if (ratio(row) > ratio(most)) most = row;
  }
  notes.push_back(fmt::format("{} disagrees: losses {} to {}", dispute_source(*other),
                              change_text(theirs[least], own[least]),
                              change_text(theirs[most], own[most])));
}

std::string point_text(const Law& law, const Inputs& inputs) {
  std::vector<std::string> texts;
  for (const Input& input : law.inputs())
    texts.push_back(fmt::format("{} = {}", input.name, text_of(inputs.at(input.name))));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string not_finite_text(const Law& law, const Inputs& inputs) {
  return fmt::format("the {} of {} is not finite at {}: check the inputs and the coefficients",
                     output_of(law).name, law.label(), point_text(law, inputs));
}

void add_not_finite(const Law& law, const Table& table, std::size_t row, Problems& problems) {
  if (problems.full()) return problems.count();
  Inputs inputs;
  for (const Input& input : law.inputs()) inputs[input.name] = table.column(input.name)[row];
  problems.add({}, "{}: {}", table.row_label(row), not_finite_text(law, inputs));
}

}  // namespace

Result<Prediction> predict(const Law& law, Inputs inputs) {
  if (Result<void> ok = check_has_values(law); !ok) return std::unexpected(ok.error());
  Problems problems;
  check_names(law, inputs, problems);
  if (!problems.empty()) return problems.take();
  Result<std::vector<std::string>> notes = derive_inputs(law, inputs);
  if (!notes) return std::unexpected(notes.error());
  check_complete(law, inputs, problems);
  if (!problems.empty()) return problems.take();

  const double loss = losses(law, 1, [&inputs](std::string_view name) {
    return std::span(&inputs.at(std::string(name)), 1);
  })[0];
  if (!std::isfinite(loss)) return error("{}", not_finite_text(law, inputs));
  add_sparsity_note(law, inputs, *notes);
  add_range_notes(law, inputs, *notes);
  Prediction prediction{.inputs = std::move(inputs), .loss = loss, .notes = *std::move(notes)};
  add_disputed_loss(law, prediction);
  return prediction;
}

std::vector<OutsideRange> outside_ranges(const Law& law, const Inputs& inputs) {
  std::vector<OutsideRange> list;
  for (const auto& [name, range] : law.fitted_on()) {
    const auto input = inputs.find(name);
    if (input != inputs.end() && !range.contains(input->second))
      list.push_back(outside_range(name, input->second, range));
  }
  return list;
}

Result<std::vector<double>> predict(const Law& law, const Table& table) {
  if (Result<void> ok = check_has_values(law); !ok) return std::unexpected(ok.error());
  Problems problems;
  for (const Input& input : law.inputs())
    if (!table.has(input.name))
      problems.add({}, "{} needs a column {} ({}); the table has {}", law.key(), input.name,
                   input.meaning, fmt::join(table.names(), ", "));
  if (!problems.empty()) return problems.take();
  std::vector<double> all =
      losses(law, table.rows(), [&table](std::string_view name) { return table.column(name); });
  for (std::size_t row = 0; row < all.size(); ++row)
    if (!std::isfinite(all[row])) add_not_finite(law, table, row, problems);
  if (!problems.empty()) return problems.take();
  return all;
}

std::vector<std::string> range_notes(const Law& law, const Table& table) {
  std::vector<std::string> notes;
  const std::map<std::string, std::vector<double>> columns = with_derived(law, table);
  for (const auto& [name, range] : law.fitted_on())
    if (const auto column = columns.find(name); column != columns.end())
      add_column_note(law, name, range, column->second, notes);
  add_unknown_note(law, notes);
  add_disputed_losses(law, table, notes);
  return notes;
}

}  // namespace isoflop
