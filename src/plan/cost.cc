#include "isoflop/cost.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "law/ast.h"

namespace isoflop {

namespace {

// The depth n of a model of width 64 n with 8 E + 4 squares of its width a layer in all.
constexpr std::string_view kDepth = "(P/(4096*(8*experts + 4)))^(1/3)";

std::vector<CostModel> make_models() {
  // 12 d^2 weights a token and layer, 6 FLOPs each, and a router of E G columns at 14.
  const std::string fine_grained = fmt::format("(72*(64*{0})^2 + 14*64*{0}*experts*G)*{0}", kDepth);
  return {
      {.name = "6nd",
       .training = "6*N",
       .serving = "2*N",
       .counts = "2 forward and 4 backward for each active parameter; no attention scores",
       .cite = "Kaplan et al. 2020, arXiv:2001.08361"},
      {.name = "as-dense",
       .training = "6*P",
       .serving = "2*N",
       .counts = "zeros and idle experts count in training, not in serving",
       .cite = "training with masks on hardware that does not skip zeros"},
      {.name = "pruning",
       .training = "6*P*(0.25 + 0.5*(1 - 0.75*S) + 0.25*(1 - S))",
       .serving = "2*N",
       .counts = "dense for a quarter of training, pruned along a cubic to three quarters, then "
                 "sparse",
       .cite = "Frantar et al. 2023, arXiv:2309.08520"},
      {.name = "dense-start",
       .training = "6*N",
       .serving = "2*N",
       .counts =
           "pruned from a dense model of P parameters: its share of 6 P dense_tokens, then as "
           "6nd; needs dense_tokens, dense_share and start_tokens",
       .cite = "",
       .start = "6*P*dense_tokens*dense_share",
       .worth = "start_tokens"},
      {.name = "fine-grained",
       .training = fine_grained,
       .serving = fmt::format("({})/3", fine_grained),
       .counts = "a mixture of experts of width 64 times its depth, with its router; needs experts "
                 "and G",
       .cite = "Krajewski et al. 2024, arXiv:2402.07871"}};
}

bool is_name(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '-'; }) &&
         text != "N" && text != "P";
}

}  // namespace

std::span<const CostModel> cost_models() {
  static const std::vector<CostModel> kModels = make_models();
  return kModels;
}

Result<CostModel> find_cost(std::string_view text) {
  std::vector<std::string> names;
  for (const CostModel& model : cost_models()) {
    if (model.name == text) return model;
    names.push_back(model.name);
  }
  if (is_name(text))
    return error("\"{}\" is not a cost model: give {} or a formula such as 6*N{}", text,
                 fmt::join(names, ", "), did_you_mean(text, names));
  if (const Result<Ast> formula = parse_formula(text, "cost"); !formula)
    return std::unexpected(formula.error());
  return CostModel{.name = "own",
                   .training = std::string(text),
                   .serving = "2*N",
                   .counts = "a formula of its own; 2 FLOPs for each active parameter when serving",
                   .cite = ""};
}

CostModel cost_of(const Architecture& model, double active, double context,
                  const FlopsOptions& options) {
  const TokenFlops flops = flops_per_token(model, context, options);
  std::string recompute;
  if (options.recompute != FlopsOptions::Recompute::kNothing)
    recompute = fmt::format(", {} computed again", to_text(options.recompute));
  return {.name = "exact",
          .training = format_exact(flops.training() / active) + "*N",
          .serving = format_exact(flops.forward() / active) + "*N",
          .counts = fmt::format("every product of {} at a context of {}: keys {}, embeddings {}{}",
                                model.model_type.empty() ? "the architecture" : model.model_type,
                                format_number(context, 15), to_text(options.keys),
                                to_text(options.embeddings), recompute),
          .cite = ""};
}

}  // namespace isoflop
