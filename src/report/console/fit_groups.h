// Fits of one law to each group of a file's rows: one table on the console, one object in JSON.
#pragma once

#include <string>
#include <vector>

#include "isoflop/law.h"
#include "store/fit_record.h"

namespace isoflop {

struct FitGroup {
  std::string name;  // the text that its rows have in the column `by`
  FitRecord record;
};

struct FitGroups {
  Law law;
  std::string by;  // the column
  std::vector<FitGroup> groups;
};

// "converged", "at_bound: E, beta".
std::string status_text(const Fit& fit);
std::string fit_groups_page(const FitGroups& fits);
// `seconds` is the time of all fits alone.
std::string fit_groups_json(const FitGroups& fits, double seconds);

}  // namespace isoflop
