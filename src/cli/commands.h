// The commands of the program, one file each.
#pragma once

#include <vector>

#include "cli/command.h"

namespace isoflop::cli {

Command laws_command();
Command init_command();
Command fit_command();
Command merge_command();
Command compare_command();
Command check_command();
Command speedup_command();
Command tune_command();
Command predict_command();
Command plan_command();
Command simulate_command();
Command arch_command();
Command chart_command();
Command report_command();
Command app_command();
Command reproduce_command();
Command datasets_command();
Command version_command();
// `commands` must outlive these two.
Command help_command(const std::vector<Command>& commands);
Command shell_files_command(const std::vector<Command>& commands);  // hidden: for the build

}  // namespace isoflop::cli
