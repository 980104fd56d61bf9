#include "isoflop/study.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/error.h"

namespace isoflop {

namespace {

using Known = std::map<std::size_t, Trial>;

bool is_same(const Point& a, const Point& b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

// The trials of a batch, of which the journal may have some.
class Batch {
 public:
  Batch(std::size_t first, std::vector<Suggestion> suggestions)
      : first_(first), suggestions_(std::move(suggestions)), trials_(suggestions_.size()) {}

  // False where the journal has another point.
  bool take(const Known& known) {
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      const auto found = known.find(first_ + i);
      if (found == known.end()) {
        open_.push_back(i);
        continue;
      }
      if (!is_same(found->second.suggestion.point, suggestions_[i].point)) return false;
      trials_[i] = found->second;
    }
    return true;
  }

  Result<void> evaluate(const std::function<double(const Point&)>& function, Journal& journal,
                        Executor& executor) {
    std::vector<Result<void>> kept(open_.size());
    executor.run(open_.size(), [&](std::size_t task) {
      const std::size_t i = open_[task];
      trials_[i] = {suggestions_[i], function(suggestions_[i].point)};
      kept[task] = journal.keep(first_ + i, trials_[i]);
    });
    const auto failed = std::ranges::find(kept, false, &Result<void>::has_value);
    return failed == kept.end() ? Result<void>() : *failed;
  }

  std::vector<Trial>& trials() { return trials_; }

 private:
  std::size_t first_;
  std::vector<Suggestion> suggestions_;
  std::vector<Trial> trials_;
  std::vector<std::size_t> open_;  // those whose value the journal does not have
};

bool has_all(const Known& known, std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i)
    if (!known.contains(i)) return false;
  return true;
}

}  // namespace

Result<void> run_study(Optimizer& optimizer, const Study& study,
                       const std::function<double(const Point&)>& evaluate, Journal& journal,
                       Executor& executor, Progress& progress) {
  const Result<Known> known = journal.kept();
  if (!known) return std::unexpected(known.error());
  const std::size_t batch = std::max<std::size_t>(study.batch, 1);
  for (std::size_t done = optimizer.trials().size(); done < study.evaluations;
       done = optimizer.trials().size()) {
    if (const auto best = optimizer.best()) progress.found(best->value);
    progress.report("evaluations", done, study.evaluations);
    const std::size_t count = std::min(batch, study.evaluations - done);
    // What the optimiser said then it need not say again.
    if (has_all(*known, done, count)) {
      for (std::size_t i = done; i < done + count; ++i) {
        if (!optimizer.space().contains(known->at(i).suggestion.point))
          return error("the journal's evaluation {} is not in the space of this study", i + 1);
        optimizer.tell(known->at(i));
      }
      continue;
    }
    if (progress.stop_asked()) return {};
    Batch next(done, optimizer.ask(count, executor));
    if (next.trials().empty()) return {};
    if (!next.take(*known))
      return error(
          "the journal has another evaluation {} than this study would make: is it of "
          "another study?",
          done + 1);
    if (Result<void> kept = next.evaluate(evaluate, journal, executor); !kept) return kept;
    for (Trial& trial : next.trials()) optimizer.tell(std::move(trial));
  }
  progress.report("evaluations", optimizer.trials().size(), study.evaluations);
  return {};
}

}  // namespace isoflop
