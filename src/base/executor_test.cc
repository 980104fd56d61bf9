#include "isoflop/executor.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace isoflop {
namespace {

void expect_each_task_once(Executor& executor, std::size_t count) {
  std::vector<std::atomic<int>> done(count);
  executor.run(count, [&](std::size_t i) { ++done[i]; });
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(done[i], 1) << "task " << i;
}

TEST(Executor, RunsEachTaskOnce) {
  SerialExecutor serial;
  ThreadExecutor one(1), four(4), machine;
  EXPECT_EQ(four.threads(), 4U);
  EXPECT_GE(machine.threads(), 1U);
  for (const std::size_t count : {0, 1, 3, 1000}) {
    expect_each_task_once(serial, count);
    expect_each_task_once(one, count);
    expect_each_task_once(four, count);
    expect_each_task_once(machine, count);
  }
}

// Two tasks that wait for each other end only where two threads are at work at the same time.
TEST(Executor, TasksRunAtTheSameTime) {
  ThreadExecutor two(2);
  std::atomic<int> arrived = 0;
  two.run(2, [&](std::size_t) {
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  EXPECT_EQ(arrived, 2);
}

// Short rounds in a row: a helper that comes late must not take a task of the next round, nor of
// one that is over.
TEST(Executor, ManyShortRoundsKeepApart) {
  ThreadExecutor four(4);
  for (std::size_t round = 0; round < 2000; ++round) {
    std::vector<std::size_t> seen(round % 7, 0);
    four.run(seen.size(), [&](std::size_t i) {
      std::this_thread::yield();
      seen[i] += round + i;
    });
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], round + i);
  }
}

TEST(Executor, StartsItsThreadsOnce) {
  ThreadExecutor three(3);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  for (int round = 0; round < 100; ++round) {
    std::latch all_at_work(3);  // each task has a thread of its own, the caller's among them
    three.run(3, [&](std::size_t) {
      all_at_work.arrive_and_wait();
      const std::scoped_lock lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
  }
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_TRUE(ids.contains(std::this_thread::get_id()));
}

// The tasks of an outer round hold all threads; one that waited for another would wait for ever.
TEST(Executor, ATaskMayRunTasks) {
  ThreadExecutor four(4);
  std::vector<std::atomic<int>> done(100);
  four.run(10, [&](std::size_t i) { four.run(10, [&](std::size_t j) { ++done[10 * i + j]; }); });
  for (const auto& count : done) EXPECT_EQ(count, 1);
}

// No user may have more than 0 threads then; root would be exempt.
TEST(Executor, WorkIsDoneByFewerThreadsWhereTheSystemRefusesThem) {
  const auto limited = [] {
    const rlimit none{0, 0};
    const bool bound = setrlimit(RLIMIT_NPROC, &none) == 0 && (getuid() != 0 || setuid(65534) == 0);
    ThreadExecutor many(64);
    std::vector<std::atomic<int>> done(1000);
    for (int round = 0; round < 3; ++round)
      many.run(done.size(), [&](std::size_t i) { ++done[i]; });
    const bool all = std::ranges::all_of(done, [](const auto& count) { return count == 3; });
    std::_Exit(bound && all ? 0 : 1);
  };
  EXPECT_EXIT(limited(), testing::ExitedWithCode(0), "");
}

TEST(Executor, TwoThreadsMayShareOne) {
  ThreadExecutor two(2);
  std::thread other([&] {
    for (int i = 0; i < 200; ++i) expect_each_task_once(two, 5);
  });
  for (int i = 0; i < 200; ++i) expect_each_task_once(two, 5);
  other.join();
}

}  // namespace
}  // namespace isoflop
