#include "report/chart/axis_share.h"

#include <cmath>

namespace isoflop {

double axis_share(double value, const FigureAxis& axis) {
  const auto& [low, high] = axis.range;
  switch (axis.scale) {
    case FigureAxis::Scale::kLinear:
      return (value - low) / (high - low);
    case FigureAxis::Scale::kLog:
      return std::log(value / low) / std::log(high / low);
    case FigureAxis::Scale::kDensity:
      return std::log((1 - value) / (1 - low)) / std::log((1 - high) / (1 - low));
  }
  return 0;
}

}  // namespace isoflop
