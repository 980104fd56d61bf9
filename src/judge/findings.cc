#include "isoflop/findings.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/enum_names.h"
#include "base/error.h"
#include "judge/design_findings.h"
#include "judge/misfit_finding.h"
#include "judge/noise_findings.h"

namespace isoflop {

namespace {

// In the order of FindingKind.
constexpr std::string_view kFindingNames[] = {
    "proportional", "constant",   "checkpoints", "one_budget",    "narrow", "not_identified",
    "at_edge",      "few_inputs", "clustered",   "unequal_noise", "misfit"};

}  // namespace

std::string to_text(FindingKind kind) { return enum_name(kFindingNames, kind); }

Result<FindingKind> parse_finding_kind(std::string_view text) {
  if (const auto kind = enum_value<FindingKind>(kFindingNames, text)) return *kind;
  return error("\"{}\" is not a kind of finding", text);
}

Result<std::vector<Finding>> findings(const Fit& fit) {
  if (!fit.usable || fit.table.rows() == 0)
    return work_error("a fit without coefficients or without its runs has no findings");
  std::vector<Finding> found = design_findings(fit);
  std::vector<Finding> noise = noise_findings(fit);
  std::ranges::move(noise, std::back_inserter(found));
  if (auto misfit = misfit_finding(fit)) found.push_back(*std::move(misfit));
  return found;
}

}  // namespace isoflop
