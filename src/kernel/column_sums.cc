#include "kernel/column_sums.h"

#include <algorithm>

// As in run.cc.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/column_sums.cc"
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

// What is kept in registers at once, sums and what they are made of: there are 32 with AVX-512, and
// 16 before it.
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
constexpr std::size_t kTriangle = 6;
#else
constexpr std::size_t kTriangle = 3;
#endif
constexpr std::size_t kTileWidth = 3;
constexpr std::size_t kColumnsAtOnce = 4;
constexpr std::size_t kFew = 8;

Vector number(double x) { return hn::Set(Tag(), x); }
Vector load(const double* from) { return hn::LoadU(Tag(), from); }
double total(Vector x) { return hn::GetLane(hn::SumOfLanes(Tag(), x)); }

// Calls `work` with the number as a constant of the type: 1 to Most.
template <std::size_t Most, class Work>
void with_constant(std::size_t number, const Work& work) {
  if constexpr (Most > 0) {
    if (number == Most) return work(std::integral_constant<std::size_t, Most>());
    with_constant<Most - 1>(number, work);
  }
}

// Two accumulators a column hide the latency of the additions.
template <std::size_t Count>
void dots_of(const ColumnBlock& columns, std::size_t j, const double* weights, double* sums) {
  const std::size_t lanes = hn::Lanes(Tag());
  const double* x = columns.first + j * columns.stride;
  Vector even[Count], odd[Count];
  for (std::size_t a = 0; a < Count; ++a) even[a] = odd[a] = hn::Zero(Tag());
  std::size_t i = 0;
  for (; i + 2 * lanes <= columns.rows; i += 2 * lanes) {
    const Vector w = load(weights + i), next = load(weights + i + lanes);
    for (std::size_t a = 0; a < Count; ++a) {
      even[a] = hn::MulAdd(load(x + a * columns.stride + i), w, even[a]);
      odd[a] = hn::MulAdd(load(x + a * columns.stride + i + lanes), next, odd[a]);
    }
  }
  for (; i < columns.rows; i += lanes)
    for (std::size_t a = 0; a < Count; ++a)
      even[a] = hn::MulAdd(load(x + a * columns.stride + i), load(weights + i), even[a]);
  for (std::size_t a = 0; a < Count; ++a) sums[j + a] += total(hn::Add(even[a], odd[a]));
}

// Calls `work` for columns that are worked on together: the first one, and how many.
template <class Work>
void by_columns(const ColumnBlock& columns, const Work& work) {
  for (std::size_t j = 0; j < columns.count; j += kColumnsAtOnce)
    with_constant<kColumnsAtOnce>(std::min(kColumnsAtOnce, columns.count - j),
                                  [&](auto count) { work(j, count); });
}

void dots_on_target(const ColumnBlock& columns, const double* weights, double* sums) {
  by_columns(columns,
             [&](std::size_t j, auto count) { dots_of<count()>(columns, j, weights, sums); });
}

// Where the sum of columns j and k stands in a packed triangle of `count` columns.
constexpr std::size_t place(std::size_t j, std::size_t k, std::size_t count) {
  return j * (2 * count - j + 1) / 2 + k - j;
}

// The products of Count columns from j on with each other.
template <std::size_t Count>
void products_of_triangle(const ColumnBlock& columns, const double* weights, std::size_t j,
                          double* sums) {
  const double* x = columns.first + j * columns.stride;
  Vector triangle[Count][Count];
  for (std::size_t a = 0; a < Count; ++a)
    for (std::size_t b = a; b < Count; ++b) triangle[a][b] = hn::Zero(Tag());
  for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag())) {
    const Vector w = load(weights + i);
    Vector values[Count];
    for (std::size_t a = 0; a < Count; ++a) values[a] = load(x + a * columns.stride + i);
    for (std::size_t a = 0; a < Count; ++a) {
      const Vector weighted = hn::Mul(values[a], w);
      for (std::size_t b = a; b < Count; ++b)
        triangle[a][b] = hn::MulAdd(weighted, values[b], triangle[a][b]);
    }
  }
  for (std::size_t a = 0; a < Count; ++a)
    for (std::size_t b = a; b < Count; ++b)
      sums[place(j + a, j + b, columns.count)] += total(triangle[a][b]);
}

// The products of Rows columns from j on with Others from k on: each number is loaded once for
// all of them.
template <std::size_t Rows, std::size_t Others>
void products_of_tile(const ColumnBlock& columns, const double* weights, std::size_t j,
                      std::size_t k, double* sums) {
  const double *x = columns.first + j * columns.stride, *y = columns.first + k * columns.stride;
  const std::size_t stride = columns.stride;
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
    for (std::size_t b = 0; b < Others; ++b)
      sums[place(j + a, k + b, columns.count)] += total(tile[a][b]);
}

void products_on_target(const ColumnBlock& columns, const double* weights, double* sums) {
  for (std::size_t j = 0; j < columns.count; j += kTriangle)
    with_constant<kTriangle>(std::min(kTriangle, columns.count - j), [&](auto count) {
      products_of_triangle<count()>(columns, weights, j, sums);
      for (std::size_t k = j + count(); k < columns.count; k += kTileWidth)
        with_constant<kTileWidth>(std::min(kTileWidth, columns.count - k), [&](auto others) {
          products_of_tile<count(), others()>(columns, weights, j, k, sums);
        });
    });
}

void squares_on_target(const ColumnBlock& columns, const double* weights, double* squares) {
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

template <std::size_t Count>
void largest_of(const ColumnBlock& columns, std::size_t j, double* largest) {
  const double* x = columns.first + j * columns.stride;
  Vector most[Count];
  for (std::size_t a = 0; a < Count; ++a) most[a] = number(largest[j + a]);
  for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag()))
    for (std::size_t a = 0; a < Count; ++a)
      most[a] = hn::Max(most[a], hn::Abs(load(x + a * columns.stride + i)));
  for (std::size_t a = 0; a < Count; ++a)
    largest[j + a] = hn::GetLane(hn::MaxOfLanes(Tag(), most[a]));
}

void largest_on_target(const ColumnBlock& columns, double* largest) {
  by_columns(columns, [&](std::size_t j, auto count) { largest_of<count()>(columns, j, largest); });
}

void multiply_on_target(const double* x, const double* y, std::size_t rows, double* result) {
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag()))
    hn::StoreU(hn::Mul(load(x + i), load(y + i)), Tag(), result + i);
}

Vector combination(const ColumnBlock& columns, const double* factors, std::size_t row, Vector sum) {
  const double* x = columns.first + row;
  for (std::size_t j = 0; j < columns.count; ++j, x += columns.stride)
    sum = hn::MulAdd(number(factors[j]), load(x), sum);
  return sum;
}

void combine_on_target(const ColumnBlock& columns, const double* factors, const double* start,
                       double* result) {
  for (std::size_t i = 0; i < columns.rows; i += hn::Lanes(Tag())) {
    const Vector sum = start == nullptr ? hn::Zero(Tag()) : load(start + i);
    hn::StoreU(combination(columns, factors, i, sum), Tag(), result + i);
  }
}

template <class Count>
void curvature_of(const Path& path, const double* weights, double* result, Count count) {
  const Vector zero = hn::Zero(Tag());
  for (std::size_t i = 0; i < path.first.rows; i += hn::Lanes(Tag())) {
    Vector slope = zero, accelerated = zero;
    for (std::size_t j = 0; j < count; ++j) {
      const Vector x = load(path.first.first + j * path.first.stride + i);
      slope = hn::MulAdd(x, number(path.velocity[j]), slope);
      accelerated = hn::MulAdd(x, number(path.acceleration[j]), accelerated);
    }
    Vector sum = combination(path.second, path.factors, i, zero);
    if (path.inverse != nullptr)
      sum = hn::MulSub(sum, load(path.inverse + i), hn::Mul(slope, slope));
    sum = hn::Add(sum, accelerated);
    hn::StoreU(hn::Mul(sum, load(weights + i)), Tag(), result + i);
  }
}

// Few coefficients are the rule, and for a few a loop costs more than what it does.
void curvature_on_target(const Path& path, const double* weights, double* result) {
  const std::size_t count = path.first.count;
  if (count > kFew) return curvature_of(path, weights, result, count);
  with_constant<kFew>(count, [&](auto few) { curvature_of(path, weights, result, few); });
}

}  // namespace
}  // namespace isoflop::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isoflop {

HWY_EXPORT(dots_on_target);
HWY_EXPORT(products_on_target);
HWY_EXPORT(squares_on_target);
HWY_EXPORT(largest_on_target);
HWY_EXPORT(multiply_on_target);
HWY_EXPORT(combine_on_target);
HWY_EXPORT(curvature_on_target);

void add_dots(const ColumnBlock& columns, const double* weights, double* sums) {
  HWY_DYNAMIC_DISPATCH(dots_on_target)(columns, weights, sums);
}

void add_products(const ColumnBlock& columns, const double* weights, double* sums) {
  HWY_DYNAMIC_DISPATCH(products_on_target)(columns, weights, sums);
}

void add_squares(const ColumnBlock& columns, const double* weights, double* squares) {
  HWY_DYNAMIC_DISPATCH(squares_on_target)(columns, weights, squares);
}

void add_largest(const ColumnBlock& columns, double* largest) {
  HWY_DYNAMIC_DISPATCH(largest_on_target)(columns, largest);
}

void multiply(const double* x, const double* y, std::size_t rows, double* result) {
  HWY_DYNAMIC_DISPATCH(multiply_on_target)(x, y, rows, result);
}

void combine(const ColumnBlock& columns, const double* factors, const double* start,
             double* result) {
  HWY_DYNAMIC_DISPATCH(combine_on_target)(columns, factors, start, result);
}

void weighted_curvature(const Path& path, const double* weights, double* result) {
  HWY_DYNAMIC_DISPATCH(curvature_on_target)(path, weights, result);
}

}  // namespace isoflop
#endif
