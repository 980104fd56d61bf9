// Manual pages (man(7)), written from the tables of commands and flags.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace isoflop::cli {

std::string program_man_page(std::span<const Command> commands);  // isoflop(1)
std::string command_man_page(const Command& command);             // isoflop-fit(1)

}  // namespace isoflop::cli
