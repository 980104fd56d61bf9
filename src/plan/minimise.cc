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

// A scan: every row at every point, point by point.
struct Scan {
  std::vector<std::vector<double>> t;
  std::vector<CurvePoints> points;
};

Scan scan(std::span<const double> low, std::span<const double> high, std::size_t points,
          const Curves& curves) {
  const std::size_t rows = low.size();
  Scan found{std::vector(points, std::vector<double>(rows)),
             std::vector(points, CurvePoints(rows))};
  for (std::size_t i = 0; i < points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(points - 1);
    for (std::size_t row = 0; row < rows; ++row)
      found.t[i][row] = i + 1 == points ? std::max(low[row], high[row])
                                        : low[row] + share * std::max(0.0, high[row] - low[row]);
    curves(found.t[i], found.points[i]);
  }
  return found;
}

// Whether a minimum is nearer than another one, or lower where both are equally near.
bool is_better(double outside, double value, double other_outside, double other_value) {
  if (outside != other_outside) return outside < other_outside;
  return value < other_value;
}

// The lower end is a minimum where the curve rises from it, the upper one where it falls to it. An
// end that is none is beaten by the bracket beside it; where there is no bracket, because a slope
// is flat or unknown, the lower one of the ends is the answer.
Minima best_ends(const Scan& found, std::span<const double> low, std::span<const double> high) {
  const std::size_t rows = low.size();
  const CurvePoints &first = found.points.front(), &last = found.points.back();
  const auto rank = [](bool minimum, const CurvePoints& points, std::size_t row) {
    return minimum && std::isfinite(points.value[row]) ? points.outside[row] : kInfinite;
  };
  Minima best{found.t.front(), first.value, first.outside,
              std::vector<Position>(rows, Position::kLow)};
  for (std::size_t row = 0; row < rows; ++row) {
    if (!(low[row] < high[row])) continue;
    best.outside[row] = rank(first.slope[row] >= 0, first, row);
    const double outside = rank(last.slope[row] < 0, last, row);
    if (!is_better(outside, last.value[row], best.outside[row], first.value[row])) continue;
    best.at[row] = found.t.back()[row];
    best.value[row] = last.value[row];
    best.outside[row] = outside;
    best.position[row] = Position::kHigh;
  }
  return best;
}

}  // namespace

Minima minimise(std::span<const double> low, std::span<const double> high, std::size_t points,
                const Curves& curves) {
  const std::size_t rows = low.size();
  const Scan found = scan(low, high, points, curves);
  Minima best = best_ends(found, low, high);
  std::vector<std::size_t> next(rows, 1);  // where each row's search for its next bracket resumes
  std::vector<double> t(rows);
  CurvePoints at(rows);
  for (;;) {
    std::vector<Bracket> brackets(rows);
    std::vector<bool> has(rows, false);
    bool any = false;
    for (std::size_t row = 0; row < rows; ++row) {
      t[row] = found.t[0][row];
      for (std::size_t& i = next[row]; i < points && !has[row]; ++i) {
        const double before = found.points[i - 1].slope[row], after = found.points[i].slope[row];
        if (!(before < 0 && after >= 0)) continue;
        brackets[row] = {found.t[i - 1][row], before, found.t[i][row], after};
        has[row] = any = true;
        t[row] = brackets[row].next();
      }
    }
    if (!any) return best;
    narrow(brackets, t, at, &CurvePoints::slope, curves);
    for (std::size_t row = 0; row < rows; ++row)
      if (has[row]) t[row] = brackets[row].best();
    curves(t, at);
    for (std::size_t row = 0; row < rows; ++row) {
      if (!has[row] || !std::isfinite(at.value[row])) continue;
      if (is_better(best.outside[row], best.value[row], at.outside[row], at.value[row])) continue;
      best.at[row] = t[row];
      best.value[row] = at.value[row];
      best.outside[row] = at.outside[row];
      best.position[row] = Position::kInterior;
    }
  }
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
  const Scan found = scan(low, high, points, curves);
  std::vector<Bracket> brackets(rows);
  Roots roots{std::vector<double>(rows), std::vector<bool>(rows, false)};
  std::vector<double>& t = roots.at;
  for (std::size_t row = 0; row < rows; ++row) {
    std::size_t lowest = 0, fall = points;  // the point after the fall
    double nearest = kInfinite;
    for (std::size_t i = 0; i < points; ++i) {
      const CurvePoints& here = found.points[i];
      if (here.value[row] <= found.points[lowest].value[row]) lowest = i;
      const bool falls = !(here.value[row] > 0) && (i == 0 || found.points[i - 1].value[row] > 0);
      if (!falls || !(here.outside[row] < nearest)) continue;
      nearest = here.outside[row];
      fall = i;
    }
    t[row] = found.t[fall < points ? fall : lowest][row];
    roots.found[row] = fall > 0 && fall < points;
    if (!roots.found[row]) continue;
    brackets[row] = {found.t[fall - 1][row], found.points[fall - 1].value[row], t[row],
                     found.points[fall].value[row]};
    t[row] = brackets[row].next();
  }
  CurvePoints at(rows);
  narrow(brackets, t, at, &CurvePoints::value, curves);
  for (std::size_t row = 0; row < rows; ++row)
    if (roots.found[row]) t[row] = brackets[row].best();
  return roots;
}

}  // namespace isoflop
