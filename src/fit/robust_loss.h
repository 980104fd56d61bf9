// What a fit needs of a robust loss besides its sums (kernel/loss_sums.h).
#pragma once

#include <span>

#include "isoflop/robust_loss.h"

namespace isoflop {

// rho'(r), at 0 that of the smallest size.
double psi(const RobustLoss& loss, double r);

// Whether the slope is constant beyond a zone around 0, so that only residuals inside it have
// curvature.
bool is_clipped(const RobustLoss& loss);

// A smoother loss that becomes this one as its delta shrinks to the loss's own, or to 0 where it
// has none. Not of least squares.
RobustLoss widened(const RobustLoss& loss, double delta);

// Median of the residuals' absolute values.
double median_size(std::span<const double> residuals);

}  // namespace isoflop
