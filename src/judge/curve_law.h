// The curves of a baseline and its variants as one law with one fit (speedup.h).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/speedup.h"

namespace isoflop {

// E + A C^-alpha; the exponent is that of the baseline times 1 + trend.
struct Curve {
  double asymptote = 0, scale = 0, exponent = 0, trend = 0;
};

// Free coefficients of a law under a recipe, and of a fit.
std::size_t free_of(const Law& law, const Recipe& recipe);
std::size_t free_of(const Fit& fit);

// Those of curves of so many variants, the baseline counted.
std::size_t coefficients_of(std::size_t variants, const CurvePart& asymptote,
                            const CurvePart& exponent);

class CurveLaw {
 public:
  // Runs that were checked, the baseline's first. Of exponents of their own the baseline's is
  // pinned where `exponent` has a value. Of the recipe residual, loss and seed are taken.
  CurveLaw(std::span<const VariantRuns> runs, const CurvePart& asymptote, const CurvePart& exponent,
           const Recipe& recipe);

  [[nodiscard]] const Law& law() const { return law_; }
  [[nodiscard]] const Recipe& recipe() const { return recipe_; }
  // One more start: the optimum of a special case, of the same variants.
  void start_from(const Fit& special);
  // The same curves with C_0 elsewhere, so that k_i is ln S_i there, to be refined from their fit.
  // Asymptotes are not their own.
  [[nodiscard]] CurveLaw centred_at(double flops, const Fit& fit) const;
  [[nodiscard]] Result<Fit> fit(Executor& executor, Progress& progress) const;

  // Of a set of the law's coefficients, in its order; variant 0 is the baseline.
  [[nodiscard]] Curve curve(std::span<const double> set, std::size_t variant) const;
  // ln S; NaN where the baseline's curve does not go down to the variant's loss.
  [[nodiscard]] double log_factor(std::span<const double> set, std::size_t variant,
                                  double flops) const;

 private:
  [[nodiscard]] double value(std::span<const double> set, const std::string& name,
                             double without) const;

  Law law_;
  Recipe recipe_;
  Table table_;
  double centre_ = 0;  // ln C_0
};

}  // namespace isoflop
