#include "plan/minimise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isoflop {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
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

// Narrows all brackets; rows whose bracket is closed stay where they are.
void narrow(std::vector<Bracket>& brackets, std::span<double> t, std::span<double> f,
            const std::function<void()>& evaluate) {
  for (int step = 0; step < kMostSteps; ++step) {
    bool open = false;
    for (std::size_t row = 0; row < brackets.size(); ++row) {
      open = open || brackets[row].open();
      if (brackets[row].open()) t[row] = brackets[row].next();
    }
    if (!open) return;
    evaluate();
    for (std::size_t row = 0; row < brackets.size(); ++row)
      if (brackets[row].open()) brackets[row].take(f[row]);
  }
}

// A scan: value and slope of every row at every point, point by point.
struct Scan {
  std::vector<std::vector<double>> t, value, slope;
};

Scan scan(std::span<const double> low, std::span<const double> high, std::size_t points,
          const Curves& curves) {
  const std::size_t rows = low.size();
  const std::vector<std::vector<double>> blank(points, std::vector<double>(rows));
  Scan found{blank, blank, blank};
  for (std::size_t i = 0; i < points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(points - 1);
    for (std::size_t row = 0; row < rows; ++row)
      found.t[i][row] = i + 1 == points ? std::max(low[row], high[row])
                                        : low[row] + share * std::max(0.0, high[row] - low[row]);
    curves(found.t[i], found.value[i], found.slope[i]);
  }
  return found;
}

// The lower end is a minimum where the curve rises from it, the upper one where it falls to it.
Minima best_ends(const Scan& found, std::span<const double> low, std::span<const double> high) {
  const std::size_t last = found.t.size() - 1, rows = low.size();
  Minima best{found.t[0], found.value[0], std::vector<Position>(rows, Position::kLow)};
  for (std::size_t row = 0; row < rows; ++row) {
    if (!(low[row] < high[row])) continue;
    // An end that is not a minimum is beaten by the bracket beside it; where there is none, because
    // a slope is flat or unknown, the lower end is the answer.
    if (!(found.value[last][row] < found.value[0][row])) continue;
    best.at[row] = found.t[last][row];
    best.value[row] = found.value[last][row];
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
  std::vector<double> t(rows), value(rows), slope(rows);
  for (;;) {
    std::vector<Bracket> brackets(rows);
    std::vector<bool> has(rows, false);
    bool any = false;
    for (std::size_t row = 0; row < rows; ++row) {
      t[row] = found.t[0][row];
      for (std::size_t& i = next[row]; i < points && !has[row]; ++i) {
        const double before = found.slope[i - 1][row], after = found.slope[i][row];
        if (!(before < 0 && after >= 0)) continue;
        brackets[row] = {found.t[i - 1][row], before, found.t[i][row], after};
        has[row] = any = true;
        t[row] = brackets[row].next();
      }
    }
    if (!any) return best;
    narrow(brackets, t, slope, [&] { curves(t, value, slope); });
    for (std::size_t row = 0; row < rows; ++row)
      if (has[row]) t[row] = brackets[row].best();
    curves(t, value, slope);
    for (std::size_t row = 0; row < rows; ++row) {
      if (!has[row] || !(value[row] <= best.value[row])) continue;
      best.at[row] = t[row];
      best.value[row] = value[row];
      best.position[row] = Position::kInterior;
    }
  }
}

bool minimise_near(std::span<const double> guess, std::span<const double> low,
                   std::span<const double> high, const Curves& curves, Minima& out) {
  const std::size_t rows = guess.size();
  std::vector<double> left(rows), right(rows), left_slope(rows), right_slope(rows), value(rows);
  double reach = kFirstReach;
  for (int tries = 0;; ++tries, reach *= kWiden) {
    if (tries == 3) return false;
    for (std::size_t row = 0; row < rows; ++row) {
      left[row] = std::clamp(guess[row] - reach, low[row], std::max(low[row], high[row]));
      right[row] = std::clamp(guess[row] + reach, low[row], std::max(low[row], high[row]));
    }
    curves(left, value, left_slope);
    curves(right, value, right_slope);
    bool all = true;
    for (std::size_t row = 0; row < rows; ++row)
      all = all && ((left_slope[row] < 0 && right_slope[row] >= 0) ||
                    (right[row] >= high[row] && right_slope[row] < 0));
    if (all) break;
  }
  std::vector<Bracket> brackets(rows);
  std::vector<double> t = right, slope(rows);
  out.position.assign(rows, Position::kHigh);
  for (std::size_t row = 0; row < rows; ++row) {
    if (right_slope[row] < 0) continue;
    brackets[row] = {left[row], left_slope[row], right[row], right_slope[row]};
    out.position[row] = Position::kInterior;
    t[row] = brackets[row].next();
  }
  narrow(brackets, t, slope, [&] { curves(t, value, slope); });
  for (std::size_t row = 0; row < rows; ++row)
    if (out.position[row] == Position::kInterior) t[row] = brackets[row].best();
  curves(t, value, slope);
  out.at = std::move(t);
  out.value = std::move(value);
  return true;
}

std::vector<double> falling_roots(std::span<const double> low, std::span<const double> high,
                                  const Functions& functions) {
  const std::size_t rows = low.size();
  std::vector<double> t(low.begin(), low.end()), at_low(rows), at_high(rows), f(rows);
  functions(low, at_low);
  functions(high, at_high);
  std::vector<Bracket> brackets(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (!(at_low[row] > 0)) continue;
    t[row] = high[row];
    if (!(at_high[row] < 0)) continue;
    brackets[row] = {low[row], at_low[row], high[row], at_high[row]};
    t[row] = brackets[row].next();
  }
  narrow(brackets, t, f, [&] { functions(t, f); });
  for (std::size_t row = 0; row < rows; ++row)
    if (at_low[row] > 0 && at_high[row] < 0) t[row] = brackets[row].best();
  return t;
}

}  // namespace isoflop
