#include "isoflop/executor.h"

#include <gtest/gtest.h>

#include <atomic>
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

}  // namespace
}  // namespace isoflop
