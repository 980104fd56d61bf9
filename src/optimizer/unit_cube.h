// Points of a space as places of the unit cube, in which surrogates live.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "isoflop/optimizer.h"

namespace isoflop {

using UnitPlace = Eigen::RowVectorXd;

inline UnitPlace place_of(const SearchSpace& space, const Point& point) {
  const std::vector<double> unit = space.to_unit(point);
  return Eigen::Map<const UnitPlace>(unit.data(), static_cast<Eigen::Index>(unit.size()));
}

inline Point point_at(const SearchSpace& space, const UnitPlace& place) {
  return space.from_unit(std::span(place.data(), static_cast<std::size_t>(place.size())));
}

// Moved to the middle of its cell in whole numbers and choices, and to 0.5 where a parameter means
// nothing.
inline UnitPlace snapped(const SearchSpace& space, const UnitPlace& place) {
  return place_of(space, point_at(space, place));
}

}  // namespace isoflop
