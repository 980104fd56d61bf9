// A law in coefficients in which its valleys are straight.
//
// Where an exponent k may have either sign, a*X^k + b is a bad way to write a function of X. At k =
// 0, where X^k is constant, a and b are infinite: a valley leads there from each side, and an
// optimum with k < 0 cannot be reached from k > 0. By its value c and slope s at the runs' mean of
// ln X, the same function is
//
//   c + s (exp(k (ln X - m)) - 1)/k,    m = mean of ln X    (Box and Cox 1964, JRSS B 26:211)
//
// for which nothing happens at 0, and whose terms are of the size of what they describe. On the 404
// runs of scalebench 48 starts then lead to farseer2025's best known optimum under each of 50
// seeds, which one or two of 1120 starts in a and b reached.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "fit/objective.h"
#include "fit/seeding.h"

namespace isoflop {

class CentredLaw {
 public:
  // Nothing where the law has no such terms, a is among what is solved for (it and b then follow
  // from k, on either side), or the recipe ties coefficients.
  static std::optional<CentredLaw> find(const FitObjective& objective, const Table& table,
                                        const Seeding& seeding);

  [[nodiscard]] const FitObjective& objective() const { return objective_; }
  // Its values and slopes: free coefficients of it, to start from 0, with which no X^k counts yet.
  [[nodiscard]] std::vector<std::size_t> centred_terms() const;
  // The free coefficients of the law that this was made of. Where a term's are beyond their ranges,
  // it is bent until b is at an edge, c and s being kept: from either side of k = 0.
  [[nodiscard]] std::vector<Eigen::VectorXd> originals(const Eigen::VectorXd& centred) const;

 private:
  // Free coefficients of a X^k + b.
  struct Term {
    std::size_t scale = 0, constant = 0, exponent = 0;
    double centre = 0;  // m
  };
  CentredLaw(FitObjective objective, std::vector<Term> terms, std::vector<std::size_t> places,
             std::vector<Range> ranges)
      : objective_(std::move(objective)),
        terms_(std::move(terms)),
        places_(std::move(places)),
        ranges_(std::move(ranges)) {}
  static std::vector<Term> find_terms(const FitObjective& objective, const Table& table,
                                      std::span<const std::size_t> scales,
                                      std::span<const std::size_t> exponents);

  FitObjective objective_;
  std::vector<Term> terms_;          // by the law's own free coefficients
  std::vector<std::size_t> places_;  // of these in the centred law
  std::vector<Range> ranges_;        // of these
};

}  // namespace isoflop
