// How sure predicted losses and plans are, in the ways that the fit behind a model allows: by the
// draws of its bootstrap, by its sandwich covariance, and by profile likelihood.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isoflop/bootstrap.h"
#include "isoflop/executor.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/loss_band.h"
#include "isoflop/predict.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "workflow/model.h"
#include "workflow/plans.h"

namespace isoflop {

// Of a predicted loss.
struct LossIntervals {
  double level = 0;
  // Of the sandwich; where that does not hold, `mean` is unknown and `run` is of the profile.
  std::optional<LossBand> band{};
  std::optional<Uncertainty> bootstrap{};    // of the law's own value
  std::optional<ProfileInterval> profile{};  // the same
  std::optional<Range> for_misfit{};         // where the law is in doubt

  // Of the law's own value, where there is room for one: by the draws, the band or the profile.
  [[nodiscard]] std::optional<Range> shown() const;
};
// Nothing for a published set, for a fit without its runs or a covariance and without draws. The
// level is the usual one where none is asked for. What a careful user should know joins `notes`.
std::optional<LossIntervals> loss_intervals(const Model& model, const Inputs& inputs,
                                            const IntervalRequest& wanted,
                                            std::vector<std::string>& notes);

// Adds to answers of the model the intervals of its fit's bootstrap and of its sandwich covariance,
// side by side, and profiles where wanted and the fit has its runs. What a careful user should know
// joins the plans' notes.
//
// The sandwich is left out where it does not hold: a coefficient at an edge of its range, a
// combination of coefficients that is not known to within its own size, draws without an answer, an
// interval that leaves out the plan. The likelihood profile takes its place; what that does not
// bound either is not determined by the runs, and a warning says so.
//
// Stopped before they are done, the answers come without any, and the last says so.
void add_intervals(const Model& model, const IntervalRequest& wanted, std::span<PlanRecord> records,
                   Executor& executor, Progress& progress);

// Whether a model has what its profiles are made from: a fit with its runs.
Result<void> check_profiles(const Model& model);

}  // namespace isoflop
