#include "isoflop/training_rules.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "isoflop/output.h"
#include "isoflop/predict.h"

namespace isoflop {

namespace {

constexpr std::string_view kGroup = "learning rate and batch";

// Sources that do not say whether a batch is of tokens or of sequences answer nothing.
bool has_unit(const Law& law) {
  const Output output = output_of(law);
  return output.name != "batch" || !output.unit.empty();
}

}  // namespace

Result<std::vector<RuleAnswer>> ask_rules(const RuleQuestion& question) {
  const Inputs known = {{"N", question.N}, {"D", question.D}, {"C", question.C}};
  for (const auto& [name, value] : known)
    if (!(value > 0)) return error("a rule needs {} above 0", name);
  std::vector<RuleAnswer> answers;
  for (const std::string& key : book_keys()) {
    Law law = *find_law(key);
    if (law.group() != kGroup || !law.has_values() || !has_unit(law)) continue;
    Inputs inputs;
    for (const Input& input : law.inputs()) inputs[input.name] = known.at(input.name);
    const Result<Prediction> predicted = predict(law, inputs);
    if (!predicted) return std::unexpected(predicted.error());
    RuleAnswer answer{.rule = std::move(law), .value = predicted->loss};
    for (const auto& [name, range] : answer.rule.fitted_on())
      if (!range.contains(known.at(name))) answer.outside.push_back(name);
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace isoflop
