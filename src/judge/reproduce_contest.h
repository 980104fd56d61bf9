// A claim that a law does as well as others on the same runs.
#pragma once

#include <string_view>

#include "isoflop/reproduce.h"

namespace isoflop {

// `text` is that of the data set's file.
Result<ReproducedContest> reproduce_contest(const DataSet& data, const Contest& contest,
                                            std::string_view text, Executor& executor,
                                            Progress& progress);

}  // namespace isoflop
