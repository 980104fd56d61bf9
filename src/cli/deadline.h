// Progress that asks to stop when its time is over.
#pragma once

#include <chrono>
#include <optional>

#include "isoflop/progress.h"

namespace isoflop::cli {

class Deadline final : public Progress {
 public:
  // From now on; no seconds: never.
  Deadline(Progress& shown, std::optional<double> seconds) : shown_(shown) {
    if (seconds)
      end_ = Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*seconds));
  }
  void report(std::string_view what, std::size_t done, std::size_t total) override {
    shown_.report(what, done, total);
  }
  void found(double lowest) override { shown_.found(lowest); }
  [[nodiscard]] bool stop_asked() override {
    return shown_.stop_asked() || (end_ && Clock::now() >= *end_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Progress& shown_;
  std::optional<Clock::time_point> end_;
};

}  // namespace isoflop::cli
