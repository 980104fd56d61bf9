// A comparison of laws: a table and a sentence for a console, one object in JSON.
#pragma once

#include <string>
#include <vector>

#include "isoflop/compare.h"
#include "store/fit_record.h"

namespace isoflop {

struct ComparisonRecord {
  Comparison comparison;
  Recipe recipe;
  DataSource data;
  std::string holdout;             // as it was given
  std::vector<std::string> notes;  // of reading the runs
};

std::string compare_page(const ComparisonRecord& record);
// `seconds` is the time of the comparison alone.
std::string compare_json(const ComparisonRecord& record, double seconds);

// The answer: which law, by how much, how sure, and what would change it.
std::string verdict_text(const Comparison& comparison);

}  // namespace isoflop
