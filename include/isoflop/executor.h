// How the library gets threads: through this interface and in no other way, so that a program may
// hand it a pool of its own, a browser may hand it one thread, and a cluster may hand it many
// machines' worth.
//
// Results never depend on the executor: work is cut into tasks by the data alone, every task writes
// only to places of its own, and sums over tasks are taken in task order.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

namespace isoflop {

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;
  [[nodiscard]] virtual unsigned threads() const = 0;
  // Calls task(0) ... task(count - 1), each once, in any order and on any thread; returns when all
  // are done. A task may call run() itself.
  virtual void run(std::size_t count, const std::function<void(std::size_t)>& task) = 0;
};

// Everything on the calling thread, in order.
class SerialExecutor final : public Executor {
 public:
  [[nodiscard]] unsigned threads() const override { return 1; }
  void run(std::size_t count, const std::function<void(std::size_t)>& task) override;
};

// `threads` threads (0: one for every core of the machine), the calling one among them. The others
// are started by the first run() that has work for them, and sleep between runs. A run() that comes
// while another is going on, from a task or from another thread, does its tasks on the calling
// thread. Part of the library target `isoflop`, not of `isoflop_core`, which starts no threads.
class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(unsigned threads = 0);
  ~ThreadExecutor() override;
  [[nodiscard]] unsigned threads() const override { return threads_; }
  void run(std::size_t count, const std::function<void(std::size_t)>& task) override;

 private:
  class Helpers;
  unsigned threads_;
  std::atomic<bool> busy_ = false;
  std::unique_ptr<Helpers> helpers_;
};

}  // namespace isoflop
