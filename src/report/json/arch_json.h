// What `isoflop arch` prints with --json. docs/json.md has the fields.
#pragma once

#include <string>

#include "workflow/arch_record.h"

namespace isoflop {

std::string arch_json(const ArchRecord& record);
std::string nearest_json(const NearestRecord& record);

}  // namespace isoflop
