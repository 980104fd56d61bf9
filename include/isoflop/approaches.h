// The compute-optimal size without a parametric law: the first two of the three approaches of
// Hoffmann et al. 2022 (arXiv 2203.15556, section 3), beside a fit, which is the third.
//
// Approach 2: the runs of one budget lie on a curve of loss against ln N, and a parabola through
// them has its minimum at N*. The law's own curve is no parabola, so the minimum is biased, the
// more the further the runs reach and the less they are centred; how much is measured on the fitted
// law, whose predictions for the same runs go through the same steps.
//
// Approach 1: of the training curves of several sizes, the lowest one at each budget has N*.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/result.h"

namespace isoflop {

// Runs belong to one budget where each has C within this factor less 1 of the next one.
inline constexpr double kBudgetGap = 0.03;

// ln N = ln k + exponent ln C, by least squares over the budgets.
struct SizeGrowth {
  double exponent = 0;
  double standard_error = 0;  // of the exponent; NaN of two points, and of an envelope, whose
                              // points are not independent
  std::size_t budgets = 0;
};

struct ParabolaOptimum {
  double flops = 0;          // geometric mean of C over the runs
  double low = 0, high = 0;  // the least and the largest C
  std::size_t runs = 0;
  // Why there is no optimum: too few runs or sizes, a parabola that has no minimum, a minimum
  // beyond the runs; "" where there is one, and what follows has values.
  std::string refused;
  bool too_few = false;  // runs or sizes
  double N = 0;
  double log_error = 0;  // standard error of ln N
  double law_N = 0;      // that the fitted law plans for the budget; NaN where it plans none
  // What the same parabola makes of the law's own predictions, over law_N, less 1: the bias of the
  // method on these runs. NaN where it is refused there.
  double bias = 0;
};

struct Parabolas {
  std::vector<ParabolaOptimum> budgets;  // smallest first; those of one run are not there
  std::optional<SizeGrowth> growth;      // of two optima or more
  std::optional<SizeGrowth> law;         // of law_N at the same budgets
  std::optional<SizeGrowth> of_the_law;  // of the parabolas through the law's predictions
  std::size_t lone_runs = 0;             // with no other of the same budget
  // The exponent of `growth` less that of `of_the_law`, in standard errors of the former, where
  // they are more than chance apart (Student's t at 99 %, two-sided): the law misfits; else 0.
  double misfit = 0;
};

struct Envelope {
  std::size_t curves = 0;            // sizes with three runs or more at different budgets
  std::string refused;               // why there is no growth; "" where there is
  std::optional<SizeGrowth> growth;  // over budgets whose lowest curve is not the smallest or
                                     // largest of all
  double low = 0, high = 0;          // these budgets
};

struct Approaches {
  double sparsity = 0;         // of the runs that are looked at: that of most
  std::size_t other_runs = 0;  // of other sparsities, which are not
  Parabolas parabolas;
  Envelope envelope;
};

// C is that of the fit's table, which has it where the file of the runs had; else 6 N D. The law's
// own optimum is then at the runs' FLOPs, too: at a token's cost as a power of N, fitted to the
// runs of the budget. Errors: a fit that is not usable, that has no table, or whose table has no N
// and D.
Result<Approaches> approaches(const Fit& fit);

}  // namespace isoflop
