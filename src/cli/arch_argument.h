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

// --keys, --embeddings and --recompute: what an architecture's FLOPs count.
std::vector<Flag> flops_flags(FlopsOptions& flops);

// The model's parameters as the law counts them: with embeddings, or without.
ParameterCounts counts_for(const Law& law, const Architecture& model);
// What an architecture says of a law's inputs: N and P as the law counts, and where the law has
// them Sx and experts (1 for a dense model).
Inputs inputs_of(const Architecture& model, const Law& law);

// Adds what the config.json at `path` says of the law's inputs, with a note that says so. An input
// that is there already is an error.
Result<void> add_architecture(const std::string& path, const Law& law, Inputs& inputs,
                              std::vector<std::string>& notes);
// "config.json gives N = 37.55B, P = 671B", and that the law counts without embeddings if so.
std::string taken_text(const std::string& path, const Inputs& taken, const Law& law);

}  // namespace isoflop::cli
