// Fitting by Bayesian optimisation: the coefficients are searched in a box, and only the value of
// the fit's error on the table is looked at, as a tuner of any black box does.
//
// It is here for comparison with those who fit so. An evaluation of a law takes a microsecond and
// has exact derivatives, so fit() is thousands of times faster, ends at the optimum and not near
// it, and needs no box. docs/tuning.md has figures.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/law.h"
#include "isoflop/optimizer.h"
#include "isoflop/progress.h"
#include "isoflop/recipe.h"
#include "isoflop/result.h"
#include "isoflop/study.h"
#include "isoflop/table.h"

namespace isoflop {

// Where coefficients are searched.
struct SearchBox {
  enum class Kind : std::uint8_t {
    kStarts,     // their ranges, cut to the published grid of starts where there is one
    kPublished,  // the law's box (Law::box()), for what it leaves out as kStarts
    kGiven,      // `ranges`, for what they leave out as kStarts
  };
  Kind kind = Kind::kStarts;
  std::map<std::string, Range> ranges{};
};
// "published", or "E=0:2,A=100:1000,...".
Result<SearchBox> parse_box(std::string_view text);

// The recipe with the box as the ranges of its free coefficients. Errors, all at once: a box was
// not published; a name that is not a coefficient, or is fixed or tied; a range that leaves the
// coefficient's own, or does not meet the recipe's.
Result<Recipe> with_box(const Law& law, const Recipe& recipe, const SearchBox& box);

struct BayesFit {
  Fit fit;  // status kLimit: the best of the evaluations, or kFailed where none was finite
  std::vector<Parameter> parameters;  // the free coefficients: what the points of trials are of
  std::vector<Trial> trials;
};

// The recipe's solver must be Bayesian; its ranges are the box, its seed that of the search.
// Coefficients whose range is above 0, and that are scales, are searched in their logarithm; of a
// scale that may be 0, the part above 1e-15 of the range's end is. Errors: those of fit(); nothing
// is free; the journal's.
Result<BayesFit> fit_by_bayes(const Law& law, const Table& table, const Recipe& recipe,
                              Journal& journal, Executor& executor, Progress& progress);

// Coefficients of a fit that are outside the ranges of a recipe, each as "A = 477.8 is outside 100
// to 400": why a search in there cannot find it.
std::vector<std::string> left_out(const Fit& fit, const Recipe& boxed);

}  // namespace isoflop
