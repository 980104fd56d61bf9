// Minima of many curves at once, by the roots of their exact slopes.
//
// Each row is a curve of its own over one variable t. A scan finds where slopes turn from falling
// to rising; each such bracket is narrowed by Chandrupatla's method (1997, "A new hybrid
// quadratic/bisection algorithm", Adv. Eng. Software 28:145), which halves where interpolation does
// not help and so ends at a kink as surely as at a root; the lowest of these and of the ends is the
// answer. Rows never mix: what a row gets does not depend on its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace isoflop {

// Where in its range a minimum lies: between the ends, or at one of them.
enum class Position : std::uint8_t { kInterior, kLow, kHigh };

// Values and slopes at one t for each row. A point that is not allowed has an infinite value and a
// slope of 1, if it lies beyond those that are.
using Curves = std::function<void(std::span<const double> t, std::span<double> value,
                                  std::span<double> slope)>;

struct Minima {
  std::vector<double> at, value;
  std::vector<Position> position;
};

// Over [low, high] of each row, from `points` (2 or more) evenly spaced ones. Where low is not
// below high the answer is low.
Minima minimise(std::span<const double> low, std::span<const double> high, std::size_t points,
                const Curves& curves);

// The same near a guess, where the minimum is known to be the one near it, as after a small change
// of the curves. False, with nothing written, where a row has no bracket near.
bool minimise_near(std::span<const double> guess, std::span<const double> low,
                   std::span<const double> high, const Curves& curves, Minima& out);

// Roots of falling functions, one a row: `low` where it is not above 0 there, `high` where it is
// not below 0 there.
using Functions = std::function<void(std::span<const double> t, std::span<double> value)>;
std::vector<double> falling_roots(std::span<const double> low, std::span<const double> high,
                                  const Functions& functions);

}  // namespace isoflop
