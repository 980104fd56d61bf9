// A study: an optimiser and the function that it minimises, evaluation after evaluation, with a
// journal from which a study that was stopped, or killed, goes on exactly where it was.
#pragma once

#include <cstddef>
#include <functional>
#include <map>

#include "isoflop/executor.h"
#include "isoflop/optimizer.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"

namespace isoflop {

// Where trials are kept so that they outlive the program. This one forgets them.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  // What was kept before, by number; numbers count from 0.
  virtual Result<std::map<std::size_t, Trial>> kept() { return {}; }
  // Called as soon as a trial is known, on the thread that evaluated it, so possibly on several
  // at once; trials of a batch come in any order. When it returns, the trial is safe.
  virtual Result<void> keep(std::size_t number, const Trial& trial) {
    (void)number, (void)trial;
    return {};
  }
};

struct Study {
  std::size_t evaluations = 100;  // that the optimiser will know at the end
  std::size_t batch = 1;          // of them at a time, on the threads of the executor
};

// Ends with `evaluations` trials, or fewer where the space has no more, or where Progress asks to
// stop; the optimiser then holds those that are finished. The trials depend on the optimiser and on
// `batch`, never on threads or on how often the study was interrupted. `evaluate` is called on any
// thread. Errors: the journal's; a journal whose trials this optimiser would not have suggested.
Result<void> run_study(Optimizer& optimizer, const Study& study,
                       const std::function<double(const Point&)>& evaluate, Journal& journal,
                       Executor& executor, Progress& progress);

}  // namespace isoflop
