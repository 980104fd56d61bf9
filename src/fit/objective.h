// What a fit minimises, over one table: residuals with exact first and second derivatives by the
// free coefficients.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"
#include "kernel/prepared.h"

namespace isoflop {

// A coefficient that the fit moves, together with those tied to it.
struct FreeCoefficient {
  std::size_t index = 0;  // in Law::coefficients()
  Range range;
  Role role = Role::kScale;
};

class FitObjective {
 public:
  // Residuals at some coefficients, and what was computed with them. One per thread.
  struct State {
    Eigen::VectorXd residuals;
    Eigen::MatrixXd jacobian;  // rows x free coefficients, d residual / d coefficient
    Prepared::Scratch value_scratch, jacobian_scratch, hessian_scratch;
    AlignedDoubles out;  // outputs of the largest program
  };

  // For a recipe and a table that check.h found sound. The error: fewer rows than free
  // coefficients.
  static Result<FitObjective> make(const Law& law, const Table& table, const Recipe& recipe);

  [[nodiscard]] const Law& law() const { return law_; }
  [[nodiscard]] const Recipe& recipe() const { return recipe_; }
  [[nodiscard]] std::span<const FreeCoefficient> free() const { return free_; }
  [[nodiscard]] std::size_t rows() const { return weights_.size(); }
  [[nodiscard]] const Eigen::VectorXd& weights() const { return weights_; }
  [[nodiscard]] const Eigen::VectorXd& response() const { return response_; }
  // How large the loss is, in units of the residual: 1 for logarithmic ones.
  [[nodiscard]] double loss_size() const {
    return recipe_.residual == Residual::kLog ? 1 : response_.cwiseAbs().mean();
  }
  [[nodiscard]] State make_state() const;

  // All coefficients of the law, from the free ones: fixed and tied ones put in.
  [[nodiscard]] std::vector<double> coefficients(const Eigen::VectorXd& free) const;

  // F with the recipe's loss; infinite where a residual is not finite.
  double value(std::span<const double> coefficients, State& state) const {
    return value(coefficients, recipe_.loss, state);
  }
  // F with another loss.
  double value(std::span<const double> coefficients, const Loss& loss, State& state) const;
  // The same, with residuals and jacobian left in the state.
  double linearise(std::span<const double> coefficients, const Loss& loss, State& state) const;
  // F of residuals.
  [[nodiscard]] double sum_of_losses(const double* residuals, const Loss& loss) const;
  // sum_i multipliers_i * (second derivatives of residual i by the free coefficients).
  [[nodiscard]] Eigen::MatrixXd curvature(std::span<const double> coefficients,
                                          const Eigen::VectorXd& multipliers, State& state) const;

 private:
  FitObjective(Law law, Recipe recipe) : law_(std::move(law)), recipe_(std::move(recipe)) {}
  void build_programs(const Table& table);

  Law law_;
  Recipe recipe_;
  std::vector<FreeCoefficient> free_;
  std::vector<double> held_;  // every coefficient's value where it is fixed
  std::vector<std::size_t>
      source_;  // for each coefficient: the free one that gives its value, or none
  Eigen::VectorXd weights_;
  Eigen::VectorXd response_;
  std::vector<Prepared>
      programs_;  // value, value and jacobian, upper triangle of second derivatives
};

}  // namespace isoflop
