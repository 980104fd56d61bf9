// Candidates for the start of a refinement, by variable projection: for given values of the
// coefficients that enter non-linearly, the best values of the linear ones are the solution of a
// linear problem, so only the few non-linear ones have to be searched.
//
// What is linear: the loss in the coefficients that Coefficient::linear marks, so that relative
// residuals (L - y)/y stand in for logarithmic ones; or, where a law is an exponential of a sum,
// its logarithm. The b of exp(a*N^k + b) is the logarithm of a linear coefficient, and solved for
// as such.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "fit/exponent_range.h"
#include "fit/objective.h"

namespace isoflop {

class Seeding {
 public:
  // One for each thread.
  struct State {
    Prepared::Scratch scratch;
    AlignedDoubles out;
    ExponentRange::State reach;
  };

  Seeding(const FitObjective& objective, const Table& table);

  // How many coordinates a candidate is drawn from: the free coefficients that are not linear.
  [[nodiscard]] std::size_t dimensions() const { return nonlinear_.size(); }
  [[nodiscard]] State make_state() const;

  // The free coefficients at a point of the unit cube: exponents even over their ranges (but see
  // reach.h), scales even in logarithm, linear ones solved for within their ranges.
  [[nodiscard]] Eigen::VectorXd candidate(const std::vector<double>& unit, State& state) const;
  // The same with the non-linear coefficients taken from `free` as they are.
  [[nodiscard]] Eigen::VectorXd projected(Eigen::VectorXd free, State& state) const {
    return projected(std::move(free), row_scale_, state);
  }
  // The same where rows count by the square of `share` more or less.
  [[nodiscard]] Eigen::VectorXd projected_for(const Eigen::VectorXd& share, Eigen::VectorXd free,
                                              State& state) const {
    return projected(std::move(free), row_scale_.cwiseProduct(share), state);
  }
  // The j-th coordinate's coefficient: an index into FitObjective::free().
  [[nodiscard]] std::size_t coordinate(std::size_t j) const { return nonlinear_[j]; }

 private:
  [[nodiscard]] Eigen::VectorXd projected(Eigen::VectorXd free, const Eigen::VectorXd& row_scale,
                                          State& state) const;
  // The loss or its logarithm, whichever is linear in more of the symbols, and which those are.
  NodeId choose_target(Graph& graph, NodeId loss, std::span<const NodeId> symbols,
                       std::vector<bool>& linear);
  // Adds the logarithms of linear coefficients.
  void find_logarithms(Graph& graph, NodeId target, std::span<const NodeId> symbols,
                       std::vector<bool>& linear);

  const FitObjective& objective_;
  std::vector<std::size_t> nonlinear_, linear_;  // indices into FitObjective::free()
  std::vector<bool> is_logarithm_;               // for each free one: linear in its exponential
  std::vector<Prepared> program_;                // empty where nothing is linear
  std::vector<ExponentRange> reach_;
  Eigen::VectorXd response_;  // what the linear target should be
  Eigen::VectorXd
      row_scale_;  // square root of the weight, over the response where residuals are relative
};

// A point of the unit interval mapped to a coefficient's range: evenly, or evenly in logarithm.
double spread(const FreeCoefficient& coefficient, double unit);

}  // namespace isoflop
