// Pages on architectures, for people.
#pragma once

#include <string>

#include "workflow/arch_record.h"

namespace isoflop {

std::string arch_page(const ArchRecord& record);
std::string nearest_page(const NearestRecord& record);

}  // namespace isoflop
