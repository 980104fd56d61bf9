// The minimum of a smooth function of few variables in a box, from a start: BFGS steps, variables
// that push against an end of their range held there, until a step lowers the function by less than
// 1e-9 of its size.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>

namespace isoflop {

// The value at a point, and the gradient there; a value that is not finite is out of bounds.
using SmoothFunction = std::function<double(const Eigen::VectorXd& at, Eigen::VectorXd& gradient)>;

struct Descent {
  Eigen::VectorXd at;
  double value = 0;
  std::size_t evaluations = 0;
};

// At most `most` evaluations. The start must be in the box and its value finite, or it comes back.
Descent descend_in_box(const SmoothFunction& function, Eigen::VectorXd start,
                       const Eigen::VectorXd& low, const Eigen::VectorXd& high, std::size_t most);

}  // namespace isoflop
