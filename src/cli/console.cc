#include "cli/console.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "cli/file.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"

namespace isoflop::cli {

namespace {

// Characters that no shell takes for something else.
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%";

// Whether a file with something in it is there.
bool holds_something(const std::string& path) {
  std::error_code none;
  return std::filesystem::is_regular_file(path, none) && std::filesystem::file_size(path, none) > 0;
}

}  // namespace

void print_error(std::string_view text) {
  const std::string safe = printable(text);
  std::fwrite(safe.data(), 1, safe.size(), stderr);
}

void say(Tone tone, std::string_view text) {
  print_error(fmt::format("{}: {}\n", tone == Tone::kNote ? "note" : "warning", with_flags(text)));
}

void say_all(Tone tone, std::span<const std::string> texts) {
  for (const std::string& text : texts) say(tone, text);
}

int say_stopped(std::string_view warning) {
  say(Tone::kWarning, warning);
  return stopped_exit_code();
}

void end_if_stopped() {
  if (was_stopped()) throw Stopped{};
}

Result<int> print(std::string_view text) {
  std::string safe;
  if (is_terminal(STDOUT_FILENO)) text = safe = printable(text);
  // Flushed at once, so that notes that follow on standard error come after it on a terminal.
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return work_error(
        "standard output cannot be written to: is the disk full, or its reader gone?");
  return 0;
}

Result<std::string> write_result(const std::string& path, std::string_view text) {
  if (path.empty()) return path;
  if (was_stopped() && holds_something(path)) {
    say(Tone::kWarning, fmt::format("{} is left as it was: the work was stopped, and what is "
                                    "finished is less than it may hold",
                                    path));
    return "";
  }
  if (const Result<void> done = write_file(path, text); !done) return std::unexpected(done.error());
  return path;
}

int report(const Error& error) {
  print_error(with_flags(error.text()) + "\n");
  return error.kind == Error::Kind::kInput ? 2 : 1;
}

std::string shell_quoted(std::string_view word) {
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos)
    return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace isoflop::cli
