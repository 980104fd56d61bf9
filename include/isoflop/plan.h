// Planning: what to train next under a law with coefficients.
//
// A question gives some of: a budget, sizes, tokens, a sparsity, a loss; what it does not give is
// found. With a budget alone that is the compute-optimal model,
//
//   minimise L(N, P, S, D)   where   C = F(N, P, S) D + W(N, P, S),   N = P (1 - S),
//
// F the training FLOPs of a token by a cost model (cost.h; 6 N by default) and W those of serving,
// 0 by default. All optima are roots of exact derivatives of the formula: of dL/d ln N along the
// budget, of the least loss by ln(1 - S), of the least budget for a loss. Where the law's file has
// the compute-optimal size in closed form, that is used.
//
//   plan(law, {.flops = 1e24})                                   N and D, dense
//   plan(law, {.flops = 1e21, .free_sparsity = true})            and S
//   plan(law, {.total_params = 1e10, .flops = 1e21, .free_sparsity = true})
//   plan(law, {.sparsity = 0.9, .loss = 2.0})                    the least budget for a loss
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/cost.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

// The most of something that a plan may have.
struct Limit {
  enum class On : std::uint8_t { kActive, kTotal, kTokens };
  On on = On::kTotal;
  double most = 0;
  std::string name;  // in messages and results; "" is "question.limits[1]", its place
  // What 10 % more of what it comes from would leave, where that is not 10 % more: of a memory that
  // also holds a cache.
  std::optional<double> relaxed{};
};

struct PlanQuestion {
  // Repetitions over which repeated tokens lose their worth (Muennighoff et al. 2023).
  static constexpr double kRepetition = 15.387756;
  // Of a loss and a budget: the smallest model that reaches it, or the one of fewest tokens.
  enum class Least : std::uint8_t { kActive, kTokens };

  std::optional<double> flops{};     // the budget, C
  std::optional<double> sparsity{};  // S in [0, 1); without it that of the sizes, or 0
  Inputs inputs{};                   // values of what else the law and the cost want (experts, ...)
  bool free_sparsity = false;        // S is found
  std::optional<Range> sparsity_range{};  // within these, ends included; without it all of [0, 1)
  std::optional<double> active_params{};  // N
  std::optional<double> total_params{};   // P
  std::optional<double> tokens{};         // D
  std::optional<double> loss{};           // wanted
  Least least = Least::kActive;
  std::vector<Limit> limits{};
  CostModel cost = cost_models()[0];
  std::optional<double> expert_sparsity{};  // Sx where it is not S, as in an architecture
  std::optional<double> unique_tokens{};    // U; more training tokens than these are repeated
  double repetition = kRepetition;          // where the law has no U of its own
  double inference_tokens = 0;              // to be served, out of the same budget
};

enum class PlanMethod : std::uint8_t {
  kGiven,       // nothing was left to optimise
  kClosedForm,  // of the law's file
  kRoot,        // of the exact derivative
};
std::string to_text(PlanMethod method);

// Where a free sparsity ended.
enum class SparsityAnswer : std::uint8_t {
  kInterior,  // the loss rises on both sides
  kEdge,      // of the stated range, of a limit, or dense
  kMonotone,  // the loss falls all the way to S = 1; the answer is the sparsest that the law was
              // fitted on, or none
};
std::string to_text(SparsityAnswer answer);

// A limit that the plan is held by.
struct Binding {
  std::string name;
  double most = 0;  // a sparsity where it is the sparsity range's edge
  // What 10 % more would gain: less loss, or, where a loss is wanted, less FLOPs. Of the sparsity
  // range: a density 1 - S of 10 % less.
  double gain = 0;
};

// The training run that a plan proposes.
struct PlannedRun {
  double flops = 0;        // of training, C
  double total_flops = 0;  // with serving
  double N = 0;            // active parameters
  double P = 0;            // total parameters
  double S = 0;
  double D = 0;                     // training tokens
  double tokens_per_parameter = 0;  // D / N
  double loss = 0;
  double epochs = 0;            // D/U where U is given, else 0
  double effective_tokens = 0;  // D' of the repetition rule; D where no token repeats
  // N of the dense model that has the same loss on the same data, over this N; NaN where there is
  // none, or where the law has no sparsity input.
  double dense_equivalent = 0;
};

// The answer to a question, which it carries as a fit carries its recipe.
struct Plan {
  PlanQuestion question{};
  // Known unless a free sparsity is kMonotone and the range that the law was fitted on is unknown:
  // then no sparsity is optimal, and none is the sparsest with evidence.
  std::optional<PlannedRun> run{};
  PlanMethod method = PlanMethod::kRoot;
  std::optional<SparsityAnswer> sparsity_answer{};  // of a free sparsity
  // A free sparsity was restricted to the range that the law was fitted on: beyond it the loss
  // falls below that of `run` again, all the way to S = 1.
  bool within_fitted = false;
  std::vector<Binding> binding{};
  std::vector<OutsideRange> outside{};  // inputs outside what the law was fitted on
  std::vector<std::string> notes{};     // stand-ins, ranges that are unknown, what was not counted
  std::vector<std::string> warnings{};  // why the answer may be wrong
};

// Errors, all at once: values outside their domain; a law without values, or without size or data
// as inputs; too much or too little given; what is given contradicting itself, a limit, or what the
// law can reach, with by how much. A loss that falls all the way to an edge of the sizes (no
// compute-optimal size exists) is Error::Kind::kWork and says which edge.
Result<Plan> plan(const Law& law, const PlanQuestion& question);

// How plans grow with their budget: slopes of ln N, ln P and ln D over ln C, by least squares, so
// a and b of N ~ C^a, D ~ C^b (Hoffmann et al. 2022). `min_N` and `max_N` are the smallest and the
// largest slope of N between two neighbours: where they differ, N is no power of C.
struct GrowthExponents {
  double N = 0, P = 0, D = 0;
  double min_N = 0, max_N = 0;
};
// Plans without a run are left out; NaN with fewer than two others.
GrowthExponents growth_exponents(std::span<const Plan> plans);

}  // namespace isoflop
