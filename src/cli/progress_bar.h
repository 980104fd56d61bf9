// What a terminal shows of long work, and how Ctrl-C ends it cleanly.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "isoflop/executor.h"
#include "isoflop/progress.h"

namespace isoflop::cli {

// "starts  [=====>              ]  27 %  1234 of 4500  0:12 left", `seconds` after work on `what`
// began; without what cannot be known where `total` is 0. At most `width` characters.
std::string bar_text(std::string_view what, std::size_t done, std::size_t total, double seconds,
                     std::size_t width);

// One line on standard error, where that is a terminal: none for work that is soon done, and none
// is left behind. While a bar lives, the first Ctrl-C (SIGINT), or a SIGTERM, asks the work to
// stop; a second one ends the program at once. Where the work does not hear it within a second,
// that is said; where it does not end within about ten, it is ended there, and what it has finished
// is lost. There is one bar at a time.
class ProgressBar final : public Progress {
 public:
  ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() override;

  void report(std::string_view what, std::size_t done, std::size_t total) override;
  // Shown behind the bar.
  void found(double lowest) override;
  [[nodiscard]] bool stop_asked() override;

 private:
  using Clock = std::chrono::steady_clock;
  void erase() const;

  bool terminal_;
  Clock::time_point next_draw_;
  Clock::time_point what_began_;
  std::string what_;
  std::string lowest_;
};

// Long work of a command: its threads, its bar, and the time since it began.
struct Work {
  explicit Work(std::uint64_t threads = 0)
      : executor(static_cast<unsigned>(std::min<std::uint64_t>(threads, kMostThreads))) {}
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  static constexpr std::uint64_t kMostThreads = 1024;
  ThreadExecutor executor;
  ProgressBar bar;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

// Whether work was asked to stop, also when its bar is gone.
bool was_stopped();

// The exit code of a program whose work was stopped: 128 and the signal's number, so 130 after
// Ctrl-C, as shells have it.
int stopped_exit_code();

}  // namespace isoflop::cli
