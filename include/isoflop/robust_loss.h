// Robust losses: how much a residual r counts in what a fit minimises (recipe.h).
//
//   huber:DELTA    r^2 / 2 where |r| <= delta, delta (|r| - delta/2) beyond; huber:auto finds delta
//   cauchy:DELTA   delta^2 / 2 ln(1 + (r/delta)^2)
//   mse            r^2 / 2
//   mae            |r|
//   quantile:Q     (1 - Q) r where r > 0, -Q r elsewhere
//
//   huber:DELTA,over=K   K times huber:DELTA where r > 0, an over-prediction; as it is elsewhere
//
// The first four are even with rho(0) = 0 and, but for mae, rho'(0) = 0 and rho''(0) = 1: all agree
// on small residuals, and delta alone says what is small.
//
// When to choose what: huber is the field's choice (Hoffmann et al. 2022, arXiv:2203.15556, with
// 1e-3 and log residuals); runs beyond delta pull with a constant force, so a few bad ones move the
// fit little, and there is one answer for a law that is linear in its coefficients. mse is best
// where noise is normal and no run is bad. mae is huber with a delta below all residuals: a median.
// cauchy all but ignores runs far beyond delta: for tables with gross errors, at the price of more
// local optima.
//
// The asymmetric ones are not about the middle of the runs. quantile:0.1 is the law that a tenth of
// the runs lie below (Koenker and Bassett 1978, Econometrica 46:33): a lower envelope, what a
// budget gives when a run goes well; quantile:0.5 is half of mae. huber:DELTA,over=K is an
// M-quantile (Breckling and Chambers 1988, Biometrika 75:761) of the order 1/(1 + K): for a delta
// below all residuals it is the quantile of that order, and for a large one an expectile, to which
// the size of a residual matters. Absolute values with K = 10 are the default of
// kyo-takano/chinchilla, which is quantile:1/11.
//
// huber:auto is for noise that is not known: delta is 1.345 times a robust scale of the residuals,
// where Huber's loss is 95 % as efficient as squares under normal noise, and nearly so under noise
// with outliers (Huber 1981, "Robust statistics"). fit() fits twice more for it, and the recipe of
// its result has the delta that it came to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

struct RobustLoss {
  enum class Kind : std::uint8_t { kHuber, kCauchy, kSquare, kAbsolute, kQuantile };
  Kind kind = Kind::kHuber;
  double delta = 1e-3;  // in units of the residual; ignored by a kind that has none
  double level = 0.5;   // kQuantile: the share of the runs that is to lie below the law
  double over = 1;      // kHuber: what an over-prediction weighs, in under-predictions
  // A delta of Huber's loss that fit() replaces.
  static constexpr double kAutomatic = 0;
  [[nodiscard]] bool is_automatic() const { return kind == Kind::kHuber && delta == kAutomatic; }
  // Slopes are constant on either side of 0, so that all curvature is there.
  [[nodiscard]] bool is_pointed() const {
    return kind == Kind::kAbsolute || kind == Kind::kQuantile;
  }
  // What multiplies |r| or the like on either side of 0: of r > 0, and of r < 0.
  [[nodiscard]] double over_weight() const {
    return kind == Kind::kQuantile ? 1 - level : kind == Kind::kHuber ? over : 1;
  }
  [[nodiscard]] double under_weight() const { return kind == Kind::kQuantile ? level : 1; }
  [[nodiscard]] bool is_symmetric() const { return over_weight() == under_weight(); }
};

struct LossKind {
  RobustLoss::Kind kind;
  std::string_view name;       // as in "huber:1e-3"
  std::string_view parameter;  // what stands after its colon: "DELTA", "Q", or "" for nothing
  std::string_view help;
  [[nodiscard]] bool has_delta() const { return parameter == "DELTA"; }
  [[nodiscard]] std::string text() const;  // "huber:DELTA"
};
// Every kind, in their order.
std::span<const LossKind> loss_kinds();
const LossKind& loss_kind(const RobustLoss& loss);

// Reads "huber:1e-3", "huber:auto", "huber:1e-3,over=10", "mse", "mae", "cauchy:0.01",
// "quantile:0.1"; without a number delta is the default. The error names what was expected.
Result<RobustLoss> parse_loss(std::string_view text);
// The text that parse_loss reads back to the same value.
std::string to_text(const RobustLoss& loss);
// What parse_loss reads: "huber:DELTA, cauchy:DELTA, mse, mae or quantile:Q".
std::string loss_choices();

}  // namespace isoflop
