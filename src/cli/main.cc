// isoflop: from a table of training runs to a fitted scaling law and a plan.
#include "cli/command_line.h"
#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace isoflop::cli;
  const Command commands[] = {
      laws_command(),    fit_command(),       compare_command(),  check_command(), tune_command(),
      predict_command(), plan_command(),      simulate_command(), arch_command(),  chart_command(),
      report_command(),  reproduce_command(), datasets_command()};
  return run_command_line(commands, argc, argv);
}
