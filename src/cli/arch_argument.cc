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
          .help = "a model's config.json, which gives " + std::move(what),
          .fields = {"request.architecture"},
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

}  // namespace isoflop::cli
