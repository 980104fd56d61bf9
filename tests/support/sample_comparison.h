// A small comparison made by hand, for the tests of the writers.
#pragma once

#include "isoflop/comparison_file.h"
#include "support/sample_fit.h"

namespace isoflop::test {

inline ComparisonRecord sample_comparison() {
  Fit fit = sample_fit().fit;
  fit.at_bound = {"A"};
  fit.notes = {"S stands in for Sx"};
  const ComparedLaw law{.name = "small2025",
                        .fit = fit,
                        .held_out = {.rmse = 0.0625, .relative = 0.02, .r2 = 0.5},
                        .held_out_interval = {0.03125, 0.09375},
                        .free = 2,
                        .criteria = {.aicc = -12, .bic = -10},
                        .predicted = {2.5}};
  ComparedLaw second = law;
  second.name = "other2025";
  second.held_out.rmse = 0.07;
  return {.comparison = {.laws = {law, second},
                         .unusable = {{"clark2022", "nothing provides experts"}},
                         .pairs = {{.first = 0, .second = 1, .probability = 0.7}},
                         .verdict = Verdict{.rows_needed = 40},
                         .notes = {"2 more rows of the value 3"},
                         .rows = 12,
                         .held_out_rows = 3,
                         .folds = 1},
          .recipe = fit.recipe,
          .data = sample_fit().data,
          .holdout = "top:20%:N"};
}

}  // namespace isoflop::test
