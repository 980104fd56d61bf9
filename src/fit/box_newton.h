// Newton's direction within a box: the variables that would leave it are held at their ends.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace isoflop {

// Reuses its memory from call to call.
class BoxNewton {
 public:
  // The direction from `at` for a function with this gradient and matrix of second derivatives (its
  // lower triangle is read), along which the function falls; false where there is none. A matrix
  // that is not positive definite is shifted until it is.
  bool find(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
            const Eigen::VectorXd& at, const Eigen::VectorXd& low, const Eigen::VectorXd& high);

  [[nodiscard]] const Eigen::VectorXd& direction() const { return direction_; }
  [[nodiscard]] bool was_definite() const { return was_definite_; }
  // The same matrix, with the same variables held, solved for another right-hand side.
  void solve(Eigen::VectorXd& side) const;
  // How many times the direction may be gone before a variable leaves the box.
  [[nodiscard]] double longest(const Eigen::VectorXd& at, const Eigen::VectorXd& low,
                               const Eigen::VectorXd& high) const;

 private:
  bool solve_free(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient);
  bool factor();

  Eigen::VectorXd direction_, unit_;
  Eigen::MatrixXd matrix_;  // its lower triangle becomes the Cholesky factor, its diagonal inverted
  std::vector<bool> held_;
  bool was_definite_ = true;
};

}  // namespace isoflop
