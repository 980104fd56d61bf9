// The draws of a bootstrap as a part of the fit file.
#pragma once

#include <optional>

#include "base/object_reader.h"
#include "base/value.h"
#include "isoflop/fit_file.h"
#include "isoflop/law.h"

namespace isoflop {

// Null where there are none.
Value draws_value(const FitRecord& record);

// From the document of a fit file, whose fields "bootstrap" and "draws" are read. The intervals are
// made again, to the same bits.
std::optional<BootstrapRecord> read_draws(ObjectReader& document, const Fit& fit);

}  // namespace isoflop
