// IsoFLOP profiles and surfaces: the loss of models that one budget pays for, by their size or
// their sparsity.
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

  PlanQuestion plan{};  // with a budget, and without tokens or a wanted loss; limits do not hold
  Axis axis = Axis::kActive;
  std::size_t points = 33;
  // Of the axis: by default from a sixteenth of the optimal size to 16 times it, and the
  // sparsities from 0 to 0.99. Sizes are evenly spaced in logarithm, sparsities in that of 1 - S.
  std::optional<Range> span{};
};

// Models on a budget, point by point.
struct IsoflopProfile {
  Axis axis = Axis::kActive;
  double flops = 0;
  std::vector<double> N, P, S, D, tokens_per_parameter, loss;
};

// Errors: those of plan(), a span or number of points that makes no profile, no budget. Points that
// the budget does not pay for are left out.
Result<IsoflopProfile> profile(const Law& law, const ProfileQuestion& question);

// The loss over total parameters and sparsity on one budget, P by P.
struct SurfaceQuestion {
  PlanQuestion plan{};                  // with a budget
  std::size_t points = 25;              // of each
  std::optional<Range> total_params{};  // by default around the optimum, as a profile
  std::optional<Range> sparsity{};      // by default 0 to 0.99
};
Result<IsoflopProfile> surface(const Law& law, const SurfaceQuestion& question);

// The losses of another law at the points of a profile, for comparing laws side by side.
Result<std::vector<double>> losses_on(const IsoflopProfile& profile, const Law& law,
                                      const PlanQuestion& question);

}  // namespace isoflop
