#include "cli/arch_argument.h"

#include <utility>

#include "cli/file.h"

namespace isoflop::cli {

Result<NamedArchitecture> read_architecture_file(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Result<Architecture> model = read_architecture(*text, path);
  if (!model) return std::unexpected(model.error());
  return NamedArchitecture{path, *std::move(model)};
}

Flag arch_flag(std::string& path, std::string what) {
  return {.name = "--arch",
          .value = "CONFIG",
          .help = "config.json of a model, which gives " + std::move(what),
          .fields = {"request.architecture"},
          .read = text_into(path)};
}

std::vector<Flag> flops_flags(FlopsOptions& flops) {
  return {
      {.name = "--keys",
       .value = "KEYS",
       .help = "attention scores that count",
       .standard = to_text(flops.keys),
       .choices = {{"causal", "those of earlier tokens"}, {"whole", "those of the whole context"}},
       .read = parsed_into(flops.keys, parse_keys)},
      {.name = "--embeddings",
       .value = "WHICH",
       .help = "embedding products that count",
       .standard = to_text(flops.embeddings),
       .choices = {{"head", "output head"},
                   {"both", "output head and input table"},
                   {"neither", "no embedding products"}},
       .read = parsed_into(flops.embeddings, parse_embeddings)},
      {.name = "--recompute",
       .value = "WHAT",
       .help = "activations that the backward pass recomputes",
       .standard = to_text(flops.recompute),
       .choices = {{"nothing"}, {"attention"}, {"layers"}},
       .read = parsed_into(flops.recompute, parse_recompute)}};
}

}  // namespace isoflop::cli
