#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "isoflop/plan.h"

namespace isoflop {

namespace {

struct Point {
  double c, N, P, D;  // in logarithms
};

double slope(std::span<const Point> points, double Point::* of) {
  const auto count = static_cast<double>(points.size());
  double c_mean = 0, y_mean = 0, cross = 0, square = 0;
  for (const Point& point : points) {
    c_mean += point.c / count;
    y_mean += point.*of / count;
  }
  for (const Point& point : points) {
    cross += (point.c - c_mean) * (point.*of - y_mean);
    square += (point.c - c_mean) * (point.c - c_mean);
  }
  return cross / square;
}

}  // namespace

GrowthExponents growth_exponents(std::span<const Plan> plans) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<Point> points;
  for (const Plan& plan : plans)
    if (const auto& run = plan.run)
      points.push_back(
          {std::log(run->total_flops), std::log(run->N), std::log(run->P), std::log(run->D)});
  if (points.size() < 2) return {kNone, kNone, kNone, kNone, kNone};
  GrowthExponents growth{slope(points, &Point::N), slope(points, &Point::P),
                         slope(points, &Point::D), std::numeric_limits<double>::infinity(),
                         -std::numeric_limits<double>::infinity()};
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double step = slope(std::span(points).subspan(i - 1, 2), &Point::N);
    growth.min_N = std::min(growth.min_N, step);
    growth.max_N = std::max(growth.max_N, step);
  }
  return growth;
}

}  // namespace isoflop
