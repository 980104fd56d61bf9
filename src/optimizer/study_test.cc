#include "isoflop/study.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <mutex>

#include "base/error.h"

namespace isoflop {
namespace {

class MemoryJournal final : public Journal {
 public:
  std::map<std::size_t, Trial> trials;
  Result<std::map<std::size_t, Trial>> kept() override { return trials; }
  Result<void> keep(std::size_t number, const Trial& trial) override {
    const std::scoped_lock lock(keeping_);
    trials[number] = trial;
    return {};
  }

 private:
  std::mutex keeping_;
};

class StopAfter final : public Progress {
 public:
  explicit StopAfter(std::size_t trials) : trials_(trials) {}
  void report(std::string_view, std::size_t done, std::size_t) override { done_ = done; }
  bool stop_asked() override { return done_ >= trials_; }

 private:
  std::size_t trials_, done_ = 0;
};

Optimizer optimizer(std::uint64_t seed = 1) {
  return *Optimizer::make(
      *SearchSpace::make({{.name = "x", .range = {-5, 10}}, {.name = "y", .range = {0, 15}}}),
      {.seed = seed});
}

double bowl(const Point& point) {
  if (point[0] > 9) return std::nan("");
  return (point[0] - 1) * (point[0] - 1) + (point[1] - 2) * (point[1] - 2);
}

std::vector<Trial> run(Optimizer made, const Study& study, Journal& journal, Executor& executor) {
  Progress silent;
  const Result<void> done = run_study(made, study, bowl, journal, executor, silent);
  EXPECT_TRUE(done) << (done ? "" : done.error().text());
  return {made.trials().begin(), made.trials().end()};
}

void expect_same(const std::vector<Trial>& a, const std::vector<Trial>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_EQ(a[i].suggestion.point, b[i].suggestion.point) << i;
}

// Whatever part of it the journal has: a beginning, or a batch with holes as threads leave them.
TEST(Study, GoesOnWhereItWas) {
  SerialExecutor executor;
  const Study study{.evaluations = 30, .batch = 3};
  MemoryJournal whole;
  const std::vector<Trial> undisturbed = run(optimizer(), study, whole, executor);
  EXPECT_EQ(whole.trials.size(), 30u);
  for (const std::size_t known : {0, 1, 4, 5, 12, 29, 30})
    for (const bool hole : {false, true}) {
      MemoryJournal journal;
      for (std::size_t i = 0; i < known; ++i) journal.trials[i] = whole.trials[i];
      if (hole && known % 3 == 2) journal.trials.erase(known - 2);
      expect_same(undisturbed, run(optimizer(), study, journal, executor));
      EXPECT_EQ(journal.trials.size(), 30u);
    }
}

TEST(Study, IsTheSameOnAnyNumberOfThreads) {
  SerialExecutor one;
  ThreadExecutor two(2), seven(7);
  const Study study{.evaluations = 24, .batch = 5};
  MemoryJournal a, b, c;
  const std::vector<Trial> trials = run(optimizer(), study, a, one);
  expect_same(trials, run(optimizer(), study, b, two));
  expect_same(trials, run(optimizer(), study, c, seven));
}

TEST(Study, EvaluatesNothingTwice) {
  SerialExecutor executor;
  MemoryJournal journal;
  run(optimizer(), {.evaluations = 20}, journal, executor);
  Optimizer again = optimizer();
  Progress silent;
  std::atomic<int> calls = 0;
  const auto counted = [&](const Point& point) {
    ++calls;
    return bowl(point);
  };
  ASSERT_TRUE(run_study(again, {.evaluations = 25}, counted, journal, executor, silent));
  EXPECT_EQ(calls, 5);
}

TEST(Study, StopsWhenAskedAndKeepsWhatIsDone) {
  SerialExecutor executor;
  MemoryJournal journal;
  Optimizer made = optimizer();
  StopAfter progress(7);
  ASSERT_TRUE(run_study(made, {.evaluations = 30}, bowl, journal, executor, progress));
  EXPECT_EQ(made.trials().size(), 7u);
  MemoryJournal whole;
  expect_same(run(optimizer(), {.evaluations = 30}, whole, executor),
              run(optimizer(), {.evaluations = 30}, journal, executor));
}

// The other seed's points are not those that this study would make.
TEST(Study, SeesThatAJournalIsOfAnother) {
  SerialExecutor executor;
  MemoryJournal journal;
  run(optimizer(2), {.evaluations = 4, .batch = 4}, journal, executor);
  journal.trials.erase(3);
  Optimizer made = optimizer(1);
  Progress silent;
  const Result<void> done =
      run_study(made, {.evaluations = 8, .batch = 4}, bowl, journal, executor, silent);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text().find("another study"), std::string::npos);
}

TEST(Study, AJournalThatFailsEndsIt) {
  class Full final : public Journal {
    Result<void> keep(std::size_t, const Trial&) override { return work_error("the disk is full"); }
  } full;
  SerialExecutor executor;
  Optimizer made = optimizer();
  Progress silent;
  const Result<void> done = run_study(made, {.evaluations = 8}, bowl, full, executor, silent);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().text(), "the disk is full");
  EXPECT_TRUE(made.trials().empty());
}

}  // namespace
}  // namespace isoflop
