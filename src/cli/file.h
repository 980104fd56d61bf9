// The one place where files are read and written; the library works on text in memory.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop::cli {

// The whole content; "-" is standard input.
Result<std::string> read_file(const std::string& path);

// Writes to a new file in the same folder that is then renamed, so that `path` holds the old text
// or the whole new one at any time, and nothing stays behind on failure. What is not a regular file
// (a pipe, /dev/null) is written to as it is; "-" is standard output. A file that is replaced keeps
// its permissions.
Result<void> write_file(const std::string& path, std::string_view text);

// An error where `output` is the same file as one of the inputs, by whatever name: it would be
// lost.
Result<void> check_output(const std::string& output, std::span<const std::string> inputs);

// SHA-256 as 64 hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace isoflop::cli
