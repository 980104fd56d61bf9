// The definitions of robust_loss.h, written down once more: what is true of each loss is tried of
// every row.
#pragma once

#include <cmath>

#include "isoflop/robust_loss.h"

namespace isoflop {

struct KnownLoss {
  const char* text;
  double (*rho)(double r, double delta);
  [[nodiscard]] RobustLoss loss() const { return *parse_loss(text); }
  [[nodiscard]] double operator()(double r) const { return rho(r, loss().delta); }
};

inline double huber(double r, double delta) {
  return std::abs(r) <= delta ? r * r / 2 : delta * (std::abs(r) - delta / 2);
}
inline double cauchy(double r, double delta) {
  return delta * delta / 2 * std::log1p(r * r / (delta * delta));
}

inline constexpr KnownLoss kKnownLosses[] = {
    {"huber:0.001", huber},
    {"huber:0.1", huber},
    {"cauchy:0.01", cauchy},
    {"mse", [](double r, double) { return r * r / 2; }},
    {"mae", [](double r, double) { return std::abs(r); }},
    {"huber:0.01,over=10",
     [](double r, double delta) { return (r > 0 ? 10 : 1) * huber(r, delta); }},
    {"huber:0.01,over=0.2",
     [](double r, double delta) { return (r > 0 ? 0.2 : 1) * huber(r, delta); }},
    {"quantile:0.1", [](double r, double) { return r > 0 ? 0.9 * r : -0.1 * r; }},
    {"quantile:0.5", [](double r, double) { return std::abs(r) / 2; }},
};

}  // namespace isoflop
