// The optimum of an objective that is close to one whose optima are known: the same law over
// resampled runs.
//
// A search from scratch spreads new starts for each. But where a law has one clear optimum,
// resampling moves it and makes no other, and it is enough to start from that of the whole table,
// over widened losses like a search (refine.h). Whether that is so is tried: the starts of a search
// of the whole table must all end at one optimum, and some resamples, the pilots, are refitted both
// ways. Where a single start or pilot shows another optimum, every resample is searched.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <vector>

#include "fit/objective.h"
#include "fit/refine.h"
#include "isoflop/executor.h"
#include "isoflop/progress.h"
#include "isoflop/table.h"

namespace isoflop {

class Refitter {
 public:
  using Change = std::function<FitObjective(std::size_t)>;

  // The objective of the whole table, the table, and its fit. Searches the whole table. The table
  // is referred to, not copied.
  Refitter(const FitObjective& objective, const Table& table, Eigen::VectorXd fitted,
           Executor& executor, Progress& progress);
  // What another one of the same table has found out.
  Refitter(const Table& table, const std::vector<std::vector<double>>& starts, bool searches);

  // The optima of the objectives 0 to count - 1 that `pilot` makes; fewer where `stop` says so
  // between some of them.
  std::vector<Refined> try_pilots(std::size_t count, const Change& pilot, Executor& executor,
                                  const std::function<bool(std::size_t done)>& stop);
  // Whether every refit is searched.
  [[nodiscard]] bool searches() const { return searches_; }
  [[nodiscard]] const std::vector<Eigen::VectorXd>& starts() const { return starts_; }

  // Failed where fewer rows have a weight than there are free coefficients.
  [[nodiscard]] Refined refit(const FitObjective& changed, FitObjective::State& state) const;

 private:
  [[nodiscard]] Refined refine_from_known(const FitObjective& changed,
                                          FitObjective::State& state) const;
  // Puts what a search from scratch finds in place of `best` if it is lower by more than rounding.
  bool search_lower(const FitObjective& changed, Refined& best) const;

  const Table& table_;
  std::vector<Eigen::VectorXd> starts_;  // the fit, and what is lower if anything is
  bool searches_ = false;
};

}  // namespace isoflop
