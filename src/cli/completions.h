// Completion scripts for shells, written from the tables of commands and flags. They know commands,
// flags, the words of enumerations, laws and data sets of the book, and where a file may stand.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace isoflop::cli {

std::string bash_completion(std::span<const Command> commands);
std::string zsh_completion(std::span<const Command> commands);

}  // namespace isoflop::cli
