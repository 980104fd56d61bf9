// The robust losses of recipe.h on numbers and, for refinement, slopes and curvatures of whole
// columns.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "isoflop/recipe.h"

namespace isoflop {

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

// Slopes and curvatures of a loss, column by column. Square, Huber and absolute loss have one form:
// a line clipped at +-tail, within a zone of +-width around 0. `width` widens the zone (an absolute
// loss has none of its own), with the tail as it is.
class LossSlopes {
 public:
  LossSlopes(const Loss& loss, double width) : kind_(loss.kind), delta_(loss.delta) {
    if (kind_ == Loss::Kind::kHuber) tail_ = loss.delta;
    if (kind_ == Loss::Kind::kAbsolute) tail_ = 1;
    if (is_clipped()) width_ = kind_ == Loss::Kind::kHuber ? std::max(width, loss.delta) : width;
    if (is_clipped()) rate_ = tail_ / width_;
  }

  // Whether slopes are constant outside a zone, so that only residuals inside it have curvature.
  [[nodiscard]] bool is_clipped() const { return std::isfinite(tail_); }
  [[nodiscard]] double width() const { return width_; }

  void operator()(const Eigen::ArrayXd& residuals, Eigen::ArrayXd& slopes,
                  Eigen::ArrayXd& curvatures) const {
    if (kind_ == Loss::Kind::kCauchy) {
      curvatures = 1 + (residuals / delta_).square();
      slopes = residuals / curvatures;
      curvatures = (2 - curvatures) / curvatures.square();
    } else {
      slopes = (rate_ * residuals).max(-tail_).min(tail_);
      curvatures =
          (residuals.abs() <= width_).select(rate_, Eigen::ArrayXd::Zero(residuals.size()));
    }
  }

 private:
  Loss::Kind kind_;
  double delta_;
  double tail_ = std::numeric_limits<double>::infinity();
  double width_ = std::numeric_limits<double>::infinity();
  double rate_ = 1;
};

}  // namespace isoflop
