// Comparing laws: several are fitted to the same runs, and judged by runs that their fits did not
// see (holdout.h).
//
// Held-out error is the root mean square of predicted - measured loss over the held-out rows of a
// fold; of several, the root of the mean of their squares, so that each fold counts the same. Of
// windows (rolling) those are left out that have too few rows before them for the largest law. Runs
// are few, so two laws' errors differ by chance: a paired bootstrap resamples the rows (the same
// ones for every law; whole groups where groups were held out), those that judge and those that the
// laws were fitted to, moves the fits by one step each (judge/one_step_refit.h), and counts how
// often each law has the lower error. That estimates how often the same comparison of other runs
// like these would end the same way.
//
// A law that contains another as a special case can hardly do worse on what it was fitted to, and
// can be luckier on what it was not: of two such laws the simpler one is placed first, unless the
// larger one, or any other, beats it with a probability of kSure, or the larger one has the lower
// error as well as an AICc that is lower by more than kAiccApart. Whether it is contained is found
// from the runs: the larger law, fitted to the simpler one's predictions at all rows, reproduces
// them. So hossain2025 contains hoffmann2022 on dense runs, and does not on sparse ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/holdout.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/table.h"

namespace isoflop {

inline constexpr double kSure = 0.95;
inline constexpr double kErrorLevel = 0.9;  // of the intervals of held-out errors
// An AICc that is so much lower is evidence of 1 to 150, in the rows that were fitted: a law that
// has it against itself is not believed, whatever the held-out rows say.
inline constexpr double kAiccApart = 10;
// Of fewer held-out rows (or groups) there are few different resamples: the probability is rough.
inline constexpr std::size_t kFewUnits = 10;

// Under independent residuals (of ln loss with Residual::kLog) of one scale, which is estimated and
// counts as one more parameter: normal for kSquare, Laplace's distribution for kAbsolute, for the
// other losses normal with exponential tails beyond 1.345 scales (Huber's least favourable
// density), under which an outlier costs what it costs the fit. The coefficients are the recipe's,
// which are near the most likely ones. Lower is better.
struct InformationCriteria {
  double aicc = 0;  // infinite where rows do not exceed parameters by two
  double bic = 0;
};
InformationCriteria information_criteria(std::span<const double> residuals, std::size_t free,
                                         const RobustLoss& loss);

// A law under the name that it is compared by.
struct Candidate {
  std::string name;
  Law law;
};

struct ComparedLaw {
  std::string name;
  Fit fit;                  // to the training rows of a single fold; of several folds, to all rows
  LossErrors held_out;      // of the held-out rows of all folds
  Range held_out_interval;  // of held_out.rmse: kErrorLevel of resamples of the held-out rows alone
  std::size_t free = 0;     // coefficients that were neither fixed nor tied
  InformationCriteria criteria;   // of the rows of `fit`
  std::vector<double> predicted;  // loss of each held-out row, fold by fold
};

// Why a law is not among those compared.
struct UnusableLaw {
  std::string name;
  std::string reason;
};

// Two of the compared laws, by their places.
struct ComparedPair {
  std::size_t first = 0, second = 0;  // first < second
  double probability = 0;             // that the first has the lower held-out error
  bool simpler = false;               // the first is a special case of the second on these runs
};

// Of the first law against the one that comes nearest to it in probability, its rival.
struct Verdict {
  std::size_t pair = 0;  // place among the pairs
  // The least number of held-out rows (or groups) without which the rival would have the lower
  // error; 0 where it has it.
  std::size_t overturned_by = 0;
  // How many held-out rows (or groups) like these would make a difference of this size sure; none
  // where it is sure, or the rival's error is not higher, or no number would, for the fits vary too
  // much with their own runs.
  std::optional<double> rows_needed;
  std::size_t lowest_aicc = 0;  // place of the law with the lowest AICc
  double aicc_above = 0;        // AICc of the first law less the lowest
  // The first law is sure (kSure), and AICc does not prefer another by more than kAiccApart; or it
  // is its rival's special case, and AICc prefers none.
  bool believed = false;
};

struct Comparison {
  std::vector<ComparedLaw> laws;  // best first
  std::vector<UnusableLaw> unusable;
  std::vector<ComparedPair> pairs;  // all of them
  std::optional<Verdict> verdict;   // where there are two laws or more
  std::vector<std::string> notes;   // of the hold-out
  std::size_t rows = 0;             // of the table
  std::size_t held_out_rows = 0;    // of all folds
  std::size_t folds = 0;
  std::size_t units = 0;  // held-out rows or groups, as the bootstrap draws them
  bool by_groups = false;
  std::size_t resamples = 0;
  std::uint64_t seed = 0;  // of the resamples, the recipe's
  bool stopped = false;    // ended early, because Progress::stop_asked()
};

// What the recipe says of a coefficient (fix, tie, range, start) holds for the laws that have it. A
// law whose fit to a fold fails, or whose predictions are not finite, is among the unusable. Asked
// to stop, the laws that were not reached are, too.
//
// Errors: a name in the recipe that no law has; held-out rows of no weight; every law is unusable.
Result<Comparison> compare(std::span<const Candidate> laws, const Table& table, const Folds& folds,
                           const Recipe& recipe, Executor& executor, Progress& progress);
// With the hold-out as a text, of the table's columns: "top:20%:C". One thread.
Result<Comparison> compare(std::span<const Candidate> laws, const Table& table,
                           std::string_view holdout, const Recipe& recipe = {});

// The answer as a sentence: which law, by how much, how sure, and what would change it.
std::string verdict_text(const Comparison& comparison);

}  // namespace isoflop
