// A tuned recipe beside the default one, with the fit of the one that stays: a page for a console,
// one object in JSON.
#pragma once

#include <string>
#include <vector>

#include "isoflop/tune.h"
#include "store/fit_record.h"

namespace isoflop {

struct TuneRecord {
  TuneTask task;
  RecipeSearch search;
  Tuning tuning;
  FitRecord fit;        // of the recipe that stays
  std::string holdout;  // as it was given
  std::string growth;   // the formula that grows: "C"
  std::string flags;    // of `isoflop fit`, for the same fit
  std::vector<UnusableLaw> unusable;
};

// `output` is the fit file that was written, "" for none.
std::string tune_page(const TuneRecord& record, const std::string& output);
// `seconds` is the time of the search and of the fits that judge it.
std::string tune_json(const TuneRecord& record, double seconds, const std::string& output);

// The answer: which recipe stays, why, and how sure that is.
std::string tuning_text(const TuneRecord& record);

}  // namespace isoflop
