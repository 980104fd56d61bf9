// Plans for people.
#pragma once

#include <string>

#include "workflow/plan_record.h"

namespace isoflop {

std::string plan_page(const PlanRecord& record);
std::string frontier_page(const FrontierRecord& record);
std::string plan_ways_page(const PlanAlternatives& ways);
std::string profile_page(const ProfileRecord& record);

}  // namespace isoflop
