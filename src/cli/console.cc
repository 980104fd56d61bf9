#include "cli/console.h"

#include <fmt/core.h>

#include <cstdio>

#include "base/error.h"
#include "cli/field_names.h"

namespace isoflop::cli {

void say(Tone tone, std::string_view text) {
  fmt::print(stderr, "{}: {}\n", tone == Tone::kNote ? "note" : "warning", with_flags(text));
}

void say_all(Tone tone, std::span<const std::string> texts) {
  for (const std::string& text : texts) say(tone, text);
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

}  // namespace isoflop::cli
