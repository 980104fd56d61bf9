// A comparison of laws: a table and a sentence for a console, one object in JSON.
#pragma once

#include <string>

#include "isoflop/compare.h"
#include "report/fit_record.h"

namespace isoflop {

struct ComparisonRecord {
  Comparison comparison;
  DataSource data;
  std::string holdout;  // the filter that held rows out
};

std::string compare_page(const ComparisonRecord& record);
// `seconds` is the time of the comparison alone.
std::string compare_json(const ComparisonRecord& record, double seconds);

}  // namespace isoflop
