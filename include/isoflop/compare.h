// Comparing laws: several are fitted to the same runs, and judged by runs that none of them saw.
//
// Held-out error is the root mean square of predicted - measured loss over the held-out rows. Runs
// are few, so two laws' errors differ by chance: a paired bootstrap resamples the held-out rows
// (the same ones for every law, the fits as they are) and counts how often each law has the lower
// error. What it does not resample is the training rows: the probability is about these fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

// How far predictions are from the measured losses.
struct LossErrors {
  double rmse = 0;      // nats: root mean square of predicted - measured
  double relative = 0;  // mean of |predicted - measured| / measured
  double r2 = 0;        // 1 - sum of squares / sum of squares about the mean; 0 of equal losses
};
// Spans of one length, not empty; measured losses above 0.
LossErrors loss_errors(std::span<const double> predicted, std::span<const double> measured);

// Of the training rows under independent normal residuals of one variance (of ln loss with
// Residual::kLog). The coefficients are the recipe's, which are the most likely ones for kSquare
// only; the variance counts as one more parameter. Lower is better.
struct InformationCriteria {
  double aicc = 0;  // infinite where rows do not exceed parameters by two
  double bic = 0;
};
InformationCriteria information_criteria(std::span<const double> residuals, std::size_t free);

struct ComparedLaw {
  Fit fit;               // to the training rows
  LossErrors training;   // of the training rows
  LossErrors held_out;   // of the held-out rows
  std::size_t free = 0;  // coefficients that were neither fixed nor tied
  InformationCriteria criteria;
  std::vector<double> predicted;  // loss of each held-out row, in their order
};

// Why a law is not among those compared.
struct UnusableLaw {
  std::string law;
  std::string reason;
};

struct Comparison {
  std::vector<ComparedLaw> laws;  // lowest held-out error first
  std::vector<UnusableLaw> unusable;
  std::vector<double> beaten;  // for each law: the probability that the first one beats it
  std::size_t training_rows = 0;
  std::size_t held_out_rows = 0;
  std::size_t resamples = 0;
  std::uint64_t seed = 0;  // of the resamples, the recipe's
  bool stopped = false;    // ended early, because Progress::stop_asked()
};

// `held_out` has one entry a row of the table, not 0 where the row is held out. What the recipe
// says of a coefficient (fix, tie, range, start) holds for the laws that have it. A law whose fit
// fails, or whose predictions are not finite, is among the unusable.
//
// Errors: no row or all rows are held out; a name in the recipe that no law has; every law is
// unusable.
Result<Comparison> compare(std::span<const Law> laws, const Table& table,
                           std::span<const double> held_out, const Recipe& recipe,
                           Executor& executor, Progress& progress);

}  // namespace isoflop
