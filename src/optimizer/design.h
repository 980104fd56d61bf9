// Points that fill a space before anything is known of the function.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "isoflop/optimizer.h"

namespace isoflop {

// A Latin hypercube (McKay, Beckman and Conover 1979): `count` places of the unit cube, a row each;
// in every dimension, one in each of `count` even parts. Of some drawn, the one whose two nearest
// places are farthest apart.
Eigen::MatrixXd latin_hypercube(std::size_t count, std::size_t dimensions, std::uint64_t seed);

// All points of a space, where it has no real parameters and at most `most` points.
std::optional<std::vector<Point>> all_points(const SearchSpace& space, std::size_t most);

}  // namespace isoflop
