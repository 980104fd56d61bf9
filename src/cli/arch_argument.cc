#include "cli/arch_argument.h"

#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "cli/file.h"

namespace isoflop::cli {

Result<Architecture> read_architecture_file(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return read_architecture(*text, path);
}

Flag arch_flag(std::string& path, std::string what) {
  return {.name = "--arch",
          .value = "CONFIG",
          .help = "a model's config.json, which gives " + std::move(what),
          .read = text_into(path)};
}

std::vector<Flag> flops_flags(FlopsOptions& flops) {
  return {{.name = "--keys",
           .value = "KEYS",
           .help = "keys that a query meets in the FLOPs: causal, or whole, the context",
           .standard = to_text(flops.keys),
           .read = parsed_into(flops.keys, parse_keys)},
          {.name = "--embeddings",
           .value = "WHICH",
           .help = "FLOPs of the output head, of both it and the table, or neither",
           .standard = to_text(flops.embeddings),
           .read = parsed_into(flops.embeddings, parse_embeddings)},
          {.name = "--recompute",
           .value = "WHAT",
           .help = "what the backward pass computes again: nothing, attention or layers",
           .standard = to_text(flops.recompute),
           .read = parsed_into(flops.recompute, parse_recompute)}};
}

ParameterCounts counts_for(const Law& law, const Architecture& model) {
  ParameterCounts count = count_parameters(model);
  if (law.counts_embeddings()) return count;
  count.total -= count.embedding;
  count.active -= count.embedding;
  count.embedding = 0;
  return count;
}

Inputs inputs_of(const Architecture& model, const Law& law) {
  const ParameterCounts count = counts_for(law, model);
  Inputs inputs = {{"N", static_cast<double>(count.active)},
                   {"P", static_cast<double>(count.total)}};
  if (law.has_input("Sx")) inputs["Sx"] = expert_sparsity(model);
  if (law.has_input("experts"))
    inputs["experts"] = model.moe.layers > 0 ? static_cast<double>(model.moe.experts) : 1;
  return inputs;
}

Result<void> add_architecture(const std::string& path, const Law& law, Inputs& inputs,
                              std::vector<std::string>& notes) {
  const Result<Architecture> model = read_architecture_file(path);
  if (!model) return std::unexpected(model.error());
  const Inputs taken = inputs_of(*model, law);
  // N and P give S too.
  for (const char* name : {"N", "P", "S", "Sx", "experts"})
    if (inputs.contains(name) && (taken.contains(name) || name == std::string_view("S")))
      return error_at({"--arch"}, "{} gives {} too: remove {}=...", path, name, name);
  inputs.insert(taken.begin(), taken.end());
  notes.push_back(taken_text(path, taken, law));
  return {};
}

std::string taken_text(const std::string& path, const Inputs& taken, const Law& law) {
  std::string text = path + " gives";
  for (const auto& [name, value] : taken)
    text += fmt::format("{} {} = {}", text.ends_with("gives") ? "" : ",", name,
                        value < 1 ? format_share(value) : format_count(value, 4));
  if (!law.counts_embeddings())
    text += fmt::format(", without its embeddings, as {} counts", law.key());
  return text;
}

}  // namespace isoflop::cli
