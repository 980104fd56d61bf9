// Text for a shell.
#pragma once

#include <string>
#include <string_view>

namespace isoflop::cli {

// A word of a command line as a shell takes it.
std::string shell_quoted(std::string_view word);

}  // namespace isoflop::cli
