// The robust losses of recipe.h on numbers: value, slope and curvature.
//
// For refinement the absolute loss, and Huber's while steps are still large, are smoothed: a Huber
// loss of a wider zone (`width`) whose slope outside the zone is the same. Width 0 means the loss
// as it is.
#pragma once

#include <cmath>

#include "isoflop/recipe.h"

namespace isoflop {

struct Rho {
  double value = 0;
  double slope = 0;
  double curvature = 0;
};

inline double rho(const Loss& loss, double r) {
  const double size = std::abs(r);
  switch (loss.kind) {
    case Loss::Kind::kSquare:
      return 0.5 * r * r;
    case Loss::Kind::kHuber:
      return size <= loss.delta ? 0.5 * r * r : loss.delta * (size - 0.5 * loss.delta);
    case Loss::Kind::kAbsolute:
      return size;
    case Loss::Kind::kCauchy:
      return 0.5 * loss.delta * loss.delta * std::log1p((r / loss.delta) * (r / loss.delta));
  }
  return 0;
}

// A loss made ready for the many calls of a refinement.
class SmoothedLoss {
 public:
  SmoothedLoss(const Loss& loss, double width) : kind_(loss.kind), delta_(loss.delta) {
    if (kind_ == Loss::Kind::kAbsolute) tail_ = 1;
    if (kind_ == Loss::Kind::kHuber) tail_ = loss.delta;
    width_ = kind_ == Loss::Kind::kHuber ? std::max(width, loss.delta) : width;
  }

  // Slopes beyond the zone are constant, so only rows inside it have curvature.
  [[nodiscard]] bool has_zone() const { return tail_ > 0; }
  [[nodiscard]] double width() const { return width_; }

  [[nodiscard]] Rho operator()(double r) const {
    if (has_zone()) {
      const double size = std::abs(r);
      if (size <= width_) return {0.5 * tail_ / width_ * r * r, tail_ / width_ * r, tail_ / width_};
      return {tail_ * (size - 0.5 * width_), std::copysign(tail_, r), 0};
    }
    if (kind_ == Loss::Kind::kSquare) return {0.5 * r * r, r, 1};
    const double u = r / delta_, v = 1 + u * u;
    return {0.5 * delta_ * delta_ * std::log1p(u * u), r / v, (1 - u * u) / (v * v)};
  }

 private:
  Loss::Kind kind_;
  double delta_;
  double tail_ = 0;
  double width_ = 0;
};

}  // namespace isoflop
