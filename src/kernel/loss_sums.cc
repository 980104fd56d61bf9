#include "kernel/loss_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

// A loss has two functions of a vector of rows: `value`, rho(r), and `weigh`, what weigh() makes of
// the rows. One whose value needs a scalar function has it at the end of this file instead.
struct Weighed {
  Vector reweighted;  // w psi(r) / r
  Vector curvature;   // w rho''(r)
};

// mse, huber, mae and quantiles before their sides are weighed: near 0 a parabola of curvature
// `rate`. The slope is rate * r within +-width, and +-tail beyond (mse: both are infinite; mae:
// width 0).
struct Clipped {
  explicit Clipped(const WidenedLoss& of) {
    if (of.loss.kind == RobustLoss::Kind::kSquare) return;
    const bool huber = of.loss.kind == RobustLoss::Kind::kHuber;
    tail = huber ? of.loss.delta : 1;
    width = huber ? std::max(of.width, of.loss.delta) : of.width;
    rate = tail / width;
  }

  HWY_INLINE Vector value(Vector r) const {
    const bool pointed = !(width > 0);  // |r| itself
    const bool bounded = std::isfinite(width);
    const Vector size = hn::Abs(r);
    const Vector inside = hn::Mul(hn::Mul(number(pointed ? 0 : 0.5 * rate), r), r);
    const Vector outside =
        hn::Mul(number(bounded ? tail : 0), hn::Sub(size, number(bounded ? 0.5 * width : 0)));
    return hn::IfThenElse(hn::Le(size, number(width)), inside, outside);
  }

  HWY_INLINE Weighed weigh(Vector w, Vector r) const {
    const Vector size = hn::Abs(r);
    const auto inside = hn::Le(size, number(width));
    const Vector tiny = number(std::numeric_limits<double>::min());
    const Vector steep =
        hn::IfThenElse(inside, number(rate), hn::Div(number(tail), hn::Max(size, tiny)));
    return {hn::Mul(w, steep), hn::IfThenElseZero(inside, hn::Mul(w, number(rate)))};
  }

  double rate = 1;
  double width = std::numeric_limits<double>::infinity();
  double tail = std::numeric_limits<double>::infinity();
};

// Other weights on either side of 0.
struct Skewed {
  explicit Skewed(const WidenedLoss& of)
      : form(of), over(of.loss.over_weight()), under(of.loss.under_weight()) {}

  HWY_INLINE Vector side(Vector r) const {
    return hn::IfThenElse(hn::Gt(r, hn::Zero(Tag())), number(over), number(under));
  }
  HWY_INLINE Vector value(Vector r) const { return hn::Mul(side(r), form.value(r)); }
  HWY_INLINE Weighed weigh(Vector w, Vector r) const { return form.weigh(hn::Mul(w, side(r)), r); }

  Clipped form;
  double over, under;
};

struct Cauchy {
  explicit Cauchy(const WidenedLoss& of) : inverse(1 / of.loss.delta) {}

  HWY_INLINE Weighed weigh(Vector w, Vector r) const {
    const Vector scaled = hn::Mul(r, number(inverse)), q = hn::MulAdd(scaled, scaled, number(1));
    const Vector reweighted = hn::Div(w, q);
    return {reweighted, hn::Mul(reweighted, hn::Div(hn::Sub(number(2), q), q))};
  }

  double inverse;
};

// Calls `use` with the loss in its form above.
template <class Use>
auto with_form(const WidenedLoss& loss, const Use& use) {
  if (loss.loss.over_weight() != 1 || loss.loss.under_weight() != 1) return use(Skewed(loss));
  switch (loss.loss.kind) {
    case RobustLoss::Kind::kCauchy:
      return use(Cauchy(loss));
    case RobustLoss::Kind::kHuber:
    case RobustLoss::Kind::kSquare:
    case RobustLoss::Kind::kAbsolute:
    case RobustLoss::Kind::kQuantile:
      break;
  }
  return use(Clipped(loss));
}

template <class Form>
double sum(Form form, const double* residuals, const double* weights, std::size_t rows) {
  Vector sum = hn::Zero(Tag());
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag())) {
    const Vector r = load(residuals + i), w = load(weights + i);
    const Vector loss = hn::Mul(w, form.value(r));
    sum = hn::Add(sum, hn::IfThenElseZero(hn::Gt(w, hn::Zero(Tag())), loss));
  }
  return total(sum);
}

double sum_on_target(const RobustLoss& loss, const double* residuals, const double* weights,
                     std::size_t rows) {
  return with_form({loss}, [&](auto form) -> double {
    if constexpr (requires { form.value(load(residuals)); })
      return sum(form, residuals, weights, rows);
    else
      return 0;  // its value is at the end of this file
  });
}

template <class Form>
void weigh_rows(Form form, const double* residuals, const double* weights, std::size_t rows,
                const RowWeights& result) {
  const Tag d;
  for (std::size_t i = 0; i < rows; i += hn::Lanes(d)) {
    const Vector r = load(residuals + i);
    const Weighed weighed = form.weigh(load(weights + i), r);
    hn::StoreU(weighed.reweighted, d, result.reweighted + i);
    hn::StoreU(hn::Mul(weighed.reweighted, r), d, result.slopes + i);
    hn::StoreU(weighed.curvature, d, result.curvatures + i);
  }
}

void weigh_on_target(const WidenedLoss& loss, const double* residuals, const double* weights,
                     std::size_t rows, const RowWeights& result) {
  with_form(loss, [&](auto form) { weigh_rows(form, residuals, weights, rows, result); });
}

template <class Form>
LineDerivatives line(Form form, const double* at, const double* direction, double t,
                     const double* weights, std::size_t rows) {
  const Vector step = number(t);
  Vector slope = hn::Zero(Tag()), curvature = slope;
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag())) {
    const Vector along = load(direction + i), r = hn::MulAdd(step, along, load(at + i));
    const Weighed weighed = form.weigh(hn::Mul(load(weights + i), along), r);
    slope = hn::MulAdd(weighed.reweighted, r, slope);
    curvature = hn::MulAdd(weighed.curvature, along, curvature);
  }
  return {total(slope), total(curvature)};
}

// Without a division a row.
LineDerivatives line(Clipped form, const double* at, const double* direction, double t,
                     const double* weights, std::size_t rows) {
  const Vector step = number(t), rate = number(form.rate), width = number(form.width);
  const Vector tail = number(form.tail), down = number(-form.tail);
  Vector slope = hn::Zero(Tag()), curvature = slope;
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag())) {
    const Vector along = load(direction + i), r = hn::MulAdd(step, along, load(at + i));
    const Vector weighted = hn::Mul(load(weights + i), along);
    const Vector psi = hn::Min(hn::Max(hn::Mul(rate, r), down), tail);
    slope = hn::MulAdd(weighted, psi, slope);
    const auto inside = hn::Le(hn::Abs(r), width);
    curvature =
        hn::Add(curvature, hn::IfThenElseZero(inside, hn::Mul(hn::Mul(weighted, rate), along)));
  }
  return {total(slope), total(curvature)};
}

LineDerivatives line_on_target(const WidenedLoss& loss, const double* at, const double* direction,
                               double t, const double* weights, std::size_t rows) {
  return with_form(loss, [&](auto form) { return line(form, at, direction, t, weights, rows); });
}

double crossing_on_target(const double* at, const double* direction, double low, double high,
                          double wanted, std::size_t rows) {
  const Vector least = number(low), most = number(high), target = number(wanted);
  Vector off = number(std::numeric_limits<double>::infinity()), nearest = target;
  for (std::size_t i = 0; i < rows; i += hn::Lanes(Tag())) {
    // Not a number where neither moves, which is between no two numbers.
    const Vector crossing = hn::Div(hn::Neg(load(at + i)), load(direction + i));
    const Vector distance = hn::Abs(hn::Sub(crossing, target));
    const auto nearer =
        hn::And(hn::And(hn::Gt(crossing, least), hn::Lt(crossing, most)), hn::Lt(distance, off));
    off = hn::IfThenElse(nearer, distance, off);
    nearest = hn::IfThenElse(nearer, crossing, nearest);
  }
  alignas(64) double offs[hn::MaxLanes(Tag())], found[hn::MaxLanes(Tag())];
  hn::Store(off, Tag(), offs);
  hn::Store(nearest, Tag(), found);
  return found[std::min_element(offs, offs + hn::Lanes(Tag())) - offs];
}

}  // namespace
}  // namespace isoflop::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isoflop {

namespace {

// One logarithm a row.
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

HWY_EXPORT(sum_on_target);
HWY_EXPORT(weigh_on_target);
HWY_EXPORT(line_on_target);
HWY_EXPORT(crossing_on_target);

double sum_of_losses(const RobustLoss& loss, const double* residuals, const double* weights,
                     std::size_t rows) {
  if (loss.kind == RobustLoss::Kind::kCauchy)
    return cauchy_losses(loss.delta, residuals, weights, rows);
  return HWY_DYNAMIC_DISPATCH(sum_on_target)(loss, residuals, weights, rows);
}

void weigh(const WidenedLoss& loss, const double* residuals, const double* weights,
           std::size_t rows, const RowWeights& result) {
  HWY_DYNAMIC_DISPATCH(weigh_on_target)(loss, residuals, weights, rows, result);
}

LineDerivatives along_line(const WidenedLoss& loss, const double* at, const double* direction,
                           double t, const double* weights, std::size_t rows) {
  return HWY_DYNAMIC_DISPATCH(line_on_target)(loss, at, direction, t, weights, rows);
}

double nearest_crossing(const double* at, const double* direction, double low, double high,
                        double wanted, std::size_t rows) {
  return HWY_DYNAMIC_DISPATCH(crossing_on_target)(at, direction, low, high, wanted, rows);
}

}  // namespace isoflop
#endif
