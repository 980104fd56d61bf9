// How sure a fit is of its coefficients: refits to resampled runs (draws), and intervals from them.
//
//   Result<Draws> draws = bootstrap(fit, {.replicates = 4000});
//   for (const Uncertainty& u : uncertainties(fit, *draws, 0.95)) use(u.bca.low, u.bca.high);
//
// A bootstrap asks how the answer would vary over tables like this one (Efron and Tibshirani 1993,
// "An introduction to the bootstrap"). Rows: as many runs as there are, drawn with replacement; it
// supposes nothing but that runs are independent. Clusters: whole groups of runs that share what
// makes them alike (a model's checkpoints, a sweep) are drawn, for such runs are not independent.
// Residuals: the runs stay as they were designed, and each gets the fitted loss with a residual of
// another run; it supposes that all residuals have one distribution.
//
// When to choose what: rows for independent runs; clusters as soon as rows share a model or a
// sweep, or the intervals are too narrow; residuals for few runs of a design (a row of it less
// would change the question). Without a bootstrap, covariance.h is instant and right for many runs
// of a well-identified law, likelihood_profile.h for one that is not.
//
// A draw is to be the optimum that a fit from scratch to its resample ends at. Where all starts of
// a search of the whole table end at one optimum, draws are refined from there, which is many times
// quicker than a search; the first 40, or one in a hundred, the pilots, are fitted from scratch as
// well. Where a pilot ends lower from scratch, or the whole table has other optima, as with laws of
// many coefficients, all draws are searched from scratch. Pilots are a sample: a draw beside them
// may have a lower optimum that its refinement does not find. Of 200 draws each that were compared
// with fits from scratch, of three laws on public runs, none was higher (tests/slow/README.md).
//
// The draws are kept, not only intervals of coefficients: whatever is derived from coefficients (a
// plan, a predicted loss) gets its interval from its values over the draws, by uncertainty() below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

enum class Resampling : std::uint8_t {
  kRows,
  kClusters,  // rows with the same number in the table's column `cluster` stay together
  kResiduals,
};

// "rows", "clusters", "residuals".
std::string to_text(Resampling by);
Result<Resampling> parse_resampling(std::string_view text);

struct Bootstrap {
  Resampling by = Resampling::kRows;
  std::size_t replicates = 1000;
  // Resample i depends on this and i alone, so more replicates add to the same ones.
  std::uint64_t seed = 1;
};

struct Draws {
  Bootstrap how;
  std::size_t units = 0;  // what was resampled: rows, clusters or residuals of the table
  // Whether the work was asked to stop before the last draw, or after it in the jackknife.
  bool stopped = false;
  std::size_t searched = 0;  // draws that were fitted from scratch, too

  // One of each a draw. There are how.replicates draws, or fewer where the work was asked to stop.
  std::vector<FitStatus> status;
  std::vector<double> objective;  // F of the resample; NaN where the refit failed

  // Draw by draw, all coefficients of the law in its order; NaN where the refit failed.
  std::vector<double> values;
  // The same for fits with one unit left out each, or, of more than 1000 units, one of 200 groups
  // of them. Empty where the work was stopped.
  std::vector<double> jackknife;

  [[nodiscard]] std::size_t size() const { return status.size(); }
  [[nodiscard]] std::size_t count(FitStatus which) const;
};

// The fit must be usable and have its table; for kClusters the table needs a column `cluster`.
// Residuals are recentred so that the loss of what is drawn has its minimum at 0, and their weights
// stay with the runs. A resample with fewer different runs than free coefficients counts as failed.
//
// Errors: no replicates; a fit that is not usable or without its table; no column `cluster`, or one
// cluster alone.
Result<Draws> bootstrap(const Fit& fit, const Bootstrap& how, Executor& executor,
                        Progress& progress);
Result<Draws> bootstrap(const Fit& fit, const Bootstrap& how);

// How a quantity varies over draws, in the quantity's unit. What cannot be said is NaN.
struct Uncertainty {
  double standard_error = 0;  // standard deviation of the draws
  Range percentile;           // central quantiles of the draws
  // The same with bias and skewness corrected to second order (bias-corrected and accelerated,
  // Efron 1987, "Better bootstrap confidence intervals", J. Amer. Statist. Assoc. 82:171): the
  // quantiles at
  //
  //   Phi(z0 + (z0 + z) / (1 - a (z0 + z))),   z = Phi^-1((1 -+ level) / 2),
  //
  // z0 = Phi^-1(share of draws below the estimate, ties half), and a, a sixth of the skewness of
  // the estimate's influence values, from the jackknife: with d_i = mean - value without unit i,
  // a = sum d_i^3 / (6 (sum d_i^2)^(3/2)). NaN where the estimate is outside all draws, or without
  // two values of the jackknife.
  Range bca;
};

// `estimate` is the quantity at the fit, `draws` and `jackknife` its values over Draws::values and
// Draws::jackknife; those that are NaN are left out. `level` is the share that an interval is to
// cover, between 0 and 1. All is NaN where fewer than two draws, or fewer than half of them, have a
// value: those that have one are no fair sample.
Uncertainty uncertainty(double estimate, std::span<const double> draws,
                        std::span<const double> jackknife, double level);
// One for each coefficient of the law; of a fixed one the intervals are its value.
std::vector<Uncertainty> uncertainties(const Fit& fit, const Draws& draws, double level);

// What a careful user should know: work that was stopped, refits that failed or ended at an edge,
// too few draws for intervals of `level`, few clusters, skewed draws, why an interval is unknown.
std::vector<std::string> notes_on(const Fit& fit, const Draws& draws, double level,
                                  std::span<const Uncertainty> uncertainties);

}  // namespace isoflop
