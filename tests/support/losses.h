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
};

}  // namespace isoflop
