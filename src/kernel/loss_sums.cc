#include "kernel/loss_sums.h"

#include <cmath>

// As in run.cc.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/loss_sums.cc"
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

LineDerivatives along_line(const LossShape& shape, const double* at, const double* direction,
                           double t, const double* weights, std::size_t rows) {
  return HWY_DYNAMIC_DISPATCH(line_on_target)(shape, at, direction, t, weights, rows);
}

}  // namespace isoflop
#endif
