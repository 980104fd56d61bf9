// Parts that data-set files and claims files share.
#pragma once

#include "base/object_reader.h"
#include "isoflop/data_set.h"

namespace isoflop {

// "key:set", which must be a set of the book.
std::string read_set_name(ObjectReader& fields, std::string_view name);
// A relative tolerance, between 0 and 1.
double read_tolerance(ObjectReader& fields, std::string_view name);

}  // namespace isoflop
