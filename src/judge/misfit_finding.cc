#include "judge/misfit_finding.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/number_text.h"
#include "isoflop/lack_of_fit.h"
#include "isoflop/output.h"

namespace isoflop {

namespace {

std::string log_of(const std::string& input) {
  return input == "S" || input == "Sx" ? fmt::format("ln(1 - {})", input) : "ln " + input;
}

const char* side(const LackOfFit& test) { return test.direction > 0 ? "above" : "below"; }

// plan() takes laws of a size and data whose lowest value is the best.
const char* what_follows(const Law& law) {
  const bool sized = law.has_input("N") || law.has_input("P");
  return sized && law.has_input("D") && output_of(law).lowest_is_best ? "the plan" : "predictions";
}

}  // namespace

std::optional<Finding> misfit_finding(const Fit& fit) {
  const Result<LackOfFit> test = lack_of_fit(fit);
  if (!test || !test->untested.empty() || !(test->p < kMisfitLevel)) return std::nullopt;
  const std::vector<std::string>& names = test->inputs;
  const std::string bend =
      names.size() == 1
          ? fmt::format("{0}: at its ends the runs lie {1}", log_of(names[0]), side(*test))
          : fmt::format("{} times {}: where both are large or small, the runs lie {}",
                        log_of(names[0]), log_of(names[1]), side(*test));
  return Finding{.kind = FindingKind::kMisfit,
                 .names = names,
                 .text = fmt::format("the law misfits: p = {}, residuals bend with {} the law; "
                                     "expect {} to be off",
                                     format_number(test->p, 2), bend, what_follows(fit.law))};
}

}  // namespace isoflop
