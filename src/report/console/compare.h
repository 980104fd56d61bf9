// A comparison of laws: a table and a sentence for a console, one object in JSON.
#pragma once

#include <string>

#include "store/comparison_file.h"

namespace isoflop {

std::string compare_page(const ComparisonRecord& record);
// `seconds` is the time of the comparison alone.
std::string compare_json(const ComparisonRecord& record, double seconds);

}  // namespace isoflop
