// isoflop: from a table of training runs to a fitted scaling law and a plan.
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace isoflop::cli;
  std::vector<Command> commands = in_group<Command>(
      "Fit and judge laws", {fit_command(), compare_command(), check_command(), tune_command()});
  append(commands, in_group<Command>("Use a fit or a law",
                                     {predict_command(), plan_command(), simulate_command(),
                                      chart_command(), report_command()}));
  append(commands, in_group<Command>("Look up", {laws_command(), datasets_command(), arch_command(),
                                                 reproduce_command()}));
  append(commands, in_group<Command>("Other", {help_command(commands), version_command(),
                                               shell_files_command(commands)}));
  return run_command_line(commands, argc, argv);
}
