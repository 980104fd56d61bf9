// The progress of one of several pieces of work, under its own name.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "isoflop/progress.h"

namespace isoflop {

class NamedProgress final : public Progress {
 public:
  NamedProgress(std::string name, Progress& all) : name_(std::move(name)), all_(all) {}
  void report(std::string_view what, std::size_t done, std::size_t total) override {
    all_.report(fmt::format("{}: {}", name_, what), done, total);
  }
  [[nodiscard]] bool stop_asked() override { return all_.stop_asked(); }

 private:
  std::string name_;
  Progress& all_;
};

}  // namespace isoflop
