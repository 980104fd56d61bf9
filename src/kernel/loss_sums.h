// What the losses of residuals add up to, and how they weigh the rows. In vectors, like run.h;
// without a transcendental, but for the Cauchy loss's value.
//
// Every array holds a multiple of kRowGroup rows; rows that only pad have the weight 0. Sums are
// taken in one order on one machine, whatever the thread.
#pragma once

#include <cstddef>
#include <limits>

namespace isoflop {

// A robust loss, near 0 a parabola of curvature `rate`. Its slope is rate * r within +-width, and
// +-tail beyond (square: width is infinite; absolute: width 0). Or Cauchy's of scale `delta`.
struct LossShape {
  bool cauchy = false;
  double delta = 1;
  double rate = 1;
  double width = std::numeric_limits<double>::infinity();
  double tail = std::numeric_limits<double>::infinity();
};

// sum_i weights_i * loss(residuals_i).
double sum_of_losses(const LossShape& shape, const double* residuals, const double* weights,
                     std::size_t rows);

// What the rows weigh, each times its weight: the loss's slope, its curvature, and slope over
// residual, the weight that a reweighted least-squares step would give.
struct RowWeights {
  double* slopes;
  double* curvatures;
  double* reweighted;
};
void weigh(const LossShape& shape, const double* residuals, const double* weights, std::size_t rows,
           const RowWeights& result);

// First and second derivative by t of sum_i weights_i * loss(at_i + t * direction_i).
struct LineDerivatives {
  double slope = 0;
  double curvature = 0;
};
LineDerivatives along_line(const LossShape& shape, const double* at, const double* direction,
                           double t, const double* weights, std::size_t rows);

}  // namespace isoflop
