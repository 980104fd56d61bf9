// A planning question, checked and in the logarithms of landscape.h: the problem that allocate()
// solves.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "isoflop/law.h"
#include "isoflop/plan.h"
#include "isoflop/result.h"

namespace isoflop {

// In place of ln of a budget, a size or an amount of data that has no limit. Far above all of them,
// and its exponential and products of a few of these are finite.
inline constexpr double kUnlimited = 600;
inline constexpr Range kAnywhere{-kUnlimited, kUnlimited};

// ln of what a law was fitted on, where that is known and a question leaves it to find.
struct FittedRanges {
  Range n = kAnywhere, p = kAnywhere, d = kAnywhere;

  // How far outside each run lies: the larger of the distances of its size and its data, 0 inside.
  void outside(std::span<const double> log_n, std::span<const double> z,
               std::span<const double> log_d, std::span<double> distance) const;
};
// Total parameters are looked at where nothing is known of the active ones.
FittedRanges fitted_ranges(const Law& law, const PlanQuestion& question);

struct PlanProblem {
  enum class Size : std::uint8_t {
    kOptimal,     // of the lowest loss
    kActive,      // n is given
    kTotal,       // n + z is given
    kFromBudget,  // what the budget buys with the data that is given
  };
  enum class Target : std::uint8_t {
    kNone,      // lowest loss on a budget
    kBudget,    // minimum budget for a loss
    kSize,      // minimum size for a loss, with the data given
    kSmallest,  // minimum size for a loss, on a budget
    kFewest,    // fewest tokens for a loss, on a budget
  };

  PlanQuestion question{};
  Size size = Size::kOptimal;
  double given_size = 0;    // n or n + z
  Range z{0, 0};            // one point where the sparsity is given
  bool data_given = false;  // then `d` is the data, whatever it costs
  double max_active = kUnlimited, max_total = kUnlimited;
  Target target = Target::kNone;
  double c = kUnlimited;  // ln of the budget, which a target's search replaces
  double d = kUnlimited;  // ln of the data that is given, or of the most that may be used
  double loss = 0;        // the target
  FittedRanges fitted{};

  [[nodiscard]] bool has_free_sparsity() const { return z.low < z.high; }
  // By how much a distance from the fitted ranges is more than the question's reach.
  [[nodiscard]] double beyond_reach(double outside) const;
};

// All that is wrong with the question by itself, before anything is computed: values, names, too
// much or too little given, contradictions.
Result<PlanProblem> plan_problem(const Law& law, const PlanQuestion& question);

// What a limit of the question is called: its own name, or "question.limits[1]".
std::string name_of(const PlanQuestion& question, const Limit& limit);
// "active parameters", "total parameters", "training tokens".
std::string words(Limit::On on);

}  // namespace isoflop
