// The surroundings of the lowest value: a function that is of one kind there and of another
// elsewhere is explained better by a model of its own.
#pragma once

#include <Eigen/Core>

#include "optimizer/candidates.h"
#include "optimizer/surrogate.h"

namespace isoflop {

// Axes in which the lowest values, four a dimension, are spread evenly: their covariance is a
// multiple of the identity, so that a narrow valley, whatever its direction, becomes a wide one. A
// place x is at x * axes. Categorical dimensions stay as they are.
Eigen::MatrixXd valley_axes(const SurrogateData& data);

struct Neighbourhood {
  SurrogateData data;  // the rows nearest to the lowest value, by these axes
  Region region;       // in the unit cube: as far from it as they are, in each dimension
};
Neighbourhood neighbourhood(const SurrogateData& data, const Eigen::MatrixXd& axes,
                            Eigen::Index rows_a_dimension);

}  // namespace isoflop
