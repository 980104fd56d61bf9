// Plans as JSON; docs/json.md has every field.
#pragma once

#include <string>

#include "workflow/plan_record.h"

namespace isoflop {

std::string plan_json(const PlanRecord& record);
// `output` is the CSV file that was written, "" for none.
std::string frontier_json(const FrontierRecord& record, const std::string& output);
std::string plan_ways_json(const PlanAlternatives& ways);
std::string profile_json(const ProfileRecord& record, const std::string& output);

}  // namespace isoflop
