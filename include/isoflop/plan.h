// Planning: what to train next under a law with coefficients.
//
// A question gives some of: a budget, sizes, tokens, a sparsity, a loss; the rest is optimised.
// With a budget alone the answer is the compute-optimal model,
//
//   minimise L(N, P, S, D)   where   C = F(N, P, S) D + W(N, P, S),   N = P (1 - S),
//
// F the training FLOPs of a token by a cost model (cost.h; 6 N by default) and W those of serving,
// 0 by default. All optima are roots of exact derivatives of the formula: of dL/d ln N along the
// budget, of the lowest loss by ln(1 - S), of the minimum budget for a loss. Where the law's file
// has the compute-optimal size in closed form, that is used.
//
//   plan(law, {.flops = 1e24})                               N and D of the lowest loss, dense
//   plan(law, {.flops = 1e24, .sparsity = 0.9})              the same at S = 0.9
//   plan(law, {.flops = 1e21, .free_sparsity = true})        and S
//   plan(law, {.flops = 1e21, .free_sparsity = true, .total_params = 1e10})
//   plan(law, {.flops = 1e21, .active_params = 1e9})         the tokens and the loss of a model
//   plan(law, {.sparsity = 0.9, .loss = 2.0})                the minimum budget for a loss
//   plan(law, {.flops = 1e23, .loss = 2.0})                  the smallest model with that loss
//   plan(law, {.tokens = 1e12, .loss = 2.0})                 the same on the data that there is
//
// A law with several local optima on a budget, as flexible ones have, is believed where it was
// fitted: the answer is the optimum nearest to the fitted N and D (by the larger of the two
// distances, in logarithms), the best of those inside. One farther away than `reach` is no answer.
// Where the fitted ranges are unknown, the best of all optima is.
//
// When to choose what:
//   - A limit, not a given size, where memory or latency sets a maximum: below it the optimum is
//     still looked for, and Binding says what more would gain.
//   - A budget and a loss where a model will be served much: the smallest model with that loss is
//     trained on more tokens than the compute-optimal one. Where it is known how much, give
//     inference_tokens in place of the loss: then training and serving share the budget.
//   - unique_tokens where data are scarce and can be repeated; a limit on tokens where they cannot.
//   - A free sparsity only with a law that was fitted to several sparsities. Where its loss falls
//   all
//     the way to S = 1, total parameters cost nothing in it: limit them.
//   - Another cost model where 6 N D is far off: long contexts, masks that hardware does not skip,
//     fine-grained experts. Compare answers of several before a large run.
//   - A longer reach where a law with an asymptote that is known to hold is asked far ahead.
//   - How certain a plan is: plan_draws.h, likelihood_profile.h. Losses beside the optimum:
//     profile.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isoflop/cost.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

// A maximum that a plan may not exceed.
struct Limit {
  enum class On : std::uint8_t { kActive, kTotal, kTokens };
  On on = On::kTotal;
  double max = 0;
  std::string name;  // in messages and results; "" is "question.limits[1]", its place
  // What 10 % more of its source leaves, where that is not 10 % more: of a memory that also holds a
  // cache.
  std::optional<double> relaxed{};
};

struct PlanQuestion {
  // Repetitions over which repeated tokens lose their value (Muennighoff et al. 2023).
  static constexpr double kRepetition = 15.387756;
  static constexpr double kReach = 3;
  // What a loss and a budget leave to choose.
  enum class Minimise : std::uint8_t { kActive, kTokens };

  std::optional<double> flops{};     // the budget, C
  std::optional<double> sparsity{};  // S in [0, 1); by default that of the sizes, or 0
  Inputs inputs{};             // values of other inputs of the law and the cost (experts, ...)
  bool free_sparsity = false;  // S is optimised
  std::optional<Range> sparsity_range{};  // within these, ends included; by default all of [0, 1)
  std::optional<double> active_params{};  // N
  std::optional<double> total_params{};   // P
  std::optional<double> tokens{};         // D
  std::optional<double> loss{};           // the target
  Minimise minimise = Minimise::kActive;
  std::vector<Limit> limits{};
  CostModel cost = cost_models()[0];
  std::optional<double> expert_sparsity{};  // Sx where it is not S, as in an architecture
  std::optional<double> unique_tokens{};    // U; more training tokens than these are repeated
  double repetition = kRepetition;          // R, where the law has no U of its own
  double inference_tokens = 0;              // to be served, out of the same budget
  // How far outside the fitted N and D, in decades, an optimum may lie; see above.
  double reach = kReach;
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
  kMonotone,  // the loss decreases all the way to S = 1; the answer is the sparsest value that the
              // law was fitted on, or none
};
std::string to_text(SparsityAnswer answer);

// An active constraint: the plan is at a limit, or at an end of the sparsity range.
struct Binding {
  std::string name;
  double limit = 0;  // a sparsity where it is an end of the sparsity range
  // What 10 % more of it saves: loss, or FLOPs where a loss is the target. Of the sparsity range:
  // 10 % less of the density 1 - S.
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

// The answer of the set that disputes the law's own (CoefficientSet::disputed_by).
struct DisputedPlan {
  std::string law;                  // "key:set"
  std::optional<PlannedRun> run{};  // none where that set has no answer
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
  // falls below that of `run`, all the way to S = 1.
  bool within_fitted = false;
  std::vector<Binding> binding{};
  std::vector<OutsideRange> outside{};     // inputs outside what the law was fitted on
  std::optional<DisputedPlan> disputed{};  // a note says where it differs
  std::vector<std::string> notes{};     // stand-ins, ranges that are unknown, what was not counted
  std::vector<std::string> warnings{};  // why the answer may be wrong
};

// Errors, all at once: values outside their domain; a law without values, or without size or data
// as inputs; too much or too little given; what is given contradicting itself, a limit, or what the
// law can reach, with by how much. A loss that falls all the way to an edge of the sizes (no
// compute-optimal size exists) is Error::Kind::kWork and says which edge; so is an optimum out of
// reach, with how far it lies outside.
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
