// What training and serving cost: FLOPs of one token as formulas of a model's sizes.
//
// Conventions differ by factors of two and more, and a plan moves with them; so a cost model is
// data, like a law: two formulas in
//   N active parameters   P total parameters   S sparsity   Sx expert sparsity
//   experts, G, and other inputs that a question gives a value
// With a start of its own, as that of dense-start, it has a price that is no price of a token.
// and a phrase that says what it counts.
//
// When to choose what: 6nd to compare with papers, most of which count so; pruning for weights that
// are pruned during training; as-dense where the hardware multiplies by the zeros as well;
// fine-grained for many small experts; cost_of() where the architecture is known, which matters
// most for small models and long contexts.
//
//   Result<CostModel> cost = find_cost("pruning");          // one of cost_models()
//   Result<CostModel> own = find_cost("6*N + 0.5*P");       // or a formula
//   CostModel exact = cost_of(model, count_parameters(model).active, 8192);
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "isoflop/arch.h"
#include "isoflop/result.h"

namespace isoflop {

struct CostModel {
  std::string name;
  std::string training;  // FLOPs of a token that is trained on: forward and backward
  std::string serving;   // FLOPs of a token that is read or written when serving: forward
  std::string counts;    // what is counted, for people
  std::string cite;      // may be ""
  // Of training that starts from a model that is there: FLOPs that are paid once, before the first
  // token, and the tokens that this start is worth, which the law sees beside those of training.
  std::string start{};
  std::string worth{};
};

// The conventions that have a name; the first, 6nd, is the default everywhere.
std::span<const CostModel> cost_models();

// By name, or a formula for training; serving is then 2 N. Errors list the names, and say where a
// formula is wrong.
Result<CostModel> find_cost(std::string_view text);

// As the architecture costs: flops_per_token() over its `active` parameters (as the law counts
// them), times N. Exact for the architecture itself; sizes near it are taken to cost as much for
// each active parameter.
CostModel cost_of(const Architecture& model, double active, double context,
                  const FlopsOptions& options = {});

}  // namespace isoflop
