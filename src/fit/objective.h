// What a fit minimises, over one table: residuals with exact first and second derivatives by the
// free coefficients.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"
#include "kernel/column_sums.h"
#include "kernel/loss_sums.h"
#include "kernel/prepared.h"

namespace isoflop {

// A coefficient that the fit moves, together with those tied to it.
struct FreeCoefficient {
  std::size_t index = 0;  // in Law::coefficients()
  Range range;
  Role role = Role::kScale;
};

// One more residual beside those of the rows, a smooth function of the free coefficients that draws
// the optimum towards where it is 0.
struct Penalty {
  std::function<double(const Eigen::VectorXd& free)> residual;
  // Its first and second derivatives.
  std::function<void(const Eigen::VectorXd& free, Eigen::VectorXd& first, Eigen::MatrixXd& second)>
      derivatives;
};

class FitObjective {
 public:
  // The objective at some coefficients with some loss rho, all derivatives by the free
  // coefficients.
  struct Point {
    double value = 0;              // F; infinite where something is not finite
    Eigen::VectorXd gradient;      // of F
    Eigen::MatrixXd gauss_newton;  // sum_i w_i rho''(r_i) J_i' J_i
    Eigen::MatrixXd second;        // sum_i w_i rho'(r_i) (second derivatives of r_i)
    Eigen::VectorXd squares;       // sum_i w_i rho'(r_i)/r_i J_ij^2
    Eigen::VectorXd largest;       // max_i |J_ij|
    AlignedDoubles rows;           // r, the columns of J and more: see residuals()
    double penalty = 0;            // with_penalty()'s residual, and its first derivatives
    Eigen::VectorXd penalty_gradient;
  };
  // Two points, and what computing them needs. One per thread.
  struct State {
    Point here, there;
    Prepared::Scratch scratch;
    Eigen::VectorXd slopes, curvatures, reweighted;  // of rows
    Eigen::VectorXd products;     // packed triangle of residuals and the columns of J
    Eigen::VectorXd second_sums;  // of second derivatives that are not 0
  };

  // For a recipe and a table that check.h found sound. The error: fewer rows than free
  // coefficients.
  static Result<FitObjective> make(const Law& law, const Table& table, const Recipe& recipe);
  // The same runs with other weights, at least 0, or with other measured losses: one number a row.
  // What was computed from the table is shared, not copied.
  [[nodiscard]] FitObjective with_weights(const Eigen::VectorXd& weights) const;
  [[nodiscard]] FitObjective with_response(const Eigen::VectorXd& response) const;
  // The same with another value for a coefficient that the recipe fixes.
  [[nodiscard]] FitObjective with_fixed(std::size_t coefficient, double value) const;
  // The same with one more residual: half of its square is added to F, whatever the loss is.
  [[nodiscard]] FitObjective with_penalty(Penalty penalty) const;

  [[nodiscard]] const Law& law() const { return law_; }
  [[nodiscard]] const Recipe& recipe() const { return recipe_; }
  [[nodiscard]] std::span<const FreeCoefficient> free() const { return free_; }
  [[nodiscard]] std::size_t rows() const { return program_->rows(); }
  [[nodiscard]] auto weights() const {
    return padded_weights_.head(static_cast<Eigen::Index>(rows()));
  }
  [[nodiscard]] Eigen::Map<const Eigen::VectorXd> response() const {
    return {table_.column("loss").data(), static_cast<Eigen::Index>(rows())};
  }
  // How large the loss is, in units of the residual: 1 for logarithmic ones.
  [[nodiscard]] double loss_size() const {
    return recipe_.residual == Residual::kLog ? 1 : response().cwiseAbs().mean();
  }
  // F of a perfect fit, but for rounding, is below this.
  [[nodiscard]] double negligible() const;
  [[nodiscard]] State make_state() const;

  // All coefficients of the law, from the free ones: fixed and tied ones put in.
  [[nodiscard]] std::vector<double> coefficients(const Eigen::VectorXd& free) const;
  void put_coefficients(const Eigen::VectorXd& free, std::vector<double>& all) const;

  // The free ones of all.
  [[nodiscard]] Eigen::VectorXd free_of(std::span<const double> coefficients) const;

  // Every residual.
  [[nodiscard]] Eigen::VectorXd residuals_at(std::span<const double> coefficients,
                                             State& state) const;
  // F with the recipe's loss; infinite where a residual is not finite.
  double value(std::span<const double> coefficients, State& state) const;
  // All about a point, in one pass over the rows. Slopes and curvatures are those of the loss
  // widened to `width` (see loss_sums.h), F is not. Where F is not below `bound`, the
  // point has only a value that is not below it either.
  void evaluate(std::span<const double> coefficients, const RobustLoss& loss, double width,
                double bound, Point& point, State& state) const;

  // Whether a point keeps all rows; of a large table it has the sums alone.
  [[nodiscard]] bool keeps_rows() const { return stride_ == program_->padded_rows(); }
  // Residuals and d residual / d free coefficient of a point that keeps them, rows padded with
  // weight 0.
  [[nodiscard]] const double* residuals(const Point& point) const { return point.rows.get(); }
  [[nodiscard]] ColumnBlock jacobian(const Point& point) const {
    return {point.rows.get() + stride_, free_.size(), stride_, stride_};
  }
  // Residuals of the rows that a point holds: all, or the last part of a large table.
  [[nodiscard]] std::span<const double> some_residuals(const Point& point) const {
    return {point.rows.get(), keeps_rows() ? rows() : (rows() - 1) % stride_ + 1};
  }
  // Weight times second derivative of every residual of a point that keeps its rows, along a path
  // on which the free coefficients have this velocity and acceleration. `factors` is memory.
  void weighted_curvature(const Point& point, const Eigen::VectorXd& velocity,
                          const Eigen::VectorXd& acceleration, Eigen::VectorXd& factors,
                          Eigen::VectorXd& result) const;
  [[nodiscard]] const Eigen::VectorXd& padded_weights() const { return padded_weights_; }

  [[nodiscard]] bool has_penalty() const { return static_cast<bool>(penalty_.residual); }

 private:
  FitObjective(Law law, Table table, Recipe recipe)
      : law_(std::move(law)), recipe_(std::move(recipe)), table_(std::move(table)) {}
  void build_program();
  template <class Weights>  // a vector expression of Eigen
  void set_weights(const Weights& weights);
  [[nodiscard]] Point make_point() const;
  void run_residuals(std::span<const double> coefficients, std::size_t first, std::size_t last,
                     double* residuals, State& state) const;
  bool run_below(double bound, const RobustLoss& loss, std::span<const double> coefficients,
                 std::size_t first, std::size_t last, Point& point, State& state) const;
  [[nodiscard]] const double* inverse(const Point& point) const {
    return point.rows.get() + inverse_ * stride_;
  }
  [[nodiscard]] ColumnBlock second_derivatives(const Point& point, std::size_t rows) const {
    const std::size_t first = program_->outputs() - second_.size();
    return {point.rows.get() + first * stride_, second_.size(), stride_, rows};
  }
  void finish_second(Point& point, const State& state) const;
  void add_penalty(const Eigen::VectorXd& free, Point& point) const;
  void take_products(Point& point, const State& state) const;
  void add_rows(const WidenedLoss& loss, std::size_t first, std::size_t rows, Point& point,
                State& state) const;

  Law law_;
  Recipe recipe_;
  std::vector<FreeCoefficient> free_;
  std::vector<double> held_;  // every coefficient's value where it is fixed
  std::vector<std::size_t>
      source_;   // for each coefficient: the free one that gives its value, or none
  Table table_;  // its columns are shared, not copied
  Eigen::VectorXd padded_weights_;
  Eigen::VectorXd shift_;  // of the residuals of the table's loss; empty where it is the response
  // Levels: residual; its first derivatives, 1/L where the second go through L, and the second
  // derivatives that are not 0, of L or else of the residual.
  std::shared_ptr<const Prepared> program_;
  bool through_loss_ = false;
  std::size_t inverse_ = 0;  // which output is 1/L
  Penalty penalty_;
  std::vector<std::pair<Eigen::Index, Eigen::Index>> second_;  // which two coefficients, j <= k
  std::size_t stride_ = 0;                                     // rows that a point holds at a time
};

}  // namespace isoflop
