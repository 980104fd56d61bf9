// How sure a predicted loss is, in the ways that the fit behind it allows: what writers read.
#pragma once

#include <optional>

#include "isoflop/bootstrap.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/loss_band.h"

namespace isoflop {

struct LossIntervals {
  double level = 0;
  std::optional<LossBand> band{};            // of the sandwich
  std::optional<Uncertainty> bootstrap{};    // of the law's own value
  std::optional<ProfileInterval> profile{};  // the same
};

}  // namespace isoflop
