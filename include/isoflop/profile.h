// IsoFLOP profiles and surfaces: the loss of models that one budget pays for, by their size or
// their sparsity.
//
//   Result<IsoflopProfile> made = profile(law, {.plan = {.flops = 1e21}});
//   made->N, made->D, made->loss        33 models around the compute-optimal size
//
// When to choose what: a profile shows how flat the loss is around an optimum, so what a smaller or
// a sparser model costs; along S it has the best size of each sparsity, unless a size is given. A
// surface shows whether size and sparsity trade off. Where a constraint matters, plan() with limits
// answers, for a profile ignores them. How optima move with the budget: growth_exponents() of
// plan.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/plan.h"

namespace isoflop {

enum class Axis : std::uint8_t {
  kActive,    // N, at the question's sparsity
  kTotal,     // P, at the question's sparsity
  kSparsity,  // S, at the question's N or P, or at the best size of each sparsity
};
// "N", "P", "S".
std::string to_text(Axis axis);
Result<Axis> parse_axis(std::string_view text);

struct ProfileQuestion {
  static constexpr std::size_t kMostPoints = 100'000;

  PlanQuestion plan{};  // with a budget, and without tokens or a target loss; limits are ignored
  Axis axis = Axis::kActive;
  std::size_t points = 33;
  // Of the axis: by default from 1/16 of the optimal size to 16 times it, and the sparsities from 0
  // to 0.99. Sizes are evenly spaced in their logarithm, sparsities in that of 1 - S.
  std::optional<Range> span{};
};

// Models on a budget, point by point.
struct IsoflopProfile {
  Axis axis = Axis::kActive;
  double flops = 0;
  std::vector<double> N, P, S, D, tokens_per_parameter, loss;
};

// Errors: those of plan(); no budget; a span that is no range, or too many points. Points that the
// budget does not pay for are left out.
Result<IsoflopProfile> profile(const Law& law, const ProfileQuestion& question);

// The loss over total parameters and sparsity on one budget, P by P.
struct SurfaceQuestion {
  PlanQuestion plan{};                  // with a budget
  std::size_t points = 25;              // of each
  std::optional<Range> total_params{};  // by default around the optimum, as a profile
  std::optional<Range> sparsity{};      // by default 0 to 0.99
};
Result<IsoflopProfile> surface(const Law& law, const SurfaceQuestion& question);

// The losses of another law at the points of a profile.
Result<std::vector<double>> losses_on(const IsoflopProfile& profile, const Law& law,
                                      const PlanQuestion& question);

}  // namespace isoflop
