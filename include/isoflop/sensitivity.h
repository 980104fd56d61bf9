// Whether a plan depends on how the fit was made: the same runs by other residuals, losses, deltas
// and with other runs left out. Published answers turned on exactly these (Besiroglu et al. 2024,
// arXiv 2404.10102; Porian et al. 2024, arXiv 2406.19146).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/fit.h"
#include "isoflop/influence.h"
#include "isoflop/plan.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

// Runs that a variant leaves out, as rows of the fit's table.
struct Exclusion {
  std::string name;  // "none", "highest losses", "outliers", "undertrained"
  std::vector<std::size_t> rows;
};

struct PlanVariant {
  Residual residual = Residual::kLog;
  RobustLoss loss;
  std::size_t exclusion = 0;  // place among the exclusions
  // Nothing where the fit or the plan failed, for the reason that is given.
  std::optional<PlannedRun> plan;
  std::string reason;
  FitStatus status = FitStatus::kFailed;
};

// How far a choice alone moves the planned N: the mean, over the other choices, of ln of its
// largest over its smallest; NaN where fewer than two of its values have a plan.
struct ChoiceEffects {
  double residual = 0, loss = 0, exclusion = 0;
};

struct Sensitivity {
  std::vector<Exclusion> exclusions;  // "none" is the first; those that would leave out no run
                                      // are not there
  std::vector<PlanVariant> variants;  // all combinations that were reached
  std::optional<std::size_t> smallest, largest;  // by N
  ChoiceEffects effects;
  bool stopped = false;
};

// By log and linear residuals; Huber's loss with a delta of 1e-4, 1e-3 and 1e-2, squares, and
// absolute values; and the exclusions. The rest of the recipe is the fit's. Linear residuals use
// the same deltas. Errors: as of influence().
Result<Sensitivity> sensitivity(const Fit& fit, const Influence& influence,
                                const PlanQuestion& question, Executor& executor,
                                Progress& progress);

}  // namespace isoflop
