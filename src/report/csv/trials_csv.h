// The trials of a study as CSV: a line each, with a column for each parameter between `evaluation`
// (from 1) and `value`, `origin`. A failed trial has no value; a parameter that meant nothing has
// none there. Numbers as in csv.h.
#pragma once

#include <span>
#include <string>

#include "isoflop/optimizer.h"

namespace isoflop {

std::string write_trials_csv(std::span<const Parameter> parameters, std::span<const Trial> trials);

}  // namespace isoflop
