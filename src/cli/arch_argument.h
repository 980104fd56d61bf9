// A config.json on the command line, and what it gives a law.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "isoflop/arch.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop::cli {

Result<Architecture> read_architecture_file(const std::string& path);

// --arch, for predict and plan.
Flag arch_flag(std::string& path, std::string what);

// What an architecture says of a law's inputs: N and P, and where the law has them Sx and experts
// (1 for a dense model).
Inputs inputs_of(const Architecture& model, const Law& law);

// Adds what the config.json at `path` says of the law's inputs, with a note that says so. An input
// that is there already is an error.
Result<void> add_architecture(const std::string& path, const Law& law, Inputs& inputs,
                              std::vector<std::string>& notes);
// "config.json gives N = 37.55B, P = 671B"
std::string taken_text(const std::string& path, const Inputs& taken);

}  // namespace isoflop::cli
