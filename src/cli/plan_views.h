// The answers of `isoflop plan`: one plan or a frontier, several ways side by side, a profile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/law_argument.h"
#include "cli/plan_options.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "workflow/plan_record.h"

namespace isoflop::cli {

// What the flags say once a law is known.
struct PlanInput {
  PlanQuestion question;  // without a budget
  std::vector<double> budgets;
  std::optional<NamedArchitecture> arch;
  std::vector<std::string> notes;  // what an architecture gave

  // The question for its only budget, or for none.
  [[nodiscard]] PlanQuestion single() const;
};
Result<PlanInput> read_plan_input(const PlanOptions& options, const Law& law);

// One plan a budget, with intervals where the model has draws. Stopped before they are done, the
// plans come without intervals, and a note says so.
Result<FrontierRecord> plan_all(const PlanOptions& options, const Model& model,
                                const PlanInput& input, Executor& executor, Progress& progress);

// The same question of further models, by each cost model, for each of the architectures; each
// answer with its intervals.
Result<PlanAlternatives> ways_of_laws(const PlanOptions& options, const Model& model,
                                      const PlanInput& input, Executor& executor,
                                      Progress& progress);
PlanAlternatives ways_of_costs(const PlanOptions& options, const Model& model,
                               const PlanInput& input, Executor& executor, Progress& progress);
Result<PlanAlternatives> ways_of_architectures(const PlanOptions& options, const Model& model,
                                               const PlanInput& input, Executor& executor,
                                               Progress& progress);

// Prints a profile or a surface. The result is the exit code.
Result<int> show_profile(const PlanOptions& options, const Law& law, const PlanInput& input);

}  // namespace isoflop::cli
