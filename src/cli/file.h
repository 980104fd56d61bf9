// The one place where files are read and written; the library works on text in memory.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"

namespace isoflop::cli {

// The whole content; "-" is standard input.
Result<std::string> read_file(const std::string& path);

// The paths that are meant: a text that is no file and has `*`, `?` or `[` in it stands for all
// files that it matches, in order. Errors: one that matches none.
Result<std::vector<std::string>> expand_paths(std::span<const std::string> texts);

// Writes to a new file in the same folder that is then renamed, so that `path` holds the old text
// or the whole new one at any time, and nothing stays behind on failure. What is not a regular file
// (a pipe, /dev/null) is written to as it is; "-" is standard output. A file that is replaced keeps
// its permissions; one that is read-only is not replaced. No signal comes in between.
Result<void> write_file(const std::string& path, std::string_view text);

struct Output {
  std::string name;  // of its flag, or of what else it is
  std::string path;  // "-" for standard output
};
// Before any work: an error where an output is the same file as one of the inputs ("-" for standard
// input) or as another output, by whatever name, for one of them would be lost; and where it is
// there and read-only.
Result<void> check_outputs(std::span<const Output> outputs, std::span<const std::string> inputs);

// SHA-256 as 64 hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace isoflop::cli
