#include "kernel/sums.h"

#include <cmath>

// As in run.cc.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/sums.cc"
#include <hwy/foreach_target.h>
// foreach_target must come first.
#include <hwy/highway.h>

#include "kernel/run.h"

HWY_BEFORE_NAMESPACE();
namespace isoflop::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<double, kRowGroup>;
using Vector = hn::Vec<Tag>;

Vector number(double x) { return hn::Set(Tag(), x); }
Vector load(const double* from) { return hn::LoadU(Tag(), from); }
double total(Vector x) { return hn::GetLane(hn::SumOfLanes(Tag(), x)); }

// Sum of losses where no logarithm is needed.
double clipped_losses(const LossShape& shape, const double* residuals, const double* weights,
                      std::size_t rows) {
  const bool pointed = !(shape.width > 0);  // |r| itself
  const Vector half_rate = number(pointed ? 0 : 0.5 * shape.rate), width = number(shape.width);
  const bool bounded = std::isfinite(shape.width);
  const Vector tail = number(bounded ? shape.tail : 0),
               shift = number(bounded ? 0.5 * shape.width : 0);
  Vector sum = hn::Zero(Tag());
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag())) {
    const Vector r = load(residuals + i), w = load(weights + i), size = hn::Abs(r);
    const Vector inside = hn::Mul(hn::Mul(half_rate, r), r);
    const Vector outside = hn::Mul(tail, hn::Sub(size, shift));
    const Vector loss = hn::IfThenElse(hn::Le(size, width), inside, outside);
    sum = hn::Add(sum, hn::IfThenElseZero(hn::Gt(w, hn::Zero(Tag())), hn::Mul(w, loss)));
  }
  return total(sum);
}

void weigh_clipped(const LossShape& shape, const double* residuals, const double* weights,
                   std::size_t rows, const RowWeights& result) {
  const Tag d;
  const Vector rate = number(shape.rate), width = number(shape.width), tail = number(shape.tail);
  const Vector tiny = number(std::numeric_limits<double>::min());
  for (std::size_t i = 0; i < rows; i += hn::Lanes(d)) {
    const Vector r = load(residuals + i), w = load(weights + i), size = hn::Abs(r);
    const auto inside = hn::Le(size, width);
    const Vector steep = hn::IfThenElse(inside, rate, hn::Div(tail, hn::Max(size, tiny)));
    const Vector reweighted = hn::Mul(w, steep);
    hn::StoreU(reweighted, d, result.reweighted + i);
    hn::StoreU(hn::Mul(reweighted, r), d, result.slopes + i);
    hn::StoreU(hn::IfThenElseZero(inside, hn::Mul(w, rate)), d, result.curvatures + i);
  }
}

void weigh_cauchy(const LossShape& shape, const double* residuals, const double* weights,
                  std::size_t rows, const RowWeights& result) {
  const Tag d;
  const Vector inverse = number(1 / shape.delta), one = number(1), two = number(2);
  for (std::size_t i = 0; i < rows; i += hn::Lanes(d)) {
    const Vector r = load(residuals + i), w = load(weights + i);
    const Vector scaled = hn::Mul(r, inverse), q = hn::MulAdd(scaled, scaled, one);
    const Vector reweighted = hn::Div(w, q);
    hn::StoreU(reweighted, d, result.reweighted + i);
    hn::StoreU(hn::Mul(reweighted, r), d, result.slopes + i);
    hn::StoreU(hn::Mul(reweighted, hn::Div(hn::Sub(two, q), q)), d, result.curvatures + i);
  }
}

void weigh_on_target(const LossShape& shape, const double* residuals, const double* weights,
                     std::size_t rows, const RowWeights& result) {
  if (shape.cauchy)
    weigh_cauchy(shape, residuals, weights, rows, result);
  else
    weigh_clipped(shape, residuals, weights, rows, result);
}

// Two accumulators hide the latency of the additions.
double dot(const double* x, const double* y, std::size_t rows) {
  const std::size_t lanes = hn::Lanes(Tag());
  Vector even = hn::Zero(Tag()), odd = even;
  std::size_t i = 0;
  for (; i + 2 * lanes <= rows; i += 2 * lanes) {
    even = hn::MulAdd(load(x + i), load(y + i), even);
    odd = hn::MulAdd(load(x + i + lanes), load(y + i + lanes), odd);
  }
  for (; i < rows; i += lanes) even = hn::MulAdd(load(x + i), load(y + i), even);
  return total(hn::Add(even, odd));
}

void dots_on_target(const Columns& columns, const double* weights, double* sums) {
  for (std::size_t j = 0; j < columns.count; ++j)
    sums[j] += dot(columns.first + j * columns.stride, weights, columns.rows);
}

constexpr std::size_t kTile = 3;  // 9 sums and what they are made of fit 16 registers

// Where the sum of columns j and k stands in a packed triangle of `count` columns.
constexpr std::size_t place(std::size_t j, std::size_t k, std::size_t count) {
  return j * (2 * count - j + 1) / 2 + k - j;
}

// The products of Rows columns from j on with Others from k on: each number is loaded once for
// all of them. Where j = k, those of the triangle.
template <std::size_t Rows, std::size_t Others>
void products_of_tile(const Columns& columns, const double* weights, std::size_t j, std::size_t k,
                      double* sums) {
  const double *x = columns.first + j * columns.stride, *y = columns.first + k * columns.stride;
  const std::size_t stride = columns.stride;
  const bool diagonal = j == k;
  Vector tile[Rows][Others];
  for (auto& row : tile)
    for (Vector& sum : row) sum = hn::Zero(Tag());
  for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag())) {
    const Vector w = load(weights + i);
    Vector others[Others];
    for (std::size_t b = 0; b < Others; ++b) others[b] = load(y + b * stride + i);
    for (std::size_t a = 0; a < Rows; ++a) {
      const Vector weighted = hn::Mul(load(x + a * stride + i), w);
      for (std::size_t b = 0; b < Others; ++b)
        tile[a][b] = hn::MulAdd(weighted, others[b], tile[a][b]);
    }
  }
  for (std::size_t a = 0; a < Rows; ++a)
    for (std::size_t b = diagonal ? a : 0; b < Others; ++b)
      sums[place(j + a, k + b, columns.count)] += total(tile[a][b]);
}

template <std::size_t Rows>
void products_of_rows(const Columns& columns, const double* weights, std::size_t j, double* sums) {
  products_of_tile<Rows, Rows>(columns, weights, j, j, sums);
  std::size_t k = j + Rows;
  for (; k + kTile <= columns.count; k += kTile)
    products_of_tile<Rows, kTile>(columns, weights, j, k, sums);
  if (columns.count - k == 2) products_of_tile<Rows, 2>(columns, weights, j, k, sums);
  if (columns.count - k == 1) products_of_tile<Rows, 1>(columns, weights, j, k, sums);
}

void products_on_target(const Columns& columns, const double* weights, double* sums) {
  std::size_t j = 0;
  for (; j + kTile <= columns.count; j += kTile) products_of_rows<kTile>(columns, weights, j, sums);
  if (columns.count - j == 2) products_of_rows<2>(columns, weights, j, sums);
  if (columns.count - j == 1) products_of_rows<1>(columns, weights, j, sums);
}

void squares_on_target(const Columns& columns, const double* weights, double* squares) {
  for (std::size_t j = 0; j < columns.count; ++j) {
    const double* x = columns.first + j * columns.stride;
    Vector sum = hn::Zero(Tag());
    for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag())) {
      const Vector value = load(x + i);
      sum = hn::MulAdd(hn::Mul(value, load(weights + i)), value, sum);
    }
    squares[j] += total(sum);
  }
}

void largest_on_target(const Columns& columns, double* largest) {
  for (std::size_t j = 0; j < columns.count; ++j) {
    const double* x = columns.first + j * columns.stride;
    Vector most = number(largest[j]);
    for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag()))
      most = hn::Max(most, hn::Abs(load(x + i)));
    largest[j] = hn::GetLane(hn::MaxOfLanes(Tag(), most));
  }
}

void combine_on_target(const Columns& columns, const double* factors, const double* start,
                       double* result) {
  for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag())) {
    Vector sum = start == nullptr ? hn::Zero(Tag()) : load(start + i);
    const double* x = columns.first + i;
    for (std::size_t j = 0; j < columns.count; ++j, x += columns.stride)
      sum = hn::MulAdd(number(factors[j]), load(x), sum);
    hn::StoreU(sum, Tag(), result + i);
  }
}

LineDerivatives line_on_target(const LossShape& shape, const double* at, const double* direction,
                               double t, const double* weights, std::size_t rows) {
  const Vector step = number(t), rate = number(shape.rate), width = number(shape.width);
  const Vector tail = number(shape.tail), down = number(-shape.tail);
  const Vector inverse = number(1 / shape.delta), one = number(1), two = number(2);
  Vector slope = hn::Zero(Tag()), curvature = slope;
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag())) {
    const Vector along = load(direction + i), r = hn::MulAdd(step, along, load(at + i));
    const Vector weighted = hn::Mul(load(weights + i), along);
    if (shape.cauchy) {
      const Vector scaled = hn::Mul(r, inverse), q = hn::MulAdd(scaled, scaled, one);
      const Vector share = hn::Div(weighted, q);
      slope = hn::MulAdd(share, r, slope);
      curvature = hn::MulAdd(hn::Mul(share, hn::Div(hn::Sub(two, q), q)), along, curvature);
    } else {
      const Vector psi = hn::Min(hn::Max(hn::Mul(rate, r), down), tail);
      slope = hn::MulAdd(weighted, psi, slope);
      const auto inside = hn::Le(hn::Abs(r), width);
      curvature =
          hn::Add(curvature, hn::IfThenElseZero(inside, hn::Mul(hn::Mul(weighted, rate), along)));
    }
  }
  return {total(slope), total(curvature)};
}

}  // namespace
}  // namespace isoflop::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isoflop {

namespace {

// One logarithm a row: the value of this loss alone needs one.
double cauchy_losses(double delta, const double* residuals, const double* weights,
                     std::size_t rows) {
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double scaled = residuals[i] / delta;
    if (weights[i] > 0) sum += weights[i] * 0.5 * delta * delta * std::log1p(scaled * scaled);
  }
  return sum;
}

}  // namespace

HWY_EXPORT(clipped_losses);
HWY_EXPORT(weigh_on_target);
HWY_EXPORT(dots_on_target);
HWY_EXPORT(products_on_target);
HWY_EXPORT(squares_on_target);
HWY_EXPORT(largest_on_target);
HWY_EXPORT(combine_on_target);
HWY_EXPORT(line_on_target);

double sum_of_losses(const LossShape& shape, const double* residuals, const double* weights,
                     std::size_t rows) {
  if (shape.cauchy) return cauchy_losses(shape.delta, residuals, weights, rows);
  return HWY_DYNAMIC_DISPATCH(clipped_losses)(shape, residuals, weights, rows);
}

void weigh(const LossShape& shape, const double* residuals, const double* weights, std::size_t rows,
           const RowWeights& result) {
  HWY_DYNAMIC_DISPATCH(weigh_on_target)(shape, residuals, weights, rows, result);
}

void add_dots(const Columns& columns, const double* weights, double* sums) {
  HWY_DYNAMIC_DISPATCH(dots_on_target)(columns, weights, sums);
}

void add_products(const Columns& columns, const double* weights, double* sums) {
  HWY_DYNAMIC_DISPATCH(products_on_target)(columns, weights, sums);
}

void add_squares(const Columns& columns, const double* weights, double* squares) {
  HWY_DYNAMIC_DISPATCH(squares_on_target)(columns, weights, squares);
}

void add_largest(const Columns& columns, double* largest) {
  HWY_DYNAMIC_DISPATCH(largest_on_target)(columns, largest);
}

void combine(const Columns& columns, const double* factors, const double* start, double* result) {
  HWY_DYNAMIC_DISPATCH(combine_on_target)(columns, factors, start, result);
}

LineDerivatives along_line(const LossShape& shape, const double* at, const double* direction,
                           double t, const double* weights, std::size_t rows) {
  return HWY_DYNAMIC_DISPATCH(line_on_target)(shape, at, direction, t, weights, rows);
}

}  // namespace isoflop
#endif
