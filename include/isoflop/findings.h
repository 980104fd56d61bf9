// What the runs of a fit leave in doubt, found from the runs and the fit alone: a design that
// cannot tell the law's terms apart, runs that are not independent, noise that is not equal, a law
// that misfits.
//
//   for (const Finding& finding : *findings(fit)) warn(finding.text);
//
// A finding is data: it is kept with the fit, and whatever is made from the fit says it again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/fit.h"
#include "isoflop/result.h"

namespace isoflop {

enum class FindingKind : std::uint8_t {
  kProportional,   // two inputs grow in proportion: the law's terms of both are one
  kConstant,       // an input is one number in every row, or nearly
  kCheckpoints,    // one size on growing data, as the checkpoints of one run
  kOneBudget,      // all runs cost the same
  kNarrow,         // an input stays within a factor of about two
  kNotIdentified,  // runs without noise would not determine these coefficients either
  kAtEdge,         // coefficients at an edge of their range
  kFewInputs,      // few distinct inputs among many rows
  kClustered,      // runs of one size share their residuals, and are taken for independent
  kUnequalNoise,   // the noise grows or falls with an input
  kMisfit,         // the law has another shape than the runs: see lack_of_fit.h
};
std::string to_text(FindingKind kind);
// Reads what to_text() wrote.
Result<FindingKind> parse_finding_kind(std::string_view text);

struct Finding {
  FindingKind kind{};
  std::vector<std::string> names;  // of the inputs, coefficients or columns that it is about
  std::string text;  // for a planner: what was found, and what does not follow from it
};

// The gravest first. Errors: a fit that is not usable, or without its table.
Result<std::vector<Finding>> findings(const Fit& fit);

}  // namespace isoflop
