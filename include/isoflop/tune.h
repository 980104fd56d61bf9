// Tuning a recipe: which law, residual, loss, weights and exclusions predict best what is larger
// than the runs that they were fitted to.
//
//   const Result<TuneTask> task = make_tune_task(laws, table, growth, holdout, recipe);
//   Journal journal;
//   const Result<RecipeSearch> search = search_recipes(*task, 100, journal, executor, progress);
//   const Result<Tuning> tuning = judge_search(*task, *search, executor);
//   use(tuning->fit);
//
// Nested: the runs are cut into windows of growing compute (holdout.h, rolling). The search fits
// each recipe to what comes before a window, predicts the window, and sees all windows but the
// last. Then the recipe that did best there and the default one, fitted to all before the last
// window, predict it once: their outer errors. So the figure that is reported is of runs that had
// no part in the choice. Whatever a recipe minimises, its errors are measured in the same way:
//
//   error = sqrt(sum_i w_i (ln L_predicted,i - ln L_i)^2 / sum_i w_i)   over the rows of a window,
//
// w_i the table's column `weight`, 1 without one; of several windows, the root of the mean of their
// squares, so that each counts the same. The default stays unless the tuned recipe has the
// lower outer error in a share kSure (compare.h) of paired resamples of the last window's rows.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "isoflop/compare.h"
#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/holdout.h"
#include "isoflop/optimizer.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/study.h"
#include "isoflop/table.h"

namespace isoflop {

// A recipe with what is done to the table before it is fitted: first the rows of smallest growth
// are left out, then of the others those of highest loss.
struct RecipeChoice {
  std::size_t law = 0;            // place among the task's laws
  Recipe recipe;                  // what it says of coefficients holds for those that the law has
  bool published_ranges = false;  // of the law's box, for coefficients that the task leaves free
  double weight_power = 0;        // rows weigh growth^weight_power more
  std::size_t drop_smallest = 0;  // per cent of the rows that would be fitted to
  std::size_t drop_highest = 0;   // rows
};

// The rows that a choice is fitted to.
struct ChosenRows {
  Table table;          // with a column `weight` where the choice or the task has weights
  double smallest = 0;  // growth from which on rows are kept; the least of all with none left out
  double largest = 0;   // growth that has the weight 1
  std::size_t too_small = 0;  // rows below `smallest`
  std::size_t too_high = 0;   // rows left out for their loss
};

struct TuneTask {
  std::vector<Candidate> laws;
  Table table;                 // the inputs of all laws, loss, perhaps weight
  std::vector<double> growth;  // of each row: training compute, as a rule
  Folds search;                // the windows that the search sees
  Fold last;                   // the one that judges
  Recipe recipe;               // of the default: with it, the first law is fitted to all rows
  std::vector<std::string> notes;
};

// `holdout` is of the kind kRolling with 2 windows or more, `growth` its expression for each row. A
// window is left out of the search, and a note says so, where there are fewer than three rows
// before it for two free coefficients of the law that has most of them.
//
// Errors: another hold-out; no law; a Bayesian solver; a name in the recipe that no law has; a loss
// that is not above 0; too few rows or different values of growth for the windows; a window whose
// rows all have the weight 0.
Result<TuneTask> make_tune_task(std::vector<Candidate> laws, Table table,
                                std::vector<double> growth, const Holdout& holdout,
                                const Recipe& recipe);

// What is searched over, each of them where there is a choice:
//
//   law            of the task's
//   residual       log, linear
//   loss           those of robust_loss.h
//   delta          0.0001 to 0.1, in logarithm; of the losses that have one
//   ranges         law, published: the box of a paper (Law::box()); where a law of the task has one
//   drop_smallest  0, 5, ... 30 per cent, as a number of steps
//   drop_highest   0 to the smaller of 10 and a twentieth of the rows
//   weights        given (the task's, or none), growth; where all growth is above 0
//   power          0.05 to 1, in logarithm; of growth: weight_power
Result<SearchSpace> recipe_space(const TuneTask& task);
// Real numbers of a choice have three digits, so that it can be written down.
RecipeChoice choice_at(const TuneTask& task, const SearchSpace& space, const Point& point);
// The first law, with the task's recipe and all rows.
RecipeChoice default_choice(const TuneTask& task);

// Those of `rows` that the choice is fitted to. Nothing else of the table is looked at.
ChosenRows chosen_rows(const TuneTask& task, const RecipeChoice& choice,
                       std::span<const std::size_t> rows);
// Over the windows of the search; NaN where a fit fails or a prediction is not finite and above 0.
double search_error(const TuneTask& task, const RecipeChoice& choice, Executor& executor);

struct RecipeSearch {
  std::vector<Parameter> parameters;
  std::vector<Trial> trials;    // a failed one: search_error() is NaN
  std::size_t evaluations = 0;  // that were asked for
  [[nodiscard]] std::size_t failed() const;
  [[nodiscard]] bool stopped() const { return trials.size() < evaluations; }
};

// The parts of search_recipes(), where something else than an Executor evaluates: ask the optimiser
// for kRecipesAtOnce points, tell it search_error(choice_at(point)) of each, in their order, and so
// on. The number is a constant, so that what is found depends on nobody's threads.
inline constexpr std::size_t kRecipesAtOnce = 4;
Result<Optimizer> recipe_optimizer(const TuneTask& task);
// What it was told, of so many evaluations that were asked for.
RecipeSearch recipe_search(const Optimizer& optimizer, std::size_t evaluations);

// By Bayesian optimisation with a random forest, kRecipesAtOnce at a time. What it finds depends on
// the task, the number of evaluations and the recipe's seed; never on the executor, the journal, or
// the losses of the last window. Asked to stop, it ends with the trials that are finished. Errors:
// no evaluation; the journal's.
Result<RecipeSearch> search_recipes(const TuneTask& task, std::size_t evaluations, Journal& journal,
                                    Executor& executor, Progress& progress);

struct JudgedRecipe {
  RecipeChoice choice;
  double search_error = 0;  // NaN where a fit failed
  double outer_error = 0;   // of the last window; NaN where the fit failed
  Range interval;           // of the outer error: central 95 % of resamples of the window's rows
};

// How much of what the search saw one parameter explains by itself.
struct ChoiceImportance {
  std::string parameter;
  double share = 0;
};

struct Tuning {
  JudgedRecipe tuned;         // the best of the search; the default where that did better
  JudgedRecipe standard;      // the default
  bool found_better = false;  // than the default, on the windows of the search
  // That the tuned recipe has the lower outer error; one half where it is the default.
  double probability = 0.5;
  bool keeps_default = true;  // found_better is not true, or the probability is below kSure
  std::size_t resamples = 0;
  // Main effects of a functional analysis of variance (Hutter, Hoos and Leyton-Brown 2014, "An
  // efficient approach for assessing hyperparameter importance"): the variance of the mean error
  // for each value of a parameter, over all values of the others, as a share of the variance over
  // the whole space; both of a random forest fitted to the trials. The rest, up to 1, is due to
  // combinations. Errors count as the surrogate sees them: in logarithm, those far above the lowest
  // compressed, a failed one as the highest. Empty with fewer than two finite trials.
  std::vector<ChoiceImportance> importances;
  Fit fit;          // of the recipe that stays, to all rows
  ChosenRows rows;  // of that fit
  [[nodiscard]] const JudgedRecipe& kept() const { return keeps_default ? standard : tuned; }
};

// Errors: the default recipe and the tuned one both fail on the last window, or the one that stays
// on all rows.
Result<Tuning> judge_search(const TuneTask& task, const RecipeSearch& search, Executor& executor);

}  // namespace isoflop
