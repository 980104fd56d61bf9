// Planning questions as a person asks them, before it is known which law answers, and the answers:
// one plan, one for each of several budgets, several side by side, or the losses along a budget.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/extrapolation.h"
#include "isoflop/hardware.h"
#include "isoflop/law.h"
#include "isoflop/likelihood_profile.h"
#include "isoflop/plan.h"
#include "isoflop/plan_draws.h"
#include "isoflop/profile.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "workflow/architecture.h"
#include "workflow/averaging.h"
#include "workflow/model.h"

namespace isoflop {

// ---- questions

// Memory that a model must fit in.
struct MemoryBudget {
  double bytes = 0;
  bool training = false;  // weights, gradients and the optimizer's state; else weights and KV cache
  MemoryOptions options{.sequences = 0};
  // Kept for the KV cache; by default that of options.sequences sequences of the architecture.
  std::optional<double> key_values{};
};

struct IntervalRequest {
  std::optional<double> level{};  // by default that of the fit
  bool profile = false;           // by profile likelihood, too
};

struct PlanRequest {
  static constexpr double kContext = 4096;

  PlanQuestion question{};        // all but its budget
  std::vector<double> budgets{};  // training FLOPs
  std::optional<Hardware> hardware{};
  // Instead of budgets: days on the hardware's GPUs, money at its price.
  std::optional<double> days{}, money{};
  std::optional<MemoryBudget> memory{};
  std::optional<NamedArchitecture> architecture{};  // gives its sparsity, experts and Sx
  double context = kContext;                        // tokens of a sequence
  FlopsOptions flops{};                             // what exact costs count
  bool exact_cost = false;                          // the architecture's, not question.cost
  IntervalRequest intervals{};
};

// The budgets, smallest first; empty for none. Errors: budgets of two kinds, days or money without
// hardware that says enough.
Result<std::vector<double>> budgets_of(const PlanRequest& request);
// The same where there may be but one; another error: several.
Result<std::optional<double>> single_budget(const PlanRequest& request);
// The request without a budget.
PlanRequest without_budgets(PlanRequest request);
// The question for a law, with the only budget where there is one. `notes` gets what the
// architecture and the memory gave. Errors: those of single_budget(), an input that the
// architecture gives too, a memory that the KV cache fills.
Result<PlanQuestion> plan_question(const PlanRequest& request, const Law& law,
                                   std::vector<std::string>& notes);

// The same for a model of this architecture, whose sizes are its own.
Result<PlanQuestion> sized_question(const PlanRequest& request, const NamedArchitecture& arch,
                                    const Law& law);

// What a fit's next plan is asked for; by default a step beyond its runs.
struct NextPlan {
  std::optional<double> flops{};     // by default ten times the most FLOPs of a run, or 1e21
  std::optional<double> sparsity{};  // by default that of most runs, or 0
  Inputs inputs{};
};
PlanQuestion next_question(const Law& law, const Table& runs, const NextPlan& next);

// ---- answers

struct PlanRecord {
  Law law;
  Plan plan;
  std::optional<Spend> spend{};  // of training, where the hardware is known
  // How sure it is, in the ways that the fit has and that hold: under the draws of its bootstrap,
  // and under draws from its sandwich covariance.
  std::optional<PlanUncertainty> bootstrap{}, sandwich{};
  // Its profile likelihood, where asked for and where the sandwich does not hold.
  std::optional<NamedProfiles> profile{};
  // Quantities that the runs of the fit do not determine: they have no interval.
  std::vector<std::string> undetermined{};
  double level = 0;                     // of the intervals
  std::vector<std::string> warnings{};  // why the model may be wrong
  // Of a fit with its runs: how far outside of them it is.
  std::optional<Extrapolation> outside{};
  // Where the law is in doubt: intervals that allow for misfit, by quantity.
  std::vector<std::pair<std::string, Range>> for_misfit{};

  // The draws to show: the bootstrap's, or else the sandwich's; null without both.
  [[nodiscard]] const PlanUncertainty* sure() const {
    return bootstrap ? &*bootstrap : sandwich ? &*sandwich : nullptr;
  }
  [[nodiscard]] const char* sure_by() const {
    return bootstrap ? "bootstrap" : sandwich ? "sandwich" : "profile";
  }
  [[nodiscard]] bool is_undetermined(std::string_view name) const;
  // The interval to show where there is room for one: by the draws, or else by the profile.
  [[nodiscard]] std::optional<Range> shown(std::string_view name) const;
  [[nodiscard]] std::optional<Range> shown_for_misfit(std::string_view name) const;
};

// One question for several budgets, smallest first.
struct FrontierRecord {
  std::vector<PlanRecord> plans;
  GrowthExponents exponents;
  std::vector<std::string> notes{};  // what the architecture and the memory gave
};
// One plan a budget, with intervals where the model has draws. Stopped before they are done, the
// plans come without intervals, and a note says so. Errors: no budget has a plan.
Result<FrontierRecord> plan_all(const Model& model, const PlanRequest& request, Executor& executor,
                                Progress& progress);

// One question asked in several ways: of several laws, by several cost models, for each of several
// architectures; each answer with its intervals.
struct PlanAlternative {
  std::string label;
  std::string what;  // more on it; may be ""
  Result<PlanRecord> answer;
};
struct PlanAlternatives {
  std::string by;  // "law", "cost", "architecture"
  std::vector<PlanAlternative> ways;
  std::optional<std::size_t> best{};   // where one of them is to be chosen
  std::optional<Averaged> averaged{};  // of laws that were fitted to the same runs
  std::vector<std::string> notes{};    // what the architecture and the memory gave the first law
};
Result<PlanAlternatives> plan_by_law(std::span<const Model> models, const PlanRequest& request,
                                     Executor& executor, Progress& progress);
Result<PlanAlternatives> plan_by_cost(const Model& model, const PlanRequest& request,
                                      Executor& executor, Progress& progress);
// Of these architectures, in place of any size.
Result<PlanAlternatives> plan_by_architecture(const Model& model,
                                              std::span<const NamedArchitecture> architectures,
                                              const PlanRequest& request, Executor& executor,
                                              Progress& progress);

// The loss along one of the sizes or the sparsity, or over size and sparsity.
struct ProfileRequest {
  std::optional<Axis> axis{};  // none: a surface over P and S
  std::optional<std::size_t> points{};
  std::optional<Range> span{};  // of the axis; of P
};
struct ProfileRecord {
  Law law;
  IsoflopProfile profile;
  std::optional<PlannedRun> optimum{};  // of the budget, where there is one
  // The same points under other laws: their labels and losses.
  std::vector<std::pair<std::string, std::vector<double>>> others{};
  std::vector<std::string> notes{};  // what the architecture gave
};
// Of the first model, with the losses of the others.
Result<ProfileRecord> plan_profile(std::span<const Model> models, const PlanRequest& request,
                                   const ProfileRequest& along);

}  // namespace isoflop
