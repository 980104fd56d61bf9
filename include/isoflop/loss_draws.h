// How sure a fit is of a loss that it predicts, by the draws of its bootstrap: beside the band of
// loss_band.h, which supposes more.
#pragma once

#include "isoflop/bootstrap.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

// Of the law's own value: a run has its noise on top. `law` has the fitted values, `draws` are of
// its fit, `inputs` those of a prediction, given and derived. `level` is what the intervals are to
// cover. Draws whose loss is not finite there are left out. Errors: as of predict().
Result<Uncertainty> loss_uncertainty(const Law& law, const Draws& draws, const Inputs& inputs,
                                     double level);

}  // namespace isoflop
