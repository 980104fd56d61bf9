// A fit as a linear problem around its optimum: residuals, and their derivatives by the variables
// of covariance.h.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/result.h"

namespace isoflop {

// Neither held by the recipe nor at an edge of its range.
struct Variable {
  std::size_t coefficient = 0;  // in Law::coefficients()
  bool logarithmic = false;
  double rate = 1;  // d coefficient / d variable
};

struct Linearised {
  std::vector<Variable> variables;
  Eigen::VectorXd residuals, weights;  // of rows
  Eigen::MatrixXd jacobian;            // rows x variables
};

// The variable of a coefficient at its fitted value.
Variable variable_of(const Fit& fit, std::size_t coefficient);

// Errors: a fit that is not usable, or without its table.
Result<Linearised> linearise(const Fit& fit);

// What each variable changes by where its coefficient changes by its own size.
Eigen::VectorXd sizes_of(const Fit& fit, const Linearised& problem);

// The singular values of sqrt(W) J with its columns scaled, and what they leave undetermined.
struct Decomposition {
  Eigen::VectorXd scale;     // columns of sqrt(W) J were divided by these
  Eigen::VectorXd singular;  // largest first; all variables
  Eigen::MatrixXd vectors;   // right singular vectors, in scaled variables, by columns
  Eigen::Index rank = 0;     // singular values that are more than rounding

  // sqrt(W) J without what is not determined is `left` diag(singular) vectors' diag(scale).
  Eigen::MatrixXd left;  // rows x rank
  // Of a row: the diagonal of the hat matrix.
  [[nodiscard]] double leverage(Eigen::Index row) const;
  // Whether a linear function of the variables is determined: no part of its gradient is in the
  // null space. That of a variable by itself is a unit vector.
  [[nodiscard]] bool determines(const Eigen::VectorXd& gradient) const;
};

// `scale`: one positive number a variable, in place of the columns' own sizes where it is empty.
Decomposition decompose(const Linearised& problem, Eigen::VectorXd scale = {});

}  // namespace isoflop
