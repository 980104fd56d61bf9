// The flags of `isoflop plan`, and the request that they make.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/table_output.h"
#include "isoflop/result.h"
#include "workflow/plans.h"

namespace isoflop::cli {

struct PlanFlags {
  std::string model;
  std::vector<std::string> against;  // further models
  PlanRequest request;               // but for what follows

  std::optional<double> memory;  // bytes of memory_budget
  MemoryBudget memory_budget;
  std::string arch;
  std::vector<std::string> among;
  std::uint64_t context = static_cast<std::uint64_t>(PlanRequest::kContext);
  std::optional<double> peak, mfu, gpus, price;

  bool costs = false;
  bool surface = false;
  std::optional<Axis> profile;
  std::optional<std::uint64_t> points;
  std::optional<Range> span;

  std::uint64_t threads = 0;
  bool rules = false;  // for learning rate and batch
  bool plot = false;   // a small chart, on a terminal
  TableOutput output;
};

std::vector<Flag> plan_flags(PlanFlags& flags);
// These of them that make a question: what is given, limits, costs.
std::vector<Flag> question_flags(PlanFlags& flags);

// The same with hardware and intervals: all that makes a PlanRequest.
std::vector<Flag> request_flags(PlanFlags& flags);

// The flags among each other.
Result<void> check_plan_flags(const PlanFlags& flags);

// The request, with the architecture of --arch.
PlanRequest plan_request(const PlanFlags& flags);

}  // namespace isoflop::cli
