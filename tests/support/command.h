// Runs the program as a user does: a shell command in a folder of its own, with `isoflop` on the
// path.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "support/paths.h"

namespace isoflop {

// An empty folder, removed with all that is in it when this goes out of scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct CommandOutcome {
  int exit = 0;
  std::string out;  // standard output
  std::string err;  // standard error
};

// One line for /bin/sh, run in `folder` with nothing on standard input. `$SOURCE` is the project's
// folder and `$SHARED` that of public data; they stand for them again in what comes back, so that
// outputs are the same on every machine.
CommandOutcome run_command(const std::filesystem::path& folder, const std::string& line);

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace isoflop
