#include "workflow/example.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/number_text.h"

namespace isoflop {

namespace {

struct Usual {
  std::string_view name;
  double value;
};
// Where the law does not say what it was fitted on.
constexpr std::array<Usual, 9> kUsual = {{{"N", 1e9},
                                          {"P", 2e9},
                                          {"S", 0.5},
                                          {"Sx", 0.5},
                                          {"D", 20e9},
                                          {"U", 20e9},
                                          {"G", 8},
                                          {"experts", 8},
                                          {"C", 1.2e20}}};

// The middle of a range: of its logarithm, but for shares, which may start at 0.
double middle(const Range& range) {
  return range.low > 0 ? std::sqrt(range.low * range.high) : (range.low + range.high) / 2;
}

// A value that the law was fitted around, or a usual one of the law or of all laws.
std::optional<double> typical(const Law& law, const std::string& name) {
  if (const auto known = law.fitted_on().find(name); known != law.fitted_on().end())
    return middle(known->second);
  const auto input = std::ranges::find(law.inputs(), name, &Input::name);
  if (input != law.inputs().end() && input->usual) return middle(*input->usual);
  const auto usual = std::ranges::find(kUsual, name, &Usual::name);
  return usual == kUsual.end() ? std::nullopt : std::optional(usual->value);
}

// Inputs that follow from others of the same law would only contradict them once rounded.
bool derived(const Law& law, const std::string& name) {
  const auto has = [&](std::string_view input) { return law.has_input(input); };
  return (name == "C" && has("N") && has("D")) || (name == "P" && has("N") && has("S"));
}

}  // namespace

std::optional<Example> worked_example(const Law& law) { return worked_example(law, law.label()); }

std::optional<Example> worked_example(const Law& law, const std::string& model) {
  if (!law.has_values()) return std::nullopt;
  std::string command = "isoflop predict " + model;
  Inputs inputs;
  for (const Input& input : law.inputs()) {
    if (derived(law, input.name)) continue;
    const std::optional<double> value = typical(law, input.name);
    if (!value) return std::nullopt;
    const std::string text = format_count(*value, 2);
    const Result<double> rounded = parse_number(text, input.name);
    if (!rounded) return std::nullopt;
    inputs[input.name] = *rounded;
    command += " " + input.name + "=" + text;
  }
  Result<Prediction> prediction = predict(law, inputs);
  if (!prediction) return std::nullopt;
  return Example{.command = std::move(command), .prediction = *std::move(prediction)};
}

}  // namespace isoflop
