// Approach 1 of approaches.h.
#pragma once

#include "isoflop/approaches.h"
#include "judge/parabolas.h"

namespace isoflop {

Envelope envelope(const SizedRuns& runs);

}  // namespace isoflop
