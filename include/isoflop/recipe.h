// How a law is fitted to a table: what is minimised, within which ranges, from where. Everything
// that the answer depends on besides the law and the table is here, so the same law, table and
// recipe give the same fit, bit for bit, on any number of threads.
//
// What is minimised is a robust loss of the residuals, summed over runs:
//
//   F(theta) = sum_i  w_i * rho(r_i),   r_i = ln L_model(x_i; theta) - ln L_i   (Residual::kLog)
//                                       r_i =    L_model(x_i; theta) -    L_i   (Residual::kLinear)
//
// rho is a loss of robust_loss.h. The sum, not the mean: a mean only rescales F, but stopping rules
// that look at its size then stop early, which is how a widely used published fit went wrong
// (Besiroglu et al. 2024, arXiv 2404.10102).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "isoflop/law.h"
#include "isoflop/result.h"
#include "isoflop/robust_loss.h"

namespace isoflop {

// When to choose what: the logarithm, as published fits do, where a run's noise grows with its loss
// or losses span a range; linear where the noise is as many nats in every run, or a response may be
// 0 or below.
enum class Residual : std::uint8_t { kLog, kLinear };

// Where the search for the optimum starts. When to choose what: auto for a fit; the grid to do what
// a publication did; many random starts to check that there is no lower optimum; given to refine a
// fit that is known, in a fraction of a millisecond.
struct Starts {
  enum class Kind : std::uint8_t {
    kAuto,    // low-discrepancy points in batches, until further batches find nothing new
    kGrid,    // the law's published grid, every start run to the end
    kRandom,  // `count` points, uniform over the ranges (logarithmic for scales)
    kGiven,   // the recipe's `start` alone
  };
  Kind kind = Kind::kAuto;
  std::size_t count = 0;  // kRandom only
};

// Who looks for the minimum. When to choose what: the default, always; Bayesian optimisation only
// to compare with those who fit laws so, for it sees values of F alone, takes seconds for
// milliseconds, and ends near an optimum.
enum class Solver : std::uint8_t {
  kDefault,  // fit(): seeding and refinement, with derivatives
  kBayesGp,  // fit_by_bayes(): Bayesian optimisation with a Gaussian process,
  kBayesRf,  // ... or with a random forest; both see the value of F alone
};

struct Recipe {
  Residual residual = Residual::kLog;
  RobustLoss loss;
  Starts starts;
  std::uint64_t seed = 1;
  std::map<std::string, double> fix;       // coefficients held at a value
  std::map<std::string, std::string> tie;  // coefficient -> the one whose value it shares
  std::map<std::string, Range> range;      // instead of the law's own
  std::map<std::string, double> start;     // one more start; others solved for, or mid-range
  // When a start of the default solver has converged: its next step is predicted to lower F by less
  // than decrease_tolerance times F, or to move no coefficient by more than step_tolerance times
  // its size (a scale: its logarithm by step_tolerance). Neither depends on whether F is a sum or a
  // mean. The defaults end where double precision does; kLargestDecreaseTolerance and
  // kLargestStepTolerance are where two optima can still be told apart.
  double decrease_tolerance = 1e-14;
  double step_tolerance = 1e-11;
  // Steps of one start from its optimum of least squares on; it may take twice as many to get
  // there, and the best start 25 times as many if it has not converged.
  std::size_t max_iterations = 200;
  Solver solver = Solver::kDefault;
  std::size_t evaluations = 500;  // of F, by a Bayesian solver
};

// Looser ones are an error. Optima are told apart by 1e-7 of F, and near one the decrease goes with
// the square of the step.
inline constexpr double kLargestDecreaseTolerance = 1e-8, kLargestStepTolerance = 1e-4;

// The range of a coefficient under a recipe: its own, or the law's.
Range range_in(const Recipe& recipe, const Coefficient& coefficient);

// "default", "bayes:gp", "bayes:rf"; "bayes" is the first of the two.
Result<Solver> parse_solver(std::string_view text);
std::string to_text(Solver solver);
// Read "log", "linear"; "auto", "grid", "random:500", "given". Errors name what was expected.
Result<Residual> parse_residual(std::string_view text);
Result<Starts> parse_starts(std::string_view text);
// The text that the functions above read back to the same value.
std::string to_text(Residual residual);
std::string to_text(const Starts& starts);

}  // namespace isoflop
