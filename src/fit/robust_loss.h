// The robust losses of recipe.h in the shape that kernels take.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "isoflop/recipe.h"
#include "kernel/loss_sums.h"

namespace isoflop {

// `width` widens the zone around 0 where the loss is a parabola, with the slope beyond as it is: an
// absolute loss has none of its own, and a Huber loss one of +-delta.
inline LossShape shape_of(const RobustLoss& loss, double width = 0) {
  switch (loss.kind) {
    case RobustLoss::Kind::kSquare:
      break;
    case RobustLoss::Kind::kHuber: {
      const double zone = std::max(width, loss.delta);
      return {.rate = loss.delta / zone, .width = zone, .tail = loss.delta};
    }
    case RobustLoss::Kind::kAbsolute:
      return {.rate = 1 / width, .width = width, .tail = 1};
    case RobustLoss::Kind::kCauchy:
      return {.cauchy = true, .delta = loss.delta};
  }
  return {};
}

// Whether slopes are constant outside a zone, so that only residuals inside it have curvature.
inline bool is_clipped(const LossShape& shape) { return std::isfinite(shape.tail); }

// Whether the loss is half the square of the residual, wherever it is.
inline bool is_square(const LossShape& shape) {
  return !shape.cauchy && !std::isfinite(shape.width);
}

// The middle one of the residuals' sizes.
inline double median_size(std::span<const double> residuals) {
  std::vector<double> sizes;
  for (const double residual : residuals) sizes.push_back(std::abs(residual));
  const auto middle = sizes.begin() + static_cast<long>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return *middle;
}

}  // namespace isoflop
