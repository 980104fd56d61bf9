#include "support/test_functions.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace isoflop::test {

namespace {

using std::numbers::e;
using std::numbers::pi;

double branin(std::span<const double> x) {
  const double bend = x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6;
  return bend * bend + 10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10;
}

constexpr double kHeights[4] = {1.0, 1.2, 3.0, 3.2};

// Four wells: widths A and centres P, in ten-thousandths.
template <std::size_t n>
double hartmann(std::span<const double> x, const double (&A)[4][n], const double (&P)[4][n]) {
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double distance = 0;
    for (std::size_t j = 0; j < n; ++j)
      distance += A[i][j] * (x[j] - 1e-4 * P[i][j]) * (x[j] - 1e-4 * P[i][j]);
    sum -= kHeights[i] * std::exp(-distance);
  }
  return sum;
}

double hartmann3(std::span<const double> x) {
  constexpr double A[4][3] = {{3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}};
  constexpr double P[4][3] = {
      {3689, 1170, 2673}, {4699, 4387, 7470}, {1091, 8732, 5547}, {381, 5743, 8828}};
  return hartmann(x, A, P);
}

double hartmann6(std::span<const double> x) {
  constexpr double A[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                              {0.05, 10, 17, 0.1, 8, 14},
                              {3, 3.5, 1.7, 10, 17, 8},
                              {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double P[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                              {2329, 4135, 8307, 3736, 1004, 9991},
                              {2348, 1451, 3522, 2883, 3047, 6650},
                              {4047, 8828, 8732, 5743, 1091, 381}};
  return hartmann(x, A, P);
}

double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double bend = x[i + 1] - x[i] * x[i];
    sum += 100 * bend * bend + (x[i] - 1) * (x[i] - 1);
  }
  return sum;
}

double ackley(std::span<const double> x) {
  double squares = 0, waves = 0;
  for (const double each : x) {
    squares += each * each;
    waves += std::cos(2 * pi * each);
  }
  const auto n = static_cast<double>(x.size());
  return -20 * std::exp(-0.2 * std::sqrt(squares / n)) - std::exp(waves / n) + 20 + e;
}

}  // namespace

std::vector<TestFunction> test_functions() {
  const auto box = [](std::size_t n, double low, double high) {
    return std::vector<Range>(n, Range{low, high});
  };
  return {
      {"Branin", {{-5, 10}, {0, 15}}, 10 / (8 * pi), {pi, 2.275}, branin},
      {"Hartmann-3", box(3, 0, 1), -3.86278, {0.114614, 0.555649, 0.852547}, hartmann3},
      {"Hartmann-6",
       box(6, 0, 1),
       -3.32237,
       {0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573},
       hartmann6},
      {"Rosenbrock-4", box(4, -5, 10), 0, {1, 1, 1, 1}, rosenbrock},
      {"Ackley-5", box(5, -32.768, 32.768), 0, {0, 0, 0, 0, 0}, ackley},
  };
}

}  // namespace isoflop::test
