// Refining many starts: those that meet at an optimum of least squares go on as one.
//
// With a tiny delta most of the work of a refinement is the way over narrower and narrower losses
// (refine.h). It depends only on where it begins, an optimum of least squares, and there are few of
// those: so each start is refined to one of them, and each of them to its end, once.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"

namespace isoflop {

using StartFunction = std::function<Eigen::VectorXd(std::size_t)>;

class Basins {
 public:
  Basins(const FitObjective& objective, Executor& executor)
      : objective_(objective), executor_(executor) {}

  // Where the starts 0 ... count - 1 end, in their order. The result does not depend on the
  // executor.
  std::vector<Refined> refine_all(std::size_t count, const StartFunction& start);

 private:
  struct Basin {
    Refined smooth;  // an optimum of least squares
    Refined end;     // and where the way leads from there
  };
  using Task = std::function<void(std::size_t, FitObjective::State&)>;

  void run(std::size_t count, const Task& task);
  std::size_t find(Refined smooth);

  const FitObjective& objective_;
  Executor& executor_;
  std::vector<Basin> basins_;
};

}  // namespace isoflop
