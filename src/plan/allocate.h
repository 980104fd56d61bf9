// The planner's solver: size, sparsity and data of the lowest loss, for many budgets and many draws
// of coefficients at once.
//
// Three levels, each on the one below it:
//   size      n at given z: of the lowest loss on the budget, or given, or what the budget buys
//   sparsity  z: the lowest of these losses. The derivative of a minimum by what was held is the
//             partial derivative at the minimum (envelope theorem), so this too is a root
//   target    the budget, or the size on a budget or on given data, whose loss is the target
//
// Of several local optima the one nearest to the fitted runs is taken (minimise.h): of sizes by
// their distance, of sparsities by how far their best size is out of reach. That the answer is in
// reach is for the caller to check.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/law.h"
#include "isoflop/progress.h"
#include "plan/minimise.h"
#include "plan/plan_problem.h"

namespace isoflop {

// One problem under some coefficients, with amounts of its own.
struct PlanRow {
  std::span<const double> coefficients;
  double c = kUnlimited, d = kUnlimited, loss = 0;  // as of PlanProblem

  PlanRow(std::span<const double> values, const PlanProblem& problem)
      : coefficients(values), c(problem.c), d(problem.d), loss(problem.loss) {}
};

struct Allocation {
  double n = 0, z = 0, d = 0;
  double c = 0;               // of the budget that was asked for, or found
  double log_token_cost = 0;  // ln F, training FLOPs of a token
  double loss = std::numeric_limits<double>::quiet_NaN();
  Position size_position = Position::kInterior;      // of an optimal size
  Position sparsity_position = Position::kInterior;  // of a free sparsity
  bool data_capped = false;    // the budget would buy more data than may be used
  double outside = 0;          // of what the law was fitted on, as FittedRanges has it
  bool target_reached = true;  // else `loss` is the nearest to the target
};

// One for each row. Asked to stop, what is not done keeps a loss that is NaN.
std::vector<Allocation> allocate(const Law& law, const PlanProblem& problem,
                                 std::span<const PlanRow> rows, Executor& executor,
                                 Progress& progress);

// The same for many calls that differ little, as along a profile: the law is compiled once, and a
// size is looked for near that of the call before with as many rows. Law and problem must outlive
// it. For one thread at a time.
class NearAllocator {
 public:
  NearAllocator(const Law& law, const PlanProblem& problem);
  NearAllocator(const NearAllocator&) = delete;
  NearAllocator& operator=(const NearAllocator&) = delete;
  ~NearAllocator();
  std::vector<Allocation> run(std::span<const PlanRow> rows);

 private:
  struct Solver;
  const Law& law_;
  const PlanProblem& problem_;
  std::map<std::size_t, std::unique_ptr<Solver>> solvers_;  // by rows
};

}  // namespace isoflop
