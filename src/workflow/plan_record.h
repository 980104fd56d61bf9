// Answers of the planner together with what was asked: what their writers read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isoflop/frontier.h"
#include "isoflop/hardware.h"
#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/plan_draws.h"
#include "isoflop/profile.h"
#include "isoflop/quantity_profile.h"
#include "isoflop/result.h"

namespace isoflop {

struct PlanRecord {
  Law law;
  Plan plan;
  std::optional<Spend> spend{};  // of training, where the hardware is known
  // How sure it is, in the ways that the fit has: under the draws of its bootstrap, and under draws
  // from the normal distribution of its sandwich covariance.
  std::optional<PlanUncertainty> bootstrap{}, sandwich{};
  std::optional<PlanProfile> profile{};  // its profile likelihood, where asked for
  double level = 0;                      // of the intervals

  // What to show where there is room for one: the bootstrap's, or else the sandwich's; null without
  // both.
  [[nodiscard]] const PlanUncertainty* sure() const {
    return bootstrap ? &*bootstrap : sandwich ? &*sandwich : nullptr;
  }
  [[nodiscard]] const char* sure_by() const { return bootstrap ? "bootstrap" : "sandwich"; }
};

// One question for several budgets, smallest first.
struct FrontierRecord {
  std::vector<PlanRecord> plans;
  GrowthExponents exponents;
};

// One question asked in several ways: of several laws, by several cost models, for each of several
// architectures.
struct PlanAlternative {
  std::string label;
  std::string what;  // more on it; may be ""
  Result<PlanRecord> answer;
};
struct PlanAlternatives {
  std::string by;  // "law", "cost", "architecture"
  std::vector<PlanAlternative> ways;
  std::optional<std::size_t> best{};  // where one of them is to be chosen
};

struct ProfileRecord {
  Law law;
  IsoflopProfile profile;
  std::optional<PlannedRun> optimum{};  // of the budget, where there is one
  // The same points under other laws: their labels and losses.
  std::vector<std::pair<std::string, std::vector<double>>> others{};
};

}  // namespace isoflop
