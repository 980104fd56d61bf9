// The answer to a plan's question under coefficients that are followed in small steps.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "isoflop/plan_draws.h"
#include "plan/allocate.h"

namespace isoflop {

// What quantities_under() gives, without the dense equivalent, at a fraction of the cost: each
// optimum is looked for near that of the call before with as many sets. The law must outlive it.
// For one thread at a time.
class PlanFollower {
 public:
  PlanFollower(const Law& law, const Plan& plan);
  PlanFollower(const PlanFollower&) = delete;
  PlanFollower& operator=(const PlanFollower&) = delete;
  ~PlanFollower();
  std::vector<PlanQuantities> operator()(std::span<const std::span<const double>> sets);

 private:
  std::unique_ptr<const PlanProblem> problem_;  // null for a plan without a run
  std::unique_ptr<NearAllocator> allocator_;
};

}  // namespace isoflop
