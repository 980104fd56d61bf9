// Sums over the rows of columns, as a step of a fit needs them: gradients, products of columns. In
// vectors, like run.h; rows and sums as in loss_sums.h.
#pragma once

#include <cstddef>

namespace isoflop {

// ColumnBlock of `rows` rows, `stride` apart.
struct ColumnBlock {
  const double* first = nullptr;
  std::size_t count = 0;
  std::size_t stride = 0;
  std::size_t rows = 0;
};

// sums_j += sum_i weights_i * c_ij.
void add_dots(const ColumnBlock& columns, const double* weights, double* sums);
// sums += sum_i weights_i * c_ij * c_ik for j <= k, in the order (0,0), (0,1) ... (1,1), (1,2) ...
void add_products(const ColumnBlock& columns, const double* weights, double* sums);
// squares_j += sum_i weights_i * c_ij^2.
void add_squares(const ColumnBlock& columns, const double* weights, double* squares);
// largest_j becomes at least max_i |c_ij|.
void add_largest(const ColumnBlock& columns, double* largest);
// result_i = x_i * y_i; it may be one of them.
void multiply(const double* x, const double* y, std::size_t rows, double* result);
// result_i = start_i + sum_j factors_j * c_ij; without `start` that is 0.
void combine(const ColumnBlock& columns, const double* factors, const double* start,
             double* result);

// A path through coefficients on which rows change: columns of their derivatives by coefficients.
struct Path {
  ColumnBlock first;                 // d row / d coefficient
  ColumnBlock second;                // second derivatives that are not 0, of the rows
  const double* inverse = nullptr;   // or of exp(rows), this being 1 / exp(rows)
  const double* velocity = nullptr;  // of coefficients, by columns of `first`
  const double* acceleration = nullptr;
  const double* factors = nullptr;  // products of velocities, by columns of `second`
};
// result_i = weights_i * second derivative of row i along the path.
void weighted_curvature(const Path& path, const double* weights, double* result);

}  // namespace isoflop
