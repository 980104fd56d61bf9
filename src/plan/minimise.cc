#include "plan/minimise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isoflop {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr int kMostSteps = 200;  // bisection alone takes about 60
constexpr double kFirstReach = 0.125;
constexpr double kWiden = 8;

// One bracket of Chandrupatla's method: the root lies between a and b, c is the point before.
class Bracket {
 public:
  Bracket() = default;
  Bracket(double a, double fa, double b, double fb) : a_(b), fa_(fb), b_(a), fb_(fa) {
    c_ = b_;
    fc_ = fb_;
    open_ = true;
    settle();
    if (open_) next_ = middle();
  }

  [[nodiscard]] bool open() const { return open_; }
  // Where to look next; the root when there is nothing more to look at.
  [[nodiscard]] double next() const { return open_ ? next_ : best(); }
  [[nodiscard]] double best() const { return std::abs(fa_) < std::abs(fb_) ? a_ : b_; }

  void take(double f) {
    if ((f < 0) == (fa_ < 0)) {
      c_ = a_;
      fc_ = fa_;
    } else {
      c_ = b_;
      fc_ = fb_;
      b_ = a_;
      fb_ = fa_;
    }
    a_ = next_;
    fa_ = f;
    settle();
    if (!open_) return;
    const double share = inverse_quadratic();
    next_ = a_ + std::clamp(share, least_share_, 1 - least_share_) * (b_ - a_);
  }

 private:
  [[nodiscard]] double middle() const { return a_ + (b_ - a_) / 2; }
  void settle() {
    const double tolerance = 2 * kEpsilon * std::max(1.0, std::abs(best()));
    least_share_ = tolerance / std::abs(b_ - a_);
    if (fa_ == 0 || fb_ == 0 || !(least_share_ < 0.5)) open_ = false;
  }
  [[nodiscard]] double inverse_quadratic() const {
    const double xi = (a_ - b_) / (c_ - b_), phi = (fa_ - fb_) / (fc_ - fb_);
    if (!(phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)) return 0.5;
    return fa_ / (fb_ - fa_) * fc_ / (fb_ - fc_) +
           (c_ - a_) / (b_ - a_) * fa_ / (fc_ - fa_) * fb_ / (fc_ - fb_);
  }

  double a_ = 0, fa_ = 0, b_ = 0, fb_ = 0, c_ = 0, fc_ = 0;
  double next_ = 0, least_share_ = 0;
  bool open_ = false;
};

// Narrows all brackets by one of a point's numbers; rows whose bracket is closed stay where they
// are.
void narrow(std::vector<Bracket>& brackets, std::span<double> t, CurvePoints& points,
            std::vector<double> CurvePoints::* of, const Curves& curves) {
  for (int step = 0; step < kMostSteps; ++step) {
    bool open = false;
    for (std::size_t row = 0; row < brackets.size(); ++row) {
      open = open || brackets[row].open();
      if (brackets[row].open()) t[row] = brackets[row].next();
    }
    if (!open) return;
    curves(t, points);
    for (std::size_t row = 0; row < brackets.size(); ++row)
      if (brackets[row].open()) brackets[row].take((points.*of)[row]);
  }
}

// Looks at all rows at each of the points, from the low ends to the high ones, and hands what is
// there to `see`, with the number of the point.
void scan(
    std::span<const double> low, std::span<const double> high, std::size_t points,
    const Curves& curves,
    const std::function<void(std::size_t, std::span<const double>, const CurvePoints&)>& see) {
  const std::size_t rows = low.size();
  std::vector<double> t(rows);
  CurvePoints at(rows);
  for (std::size_t i = 0; i < points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(points - 1);
    for (std::size_t row = 0; row < rows; ++row)
      t[row] = i + 1 == points ? std::max(low[row], high[row])
                               : low[row] + share * std::max(0.0, high[row] - low[row]);
    curves(t, at);
    see(i, t, at);
  }
}

// Whether a minimum is nearer than another one, or lower where both are equally near.
bool is_better(double outside, double value, double other_outside, double other_value) {
  if (outside != other_outside) return outside < other_outside;
  return value < other_value;
}

// The ends of a scan.
struct Ends {
  CurvePoints low, high;
};

// The lower end is a minimum where the curve rises from it, the upper one where it falls to it. An
// end that is none is beaten by the bracket beside it; where there is no bracket, because a slope
// is flat or unknown, the lower one of the ends is the answer.
Minima best_ends(const Ends& ends, std::span<const double> low, std::span<const double> high) {
  const std::size_t rows = low.size();
  const auto rank = [](bool minimum, const CurvePoints& points, std::size_t row) {
    return minimum && std::isfinite(points.value[row]) ? points.outside[row] : kInfinite;
  };
  Minima best{{low.begin(), low.end()},
              ends.low.value,
              ends.low.outside,
              std::vector(rows, Position::kLow)};
  for (std::size_t row = 0; row < rows; ++row) {
    if (!(low[row] < high[row])) continue;
    best.outside[row] = rank(ends.low.slope[row] >= 0, ends.low, row);
    const double outside = rank(ends.high.slope[row] < 0, ends.high, row);
    if (!is_better(outside, ends.high.value[row], best.outside[row], ends.low.value[row])) continue;
    best.at[row] = high[row];
    best.value[row] = ends.high.value[row];
    best.outside[row] = outside;
    best.position[row] = Position::kHigh;
  }
  return best;
}

// Where the slope of a row turns from below 0 to above.
struct Turn {
  std::size_t row;
  std::size_t before;  // turns of the same row at lower points
  Bracket bracket;
};

}  // namespace

Minima minimise(std::span<const double> low, std::span<const double> high, std::size_t points,
                const Curves& curves) {
  const std::size_t rows = low.size();
  Ends ends{CurvePoints(rows), CurvePoints(rows)};
  std::vector<Turn> turns;
  std::vector<std::size_t> count(rows, 0);
  std::vector<double> t(rows), slope(rows);  // of the point before
  scan(low, high, points, curves,
       [&](std::size_t i, std::span<const double> here, const CurvePoints& at) {
         for (std::size_t row = 0; i > 0 && row < rows; ++row)
           if (slope[row] < 0 && at.slope[row] >= 0)
             turns.push_back({row, count[row]++, {t[row], slope[row], here[row], at.slope[row]}});
         std::ranges::copy(here, t.begin());
         std::ranges::copy(at.slope, slope.begin());
         if (i == 0) ends.low = at;
         if (i + 1 == points) ends.high = at;
       });
  Minima best = best_ends(ends, low, high);
  const std::size_t rounds = rows == 0 ? 0 : std::ranges::max(count);
  CurvePoints at(rows);
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<Bracket> brackets(rows);
    std::ranges::copy(low, t.begin());
    for (const Turn& turn : turns) {
      if (turn.before != round) continue;
      brackets[turn.row] = turn.bracket;
      t[turn.row] = turn.bracket.next();
    }
    narrow(brackets, t, at, &CurvePoints::slope, curves);
    for (std::size_t row = 0; row < rows; ++row)
      if (count[row] > round) t[row] = brackets[row].best();
    curves(t, at);
    for (std::size_t row = 0; row < rows; ++row) {
      if (count[row] <= round || !std::isfinite(at.value[row])) continue;
      if (is_better(best.outside[row], best.value[row], at.outside[row], at.value[row])) continue;
      best.at[row] = t[row];
      best.value[row] = at.value[row];
      best.outside[row] = at.outside[row];
      best.position[row] = Position::kInterior;
    }
  }
  return best;
}

bool minimise_near(std::span<const double> guess, std::span<const double> low,
                   std::span<const double> high, const Curves& curves, Minima& out) {
  const std::size_t rows = guess.size();
  std::vector<double> left(rows), right(rows);
  CurvePoints at_left(rows), at_right(rows);
  double reach = kFirstReach;
  for (int tries = 0;; ++tries, reach *= kWiden) {
    if (tries == 3) return false;
    for (std::size_t row = 0; row < rows; ++row) {
      left[row] = std::clamp(guess[row] - reach, low[row], std::max(low[row], high[row]));
      right[row] = std::clamp(guess[row] + reach, low[row], std::max(low[row], high[row]));
    }
    curves(left, at_left);
    curves(right, at_right);
    bool all = true;
    for (std::size_t row = 0; row < rows; ++row)
      all = all && ((at_left.slope[row] < 0 && at_right.slope[row] >= 0) ||
                    (right[row] >= high[row] && at_right.slope[row] < 0));
    if (all) break;
  }
  std::vector<Bracket> brackets(rows);
  std::vector<double> t = right;
  CurvePoints at(rows);
  out.position.assign(rows, Position::kHigh);
  for (std::size_t row = 0; row < rows; ++row) {
    if (at_right.slope[row] < 0) continue;
    brackets[row] = {left[row], at_left.slope[row], right[row], at_right.slope[row]};
    out.position[row] = Position::kInterior;
    t[row] = brackets[row].next();
  }
  narrow(brackets, t, at, &CurvePoints::slope, curves);
  for (std::size_t row = 0; row < rows; ++row)
    if (out.position[row] == Position::kInterior) t[row] = brackets[row].best();
  curves(t, at);
  out.at = std::move(t);
  out.value = std::move(at.value);
  out.outside = std::move(at.outside);
  return true;
}

Roots falling_roots(std::span<const double> low, std::span<const double> high, std::size_t points,
                    const Curves& curves) {
  const std::size_t rows = low.size();
  std::vector<Bracket> brackets(rows);
  Roots roots{{low.begin(), low.end()}, std::vector<bool>(rows, false)};
  std::vector<double>& t = roots.at;
  std::vector<double> lowest(rows, kInfinite), nearest(rows, kInfinite);
  std::vector<double> before(rows), value(rows);  // of the point before
  scan(low, high, points, curves,
       [&](std::size_t i, std::span<const double> here, const CurvePoints& at) {
         for (std::size_t row = 0; row < rows; ++row) {
           const bool falls = !(at.value[row] > 0) && (i == 0 || value[row] > 0);
           if (falls && at.outside[row] < nearest[row]) {
             nearest[row] = at.outside[row];
             roots.found[row] = i > 0;
             t[row] = here[row];
             if (i > 0) brackets[row] = {before[row], value[row], here[row], at.value[row]};
           } else if (!(nearest[row] < kInfinite) && at.value[row] <= lowest[row]) {
             t[row] = here[row];
           }
           lowest[row] = std::min(lowest[row], at.value[row]);
         }
         std::ranges::copy(here, before.begin());
         std::ranges::copy(at.value, value.begin());
       });
  for (std::size_t row = 0; row < rows; ++row)
    if (roots.found[row]) t[row] = brackets[row].next();
  CurvePoints at(rows);
  narrow(brackets, t, at, &CurvePoints::value, curves);
  for (std::size_t row = 0; row < rows; ++row)
    if (roots.found[row]) t[row] = brackets[row].best();
  return roots;
}

}  // namespace isoflop
