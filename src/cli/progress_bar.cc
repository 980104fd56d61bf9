#include "cli/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>

#include "base/number_text.h"
#include "cli/terminal.h"

namespace isoflop::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kSilent = 500ms;  // work that is done by then shows no bar
constexpr auto kBetweenDraws = 100ms;
constexpr std::size_t kBar = 20;  // characters
constexpr int kLowestDigits = 5;
constexpr const char* kErase = "\r\x1b[K";
constexpr int kSignals[] = {SIGINT, SIGTERM};
constexpr unsigned kToAnswer = 1, kToFinish = 10;  // seconds
constexpr int kSignalExit = 128;

// A signal handler may write to variables that outlive every function, and call what POSIX lists.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<int> caught_signal = 0;
std::atomic<bool> heard = false, warned = false, drawn = false;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void catch_signal(int number) {
  caught_signal = number;
  alarm(kToAnswer);
}

void write_to_error(std::string_view text) {
  (void)!write(STDERR_FILENO, text.data(), text.size());
}

// Of work that has not ended by itself: first that it will, then that it does not.
extern "C" void call_time(int /*number*/) {
  if (drawn) write_to_error("\r\x1b[K");
  if (!heard && !warned.exchange(true)) {
    write_to_error("stopping after the step in work, in ten seconds at most; again ends it now\n");
    alarm(kToFinish);
    return;
  }
  write_to_error("warning: stopped in the middle of its work: what it had found is lost\n");
  _exit(kSignalExit + caught_signal);
}

// A signal that is ignored (a program in the background) stays ignored. The handler serves once;
// then the signal ends the program as it always did.
void take_signal(int number) {
  struct sigaction before = {};
  sigaction(number, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = catch_signal;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(number, &action, nullptr);
  action.sa_handler = call_time;  // which serves twice
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
}

void give_signal_back(int number) {
  struct sigaction now = {};
  sigaction(number, nullptr, &now);
  if (now.sa_handler == catch_signal) std::signal(number, SIG_DFL);
}

std::string time_text(double seconds) {
  const auto whole = std::llround(seconds);
  const long long hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

// Its first `width` characters of UTF-8.
std::string_view cut(std::string_view text, std::size_t width) {
  std::size_t characters = 0, at = 0;
  for (; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80 && characters++ == width) break;
  return text.substr(0, at);
}

}  // namespace

std::string bar_text(std::string_view what, std::size_t done, std::size_t total, double seconds,
                     std::size_t width) {
  if (total == 0) return std::string(cut(fmt::format("{}  {}", what, done), width));
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(share * kBar);
  std::string text =
      fmt::format("{}  [{}{}{}]  {:.0f} %  {} of {}", what, std::string(filled, '='),
                  filled < kBar ? ">" : "", std::string(filled < kBar ? kBar - filled - 1 : 0, ' '),
                  std::floor(100 * share), done, total);
  if (done > 0) text += fmt::format("  {} left", time_text(seconds * (1 / share - 1)));
  return std::string(cut(text, width));
}

ProgressBar::ProgressBar()
    : terminal_(is_terminal(STDERR_FILENO)), next_draw_(Clock::now() + kSilent) {
  caught_signal = 0;
  heard = warned = drawn = false;
  for (const int number : kSignals) take_signal(number);
}

ProgressBar::~ProgressBar() {
  erase();
  alarm(0);  // the work is done
  for (const int number : kSignals) give_signal_back(number);
}

void ProgressBar::report(std::string_view what, std::size_t done, std::size_t total) {
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  if (what != what_) {
    what_ = what;
    what_began_ = now;
    lowest_.clear();
  }
  if (now < next_draw_) return;
  next_draw_ = now + kBetweenDraws;
  const std::chrono::duration<double> time = now - what_began_;
  const std::size_t width = terminal_width(STDERR_FILENO) - 1;
  const std::string text = bar_text(printable(what), done, total, time.count(), width) + lowest_;
  fmt::print(stderr, "{}{}", kErase, cut(text, width));
  std::fflush(stderr);
  drawn = true;
}

void ProgressBar::found(double lowest) {
  lowest_ = fmt::format("  lowest {}", format_number(lowest, kLowestDigits));
}

bool ProgressBar::stop_asked() {
  if (was_stopped() && !heard.exchange(true)) alarm(kToFinish);
  return was_stopped();
}

void ProgressBar::erase() const {
  if (!drawn) return;
  fmt::print(stderr, "{}", kErase);
  std::fflush(stderr);
}

bool was_stopped() { return caught_signal != 0; }

int stopped_exit_code() { return kSignalExit + caught_signal; }

}  // namespace isoflop::cli
