// What `isoflop plan` is asked: its flags, and the question that they make for a law.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/table_output.h"
#include "isoflop/arch.h"
#include "isoflop/hardware.h"
#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/profile.h"
#include "isoflop/result.h"

namespace isoflop::cli {

inline constexpr std::string_view kFreeSparsity = "free";  // what --sparsity says to find it
inline constexpr std::uint64_t kPlanContext = 4096;  // tokens of a sequence, where none is said

struct PlanOptions {
  std::string model;
  std::vector<std::string> against;  // further models
  PlanQuestion question;
  std::vector<double> budgets;  // of --flops
  std::string sparsity;         // a share, a pattern, or "free"

  // Memory: what it is for, and what of it is not for weights.
  std::optional<double> memory;
  bool memory_for_training = false;
  MemoryOptions memory_options{.sequences = 0};
  std::optional<double> key_values;

  // Architectures.
  std::string arch;
  std::vector<std::string> among;
  std::optional<std::uint64_t> context;
  FlopsOptions flops;
  std::string cost;
  bool costs = false;

  // Hardware.
  std::optional<double> peak, mfu, gpus, days, price, money;

  // Profiles.
  std::optional<Axis> profile;
  bool surface = false;
  std::optional<std::uint64_t> points;
  std::optional<Range> span;

  bool intervals_by_profile = false;  // too
  std::optional<double> level;        // of the intervals
  std::uint64_t threads = 0;
  bool plot = false;  // a small chart, on a terminal
  TableOutput output;
};

std::vector<Flag> plan_flags(PlanOptions& options);
// These of them that make a question: what is given, limits, costs.
std::vector<Flag> question_flags(PlanOptions& options);

// The flags among each other.
Result<void> check_plan_options(const PlanOptions& options);

// The hardware, where the flags say enough of it: a peak.
std::optional<Hardware> hardware_of(const PlanOptions& options);
// The budgets that the flags give: of --flops, or of hardware, or of money; empty for none.
Result<std::vector<double>> budgets_of(const PlanOptions& options);

// The question for a law. With an architecture (null for none) whose sizes are `fixed`, N and P are
// its own; else it gives the sparsity. `notes` get what it gave.
struct NamedArchitecture {
  std::string path;
  Architecture model;
};
Result<PlanQuestion> plan_question(const PlanOptions& options, const Law& law,
                                   const NamedArchitecture* arch, bool fixed,
                                   std::vector<std::string>& notes);

}  // namespace isoflop::cli
