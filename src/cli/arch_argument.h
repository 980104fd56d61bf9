// A config.json on the command line.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "isoflop/arch.h"
#include "isoflop/result.h"
#include "workflow/architecture.h"

namespace isoflop::cli {

Result<NamedArchitecture> read_architecture_file(const std::string& path);

// --arch, for predict and plan.
Flag arch_flag(std::string& path, std::string what);

// --keys, --embeddings and --recompute: what an architecture's FLOPs count.
std::vector<Flag> flops_flags(FlopsOptions& flops);

}  // namespace isoflop::cli
