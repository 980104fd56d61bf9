// Intervals and identifiability as parts of a fit's document.
#pragma once

#include <cstddef>
#include <optional>

#include "base/object_reader.h"
#include "base/value.h"
#include "isoflop/confidence.h"
#include "isoflop/fit_file.h"

namespace isoflop {

// Null where the record has no confidence.
Value intervals_value(const FitRecord& record);
Value identifiability_value(const FitRecord& record);
Value findings_value(const FitRecord& record);
Value lack_of_fit_value(const FitRecord& record);
// [low, high], an end that there is none of being null; null where the interval is not known.
Value profile_value(const FitRecord& record, std::size_t coefficient);

// From the document of a fit file, where it has them.
std::optional<Confidence> read_confidence(ObjectReader& document, const Fit& fit);

}  // namespace isoflop
