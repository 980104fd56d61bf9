// Fitting: the coefficients of a law that minimise a recipe's objective over a table of runs.
//
//   Table runs = ...;                                   // table.h, read_table.h
//   Result<Fit> fit = isoflop::fit(*find_law("hoffmann2022"), runs);
//   if (fit && fit->usable) plan(fit->law, {.flops = 1e24});
//
// How: candidates are spread over the coefficients that enter non-linearly, the linear ones solved
// for (variable projection); the best go to a refinement that minimises, in each step, the exact
// robust loss of the linearised residuals plus the objective's second-order term; distinct optima
// are recognised and the lowest is the answer. Ranges are kept all the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

enum class FitStatus : std::uint8_t {
  // At an interior point: the next step or its predicted decrease is below the recipe's tolerance,
  // or no step lowers F where less than 1e-9 of F was predicted, which is rounding.
  kConverged,
  kAtBound,  // the same, with the coefficients in `at_bound` held at the edge of their range
  kLimit,    // iterations used up first, or no step lowers F as promised, or the search was asked
             // to stop; coefficients are the best seen
  kFailed,   // no finite objective was ever seen; coefficients are not usable
};
std::string to_text(FitStatus status);
// Reads what to_text() wrote.
Result<FitStatus> parse_status(std::string_view text);

// F of recipe.h at the fitted coefficients.
struct Objective {
  double sum = 0;
  double mean = 0;  // sum over the rows' weights, 1 unless the table has a column `weight`
  std::size_t rows = 0;
};

// How far predictions are from the measured losses; means are over the weights of the rows.
struct LossErrors {
  double rmse = 0;      // nats: root mean square of predicted - measured
  double relative = 0;  // mean of |predicted - measured| / measured
  double r2 = 0;        // 1 - sum of squares / sum of squares about the mean; 0 of equal losses
};
// Spans of one length, not empty; measured losses not 0. No weights: all are 1.
LossErrors loss_errors(std::span<const double> predicted, std::span<const double> measured,
                       std::span<const double> weights = {});
// Of a law with values at the rows of a table; nothing where there are no rows.
std::optional<LossErrors> loss_errors(const Law& law, const Table& table);

// Where starts ended that agree in their objective within 1e-7 (relative).
struct LocalOptimum {
  double objective = 0;              // F there, the lowest of them
  std::size_t reached = 0;           // distinct descents that ended there
  std::vector<double> coefficients;  // in the law's order
};

struct SearchReport {
  static constexpr std::size_t kMostOptima = 20;

  std::size_t tried = 0;  // starts
  // Of the objective itself, to the stopping rule. With a robust loss they may be fewer than the
  // starts, for those that meet at an optimum of least squares go on as one; or more, for some
  // starts also go down without least squares.
  std::size_t descents = 0;
  std::size_t reached_best = 0;  // descents that ended within 1e-7 (relative) of the best objective
  std::size_t candidates = 0;    // points whose objective was looked at to choose the starts
  bool stopped = false;          // ended early, because Progress::stop_asked()
  // Distinct ones, lowest first: the answer, then others at which starts converged.
  std::vector<LocalOptimum> optima;
};

struct Fit {
  Law law;  // with the fitted values; its fitted_on() are the ranges of the table's inputs
  Recipe recipe;
  FitStatus status = FitStatus::kFailed;
  bool usable = false;  // whether the coefficients may be used to predict: status is not kFailed
  std::string message;  // one sentence on the outcome
  Objective objective;
  std::optional<LossErrors> errors = {};  // of its own rows; nothing where it is not usable
  std::vector<std::string> at_bound;  // of a converged fit: coefficients at an edge of their range
  SearchReport search;
  std::vector<std::string> notes;  // for a careful user: stand-ins, inputs that do not vary
  Table table;                     // the columns that the fit used

  // The coefficients by name; none where the fit is not usable. In the law's order they are
  // law.values().
  [[nodiscard]] std::map<std::string, double> coefficients() const;
};

// Errors: an input or the loss is missing from the table; fewer rows than free coefficients; a loss
// that is not above 0 with log residuals; a name in the recipe that is not a coefficient; weights
// that are negative.
//
// Asked to stop, the fit is the best of the starts that are finished, at least one: its status is
// kLimit, and its message says after how many starts.
Result<Fit> fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor,
                Progress& progress);
Result<Fit> fit(const Law& law, const Table& table, const Recipe& recipe, Executor& executor);
Result<Fit> fit(const Law& law, const Table& table, const Recipe& recipe = {});

}  // namespace isoflop
