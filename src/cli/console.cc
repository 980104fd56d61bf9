#include "cli/console.h"

#include <fmt/core.h>

#include <cstdio>

#include "base/error.h"
#include "cli/progress_bar.h"

namespace isoflop::cli {

namespace {

// Characters that no shell takes for something else.
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%";

}  // namespace

void say(Tone tone, std::string_view text) {
  fmt::print(stderr, "{}: {}\n", tone == Tone::kNote ? "note" : "warning", with_flags(text));
}

void say_all(Tone tone, std::span<const std::string> texts) {
  for (const std::string& text : texts) say(tone, text);
}

int say_stopped(std::string_view warning) {
  say(Tone::kWarning, warning);
  return stopped_exit_code();
}

Result<int> print(std::string_view text) {
  // Flushed at once, so that notes that follow on standard error come after it on a terminal.
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return work_error(
        "standard output cannot be written to: is the disk full, or its reader gone?");
  return 0;
}

int report(const Error& error) {
  fmt::print(stderr, "{}\n", with_flags(error.text()));
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
