// How long work says how far it is, and asks whether it should end early.
//
// The work calls both from the thread that called it, between blocks of its work; so an override
// need not lock, and should return at once. Asked to stop, the work ends with what is finished and
// says so in its result: nothing that is done is thrown away.
//
// This class itself is the silent one, a no-op implementation.
#pragma once

#include <cstddef>
#include <string_view>

namespace isoflop {

class Progress {
 public:
  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  virtual ~Progress() = default;

  // `done` of `total` pieces of the work are finished; `total` is 0 where nobody can know yet.
  // `what` names the pieces in the plural, in few words: "starts", "refits". A later call with
  // another `what` is another part of the work.
  virtual void report(std::string_view what, std::size_t done, std::size_t total) {
    (void)what, (void)done, (void)total;
  }

  // The lowest value that a search for a minimum has found so far.
  virtual void found(double lowest) { (void)lowest; }

  // Whether to end early. Once true it stays true.
  [[nodiscard]] virtual bool stop_asked() { return false; }
};

}  // namespace isoflop
