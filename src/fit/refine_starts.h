// Refining many starts: those that meet at an optimum of least squares go on as one.
//
// With a tiny delta most of the work of a refinement is in the stages after least squares
// (refine.h). They depend only on where they begin, and optima of least squares are few: so each
// start is refined to one of these, and each of these to its end, once. A start that comes to a
// known optimum costs no more than least squares.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"

namespace isoflop {

using StartFunction = std::function<Eigen::VectorXd(std::size_t)>;

struct StartEnd {
  Refined end;
  bool is_first = true;  // or else its descent is that of a start before it
};

// Remembers the optima of least squares from call to call.
class StartRefiner {
 public:
  StartRefiner(const FitObjective& objective, Executor& executor)
      : objective_(objective), executor_(executor) {}

  // The ends of the starts 0 ... count - 1, in their order. The result does not depend on the
  // executor.
  std::vector<StartEnd> refine_all(std::size_t count, const StartFunction& start);
  // The same, each at the recipe's own loss from its start on, without least squares.
  std::vector<Refined> descend_all(std::size_t count, const StartFunction& start,
                                   RefineStages stages);

 private:
  struct KnownOptimum {
    Refined least_squares;
    Refined end;  // of the stages from there
  };
  using Task = std::function<void(std::size_t, FitObjective::State&)>;

  void run(std::size_t count, const Task& task);
  std::size_t find(Refined least_squares);

  const FitObjective& objective_;
  Executor& executor_;
  std::vector<KnownOptimum> known_;
};

}  // namespace isoflop
