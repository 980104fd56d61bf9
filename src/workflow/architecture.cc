#include "workflow/architecture.h"

#include <string_view>

#include "base/error.h"
#include "base/number_text.h"

namespace isoflop {

CountedParameters counts_for(const Law& law, const Architecture& model) {
  return count_parameters(model, law.parameter_count());
}

Inputs inputs_of(const Architecture& model, const Law& law) {
  const CountedParameters count = counts_for(law, model);
  Inputs inputs = {{"N", static_cast<double>(count.active)},
                   {"P", static_cast<double>(count.total)}};
  if (law.has_input("Sx")) inputs["Sx"] = expert_sparsity(model);
  if (law.has_input("experts"))
    inputs["experts"] = model.expert_layers > 0 ? static_cast<double>(model.experts) : 1;
  return inputs;
}

Result<void> add_architecture(const NamedArchitecture& arch, const Law& law, Inputs& inputs,
                              std::vector<std::string>& notes) {
  const Inputs taken = inputs_of(arch.model, law);
  // N and P give S too.
  for (const char* name : {"N", "P", "S", "Sx", "experts"})
    if (inputs.contains(name) && (taken.contains(name) || name == std::string_view("S")))
      return error_at({"request.architecture"}, "{} gives {} too: remove {}=...", arch.name, name,
                      name);
  inputs.insert(taken.begin(), taken.end());
  notes.push_back(taken_text(arch.name, taken, law));
  return {};
}

std::string taken_text(const std::string& name, const Inputs& taken, const Law& law) {
  std::string text = name + " gives";
  for (const auto& [input, value] : taken)
    text += fmt::format("{} {} = {}", text.ends_with("gives") ? "" : ",", input,
                        value < 1 ? format_share(value) : format_count(value, 4));
  const ParameterCount which = law.parameter_count();
  if (which != ParameterCount::kUnknown && which != ParameterCount::kTotal)
    text += fmt::format(", the {} parameters, as {} counts", to_text(which), law.key());
  return text;
}

}  // namespace isoflop
