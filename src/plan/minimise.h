// Minima of many curves at once, by the roots of their exact slopes.
//
// Each row is a curve of its own over one variable t. A scan finds where slopes turn from falling
// to rising; each such bracket is narrowed by Chandrupatla's method (1997, "A new hybrid
// quadratic/bisection algorithm", Adv. Eng. Software 28:145), which halves where interpolation does
// not help and so ends at a kink as surely as at a root. The answer is the nearest of these minima,
// and of the ends that are minima, to where a curve is trusted; of several there, the lowest.
//
// Nearest rather than followed from a point that is trusted: a descent from there may leave all
// minima behind where the curve falls for good beyond a maximum, though one is near; and a point
// that is followed from budget to budget depends on the way. Rows never mix: what a row gets does
// not depend on its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace isoflop {

// Where in its range a minimum lies: between the ends, or at one of them.
enum class Position : std::uint8_t { kInterior, kLow, kHigh };

// Of each row at one t. A point that is not allowed has an infinite value and a slope of 1, if it
// lies beyond those that are.
struct CurvePoints {
  std::vector<double> value, slope;
  std::vector<double> outside;  // distance from where the curve is trusted; 0 there

  explicit CurvePoints(std::size_t rows) : value(rows), slope(rows), outside(rows) {}
};
using Curves = std::function<void(std::span<const double> t, CurvePoints& points)>;

struct Minima {
  std::vector<double> at, value, outside;
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

// Where values fall to 0, one t a row, by a scan of `points` (2 or more) evenly spaced ones; slopes
// are not looked at. `low` is one where the value is not above 0 there. The answer is the nearest
// to where a curve is trusted; of several there, the first. Where no value falls to 0, the last
// point of the lowest one.
struct Roots {
  std::vector<double> at;
  std::vector<bool> found;  // whether the value falls to 0 there from above
};
Roots falling_roots(std::span<const double> low, std::span<const double> high, std::size_t points,
                    const Curves& curves);

}  // namespace isoflop
