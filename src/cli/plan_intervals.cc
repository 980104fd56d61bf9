#include "cli/plan_intervals.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "cli/model_draws.h"
#include "isoflop/plan_draws.h"

namespace isoflop::cli {

namespace {

using Sure = std::optional<PlanUncertainty> PlanRecord::*;

// What a careful user should know of one way; with two of them, of which.
void add_notes(PlanRecord& record, Sure of, const char* way, bool alone) {
  for (const std::string& note : notes_on(*(record.*of)))
    record.plan.notes.push_back(alone ? note : fmt::format("{}: {}", way, note));
}

}  // namespace

void add_intervals(const Model& model, std::optional<double> level, std::span<PlanRecord> records,
                   Executor& executor, Progress& progress) {
  const ModelDraws known = draws_of(model);
  const double share = level.value_or(known.level);
  std::vector<AnsweredPlan> answers;
  for (const PlanRecord& each : records) answers.push_back({each.question, each.plan});
  const auto under = [&](const Draws* draws) {
    return draws == nullptr
               ? std::vector<PlanUncertainty>{}
               : plan_uncertainty(model.law, *draws, answers, share, executor, progress);
  };
  const Draws* sandwich = known.sandwich ? &*known.sandwich : nullptr;
  std::vector<PlanUncertainty> drawn = under(known.bootstrap), normal = under(sandwich);
  if (drawn.empty() != (known.bootstrap == nullptr) || normal.empty() != (sandwich == nullptr)) {
    records.back().plan.warnings.emplace_back("stopped before the intervals were known");
    return;
  }
  const bool alone = drawn.empty() || normal.empty();
  for (std::size_t i = 0; i < records.size(); ++i) {
    PlanRecord& each = records[i];
    if (!each.plan.answered) continue;
    each.level = share;
    if (!drawn.empty()) {
      each.bootstrap = std::move(drawn[i]);
      add_notes(each, &PlanRecord::bootstrap, "bootstrap", alone);
    }
    if (normal.empty()) continue;
    each.sandwich = std::move(normal[i]);
    add_notes(each, &PlanRecord::sandwich, "sandwich", alone);
    if (alone)
      each.plan.notes.push_back(
          fmt::format("intervals are of {0} draws from the sandwich covariance of the fit; "
                      "`isoflop fit --bootstrap {0}` supposes less",
                      kSandwichDraws));
  }
}

}  // namespace isoflop::cli
