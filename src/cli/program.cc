#include "cli/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <new>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"

namespace isoflop::cli {

namespace {

// On whatever thread; nothing is to be allocated from here on.
void end_without_memory() {
  constexpr char kText[] = "isoflop: out of memory: take fewer rows, or fewer --threads\n";
  (void)!write(STDERR_FILENO, kText, sizeof kText - 1);
  _exit(1);
}

// A standard channel that is closed stays useless, but a file that is opened later must not take
// its number: what is printed would go into that file.
void hold_closed_channels() {
  for (const int channel : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(channel, F_GETFD) == -1)
      (void)open("/dev/null", channel == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  std::set_new_handler(end_without_memory);
  hold_closed_channels();
  std::vector<Command> commands = in_group<Command>(
      "Fit and judge laws", {init_command(), fit_command(), merge_command(), compare_command(),
                             check_command(), speedup_command(), tune_command()});
  append(commands, in_group<Command>("Use a fit or a law",
                                     {predict_command(), plan_command(), simulate_command(),
                                      chart_command(), report_command(), app_command()}));
  append(commands, in_group<Command>("Look up", {laws_command(), datasets_command(), arch_command(),
                                                 reproduce_command()}));
  append(commands, in_group<Command>("Other", {help_command(commands), version_command(),
                                               shell_files_command(commands)}));
  return run_command_line(commands, argc, argv);
}

}  // namespace isoflop::cli
