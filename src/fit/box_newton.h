// Newton's direction within a box: the variables that would leave it are held at their ends.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

namespace isoflop {

// Reuses its memory from call to call.
class BoxNewton {
 public:
  // What becomes of a matrix that is not positive definite: it is shifted until it is, or there is
  // no direction.
  enum class Indefinite : std::uint8_t { kShift, kRefuse };

  // The direction from `at` for a function with this gradient and matrix of second derivatives (its
  // lower triangle is read), along which the function falls; false where there is none.
  bool find(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
            const Eigen::VectorXd& at, const Eigen::VectorXd& low, const Eigen::VectorXd& high,
            Indefinite indefinite = Indefinite::kShift);

  [[nodiscard]] const Eigen::VectorXd& direction() const { return direction_; }
  // The same matrix, with the same variables held, solved for another right-hand side.
  void solve(Eigen::VectorXd& side) const;
  // How many times the direction may be gone before a variable leaves the box.
  [[nodiscard]] double longest(const Eigen::VectorXd& at, const Eigen::VectorXd& low,
                               const Eigen::VectorXd& high) const;

 private:
  bool solve_free(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                  Indefinite indefinite);
  bool factor(const Eigen::MatrixXd& hessian, double shift);

  Eigen::VectorXd direction_;
  Eigen::MatrixXd factors_;
  std::vector<bool> held_;
};

}  // namespace isoflop
