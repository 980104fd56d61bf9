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
  kProportional,  // two inputs grow in proportion: the law's terms of both are one
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
