#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

#include "isoflop/executor.h"

namespace isoflop {

// The threads besides the calling one. A helper that wakes up late finds the round closed and goes
// back to sleep, so that no round waits for it.
class ThreadExecutor::Helpers {
 public:
  Helpers() = default;
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() {
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
    }
    round_opened_.notify_all();
    for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
  }

  void run(std::size_t helpers, std::size_t count, const std::function<void(std::size_t)>& task) {
    {
      const std::scoped_lock lock(mutex_);
      task_ = &task;
      count_ = count;
      next_ = 0;
      ++round_;
      open_ = true;
    }
    round_opened_.notify_all();
    start(helpers);
    work();
    std::unique_lock lock(mutex_);
    open_ = false;
    helper_left_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  // As many threads as there are to be or, where the system refuses one, those that it gave: they
  // do the work, and nobody asks again. Signals are the business of the calling thread.
  void start(std::size_t helpers) {
    if (refused_ || threads_.size() >= helpers) return;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (!refused_ && threads_.size() < helpers) {
      pthread_t thread{};
      refused_ = pthread_create(&thread, nullptr, helper, this) != 0;
      if (!refused_) threads_.push_back(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  static void* helper(void* all) {
    static_cast<Helpers*>(all)->help();
    return nullptr;
  }

  void help() {
    std::size_t seen = 0;
    std::unique_lock lock(mutex_);
    while (true) {
      round_opened_.wait(lock, [&] { return ended_ || (open_ && round_ != seen); });
      if (ended_) return;
      seen = round_;
      ++inside_;
      lock.unlock();
      work();
      lock.lock();
      if (--inside_ == 0) helper_left_.notify_one();
    }
  }

  void work() {
    for (std::size_t i = next_++; i < count_; i = next_++) (*task_)(i);
  }

  std::mutex mutex_;
  std::condition_variable round_opened_, helper_left_;
  // Of the round; written while it is closed and nobody is inside.
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_ = 0;  // task
  std::size_t round_ = 0;
  bool open_ = false, ended_ = false;
  bool refused_ = false;            // a thread, by the system
  std::size_t inside_ = 0;          // helpers that are at work
  std::vector<pthread_t> threads_;  // std::thread has an exception for a refusal
};

ThreadExecutor::ThreadExecutor(unsigned threads)
    : threads_(threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) {}

ThreadExecutor::~ThreadExecutor() = default;

void ThreadExecutor::run(std::size_t count, const std::function<void(std::size_t)>& task) {
  const std::size_t helpers = std::min<std::size_t>(threads_, count);
  if (helpers <= 1 || busy_.exchange(true)) return SerialExecutor().run(count, task);
  if (!helpers_) helpers_ = std::make_unique<Helpers>();
  helpers_->run(helpers - 1, count, task);
  busy_ = false;
}

}  // namespace isoflop
