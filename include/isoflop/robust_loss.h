// Robust losses: how much a residual r counts in what a fit minimises (recipe.h).
//
//   huber:DELTA    r^2 / 2 where |r| <= delta, delta (|r| - delta/2) beyond; huber:auto finds delta
//   cauchy:DELTA   delta^2 / 2 ln(1 + (r/delta)^2)
//   mse            r^2 / 2
//   mae            |r|
//
// Each rho is even with rho(0) = 0 and, but for mae, rho'(0) = 0 and rho''(0) = 1: all agree on
// small residuals, and delta alone says what is small.
//
// When to choose what: huber is the field's choice (Hoffmann et al. 2022, arXiv:2203.15556, with
// 1e-3 and log residuals); runs beyond delta pull with a constant force, so a few bad ones move the
// fit little, and there is one answer for a law that is linear in its coefficients. mse is best
// where noise is normal and no run is bad. mae is huber with a delta below all residuals: a median.
// cauchy all but ignores runs far beyond delta: for tables with gross errors, at the price of more
// local optima.
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
  enum class Kind : std::uint8_t { kHuber, kCauchy, kSquare, kAbsolute };
  Kind kind = Kind::kHuber;
  double delta = 1e-3;  // in units of the residual; ignored by a kind that has none
  // A delta of Huber's loss that fit() replaces.
  static constexpr double kAutomatic = 0;
  [[nodiscard]] bool is_automatic() const { return kind == Kind::kHuber && delta == kAutomatic; }
};

struct LossKind {
  RobustLoss::Kind kind;
  std::string_view name;  // as in "huber:1e-3"
  bool has_delta;
  std::string_view help;
  [[nodiscard]] std::string text() const;  // "huber:DELTA"
};
// Every kind, in their order.
std::span<const LossKind> loss_kinds();
const LossKind& loss_kind(const RobustLoss& loss);

// Reads "huber:1e-3", "huber:auto", "mse", "mae", "cauchy:0.01"; without a number delta is the
// default. The error names what was expected.
Result<RobustLoss> parse_loss(std::string_view text);
// The text that parse_loss reads back to the same value.
std::string to_text(const RobustLoss& loss);
// What parse_loss reads: "huber:DELTA, cauchy:DELTA, mse or mae".
std::string loss_choices();

}  // namespace isoflop
