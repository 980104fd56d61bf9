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
  return Flag("--arch", "CONFIG", "config.json of a model, which gives " + std::move(what),
              text_into(path), {.fields = {"request.architecture"}});
}

std::vector<Flag> flops_flags(FlopsOptions& flops) {
  return {Flag("--keys", "KEYS", "attention scores that count", parsed_into(flops.keys, parse_keys),
               {.standard = to_text(flops.keys),
                .choices = {{"causal", "those of earlier tokens"},
                            {"whole", "those of the whole context"}}}),
          Flag("--embeddings", "WHICH", "embedding products that count",
               parsed_into(flops.embeddings, parse_embeddings),
               {.standard = to_text(flops.embeddings),
                .choices = {{"head", "output head"},
                            {"both", "output head and input table"},
                            {"neither", "no embedding products"}}}),
          Flag("--recompute", "WHAT", "activations that the backward pass recomputes",
               parsed_into(flops.recompute, parse_recompute),
               {.standard = to_text(flops.recompute),
                .choices = {{"nothing"}, {"attention"}, {"layers"}}})};
}

}  // namespace isoflop::cli
