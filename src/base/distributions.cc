#include "base/distributions.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/numbers.h"

namespace isoflop {

double normal_share(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

// Abramowitz and Stegun 26.2.23 is right to 4.5e-4; each step of Halley's method cubes the error,
// so two would do but far out in a tail. The lower tail alone, where erfc() loses no digits.
double normal_quantile(double share) {
  if (share > 0.5) return -normal_quantile(1 - share);
  if (!(share > 0)) return share == 0 ? -kInfinity : kNan;
  const double t = std::sqrt(-2 * std::log(share));
  double z = (2.515517 + t * (0.802853 + t * 0.010328)) /
                 (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
             t;
  for (int step = 0; step < 3; ++step) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double newton = (normal_share(z) - share) / density;
    z -= newton / (1 + z * newton / 2);
  }
  return z;
}

constexpr std::size_t kMostTerms = 100000;  // degrees of freedom whose finite sum is summed

// With t = sqrt(n) tan(angle) the share in [-t, t] is a finite sum of powers of the cosine
// (Abramowitz and Stegun 26.7.3 and 26.7.4). It is concave in the angle, and the normal quantile is
// below the root, so Newton's method rises to it; after a step of 1e-9 the error is 1e-17. Far out
// in a tail the steps end in rounding errors, hence their limit.
double student_quantile(double level, std::size_t degrees_of_freedom) {
  if (degrees_of_freedom == 0 || !(level > 0 && level < 1)) return kNan;
  const auto n = static_cast<double>(degrees_of_freedom);
  if (degrees_of_freedom > kMostTerms) {
    // Abramowitz and Stegun 26.7.5; the next term is below 1e-12 of the quantile.
    const double z = normal_quantile((1 + level) / 2), z2 = z * z;
    return z * (1 + (z2 + 1) / (4 * n) + ((5 * z2 + 16) * z2 + 3) / (96 * n * n) +
                (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * n * n * n));
  }
  if (degrees_of_freedom == 1) return std::tan(level * std::numbers::pi / 2);
  const bool odd = degrees_of_freedom % 2 == 1;
  const double scale = odd ? 2 / std::numbers::pi : 1;
  double angle = std::atan(normal_quantile((1 + level) / 2) / std::sqrt(n));
  double step = angle;
  for (int steps = 0; step > 1e-9 * angle && steps < 50; ++steps) {
    const double sine = std::sin(angle), cosine = std::cos(angle);
    double term = odd ? sine * cosine : sine, sum = odd ? angle + term : term;
    for (double k = odd ? 3 : 2; k <= n - 2; k += 2) {
      term *= (k - 1) / k * cosine * cosine;
      sum += term;
    }
    step = (level / scale - sum) * sine / (term * (n - 1) * cosine);
    angle += step;
  }
  return std::sqrt(n) * std::tan(angle);
}

double student_quantile_between(double level, double degrees_of_freedom) {
  if (!(degrees_of_freedom >= 1)) return kNan;
  const double below = std::min(std::floor(degrees_of_freedom), 1e15), above = below + 1;
  const double share = (1 / below - 1 / degrees_of_freedom) / (1 / below - 1 / above);
  const double low = student_quantile(level, static_cast<std::size_t>(below));
  if (share == 0) return low;
  return low + share * (student_quantile(level, static_cast<std::size_t>(above)) - low);
}

namespace {

// The regularised incomplete beta function by its continued fraction (Press et al. 2007, Numerical
// Recipes, section 6.4), which converges fast for x below the mean.
double incomplete_beta(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr int kMost = 10000;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x)) /
                       a;
  const auto away_from_0 = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / away_from_0(1 - (a + b) * x / (a + 1)), sum = d;
  for (int m = 1; m < kMost; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_0(1 + even * d);
    c = away_from_0(1 + even / c);
    sum *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_0(1 + odd * d);
    c = away_from_0(1 + odd / c);
    sum *= c * d;
    if (std::abs(c * d - 1) < 1e-15) break;
  }
  return front * sum;
}

}  // namespace

double fisher_tail(double F, double terms, double degrees_of_freedom) {
  if (!(F > 0)) return std::isnan(F) ? kNan : 1;
  const double x = degrees_of_freedom / (degrees_of_freedom + terms * F);
  return x < (degrees_of_freedom + 2) / (degrees_of_freedom + terms + 4)
             ? incomplete_beta(degrees_of_freedom / 2, terms / 2, x)
             : 1 - incomplete_beta(terms / 2, degrees_of_freedom / 2, 1 - x);
}

}  // namespace isoflop
