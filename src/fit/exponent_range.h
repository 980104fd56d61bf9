// How far a coefficient can go that is multiplied inside an exponential by what depends on others:
// the a of exp(a*N^k + b). Its range is wide because its size depends on k; most of it would make
// the exponential overflow. So it is spread by what it does: a*N^k between -30 and 30, over all
// rows.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "fit/objective.h"
#include "law/definition.h"

namespace isoflop {

class ExponentRange {
 public:
  // One for each thread.
  struct State {
    Prepared::Scratch scratch;
    AlignedDoubles out;
  };

  // `symbols` are the free coefficients in the graph of the law, `searched` those of them that are
  // not solved for.
  ExponentRange(const FitObjective& objective, const Table& table, LawGraph& law,
                std::span<const NodeId> symbols, std::span<const std::size_t> searched);

  [[nodiscard]] State make_state() const;
  // Puts these coefficients, given the others in `free`, at a point of the unit cube over
  // `searched`: even in the cube root, so that small ones are the more frequent.
  void spread(const std::vector<double>& unit, Eigen::VectorXd& free, State& state) const;

 private:
  const FitObjective& objective_;
  std::vector<std::size_t> places_;        // in `searched`
  std::vector<std::size_t> coefficients_;  // there: indices into FitObjective::free()
  std::vector<Prepared> program_;          // what multiplies each; empty where there are none
};

}  // namespace isoflop
