// Sums over rows of a robust loss of their residuals, and what the loss makes of each row. In
// vectors, like run.h; without a transcendental, but for the value of the Cauchy loss.
//
// Every array holds a multiple of kRowGroup rows; rows that only pad have the weight 0. Sums are
// taken in one order on one machine, whatever the thread.
#pragma once

#include <cstddef>

#include "isoflop/robust_loss.h"

namespace isoflop {

// sum_i weights_i * rho(residuals_i).
double sum_of_losses(const RobustLoss& loss, const double* residuals, const double* weights,
                     std::size_t rows);

// A loss whose zone around 0, where it is a parabola, is at least +-width, with the slope beyond it
// as it is: mae has none of its own, huber one of +-delta. Other losses stay as they are.
struct WidenedLoss {
  RobustLoss loss;
  double width = 0;
};

// Of each row, times its weight: slope psi = rho', curvature rho'', and psi(r)/r, the weight of the
// row in a step of reweighted least squares.
struct RowWeights {
  double* slopes;
  double* curvatures;
  double* reweighted;
};
void weigh(const WidenedLoss& loss, const double* residuals, const double* weights,
           std::size_t rows, const RowWeights& result);

// First and second derivative by t of sum_i weights_i * rho(at_i + t * direction_i).
struct LineDerivatives {
  double slope = 0;
  double curvature = 0;
};
LineDerivatives along_line(const WidenedLoss& loss, const double* at, const double* direction,
                           double t, const double* weights, std::size_t rows);

// The t between low and high, and nearest to `wanted`, at which some at_i + t * direction_i is 0;
// `wanted` where there is none.
double nearest_crossing(const double* at, const double* direction, double low, double high,
                        double wanted, std::size_t rows);

}  // namespace isoflop
