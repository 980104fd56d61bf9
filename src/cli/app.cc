#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/file.h"
#include "cli/shared_flags.h"
#include "cli/terminal.h"
#include "report/page/report_page.h"

namespace isoflop::cli {

namespace {

struct Options {
  std::string output;
};

// In the user's browser; who has none finds the path on the console.
void open_in_browser(std::string path) {
  std::string program = "xdg-open";
  char* const arguments[] = {program.data(), path.data(), nullptr};
  pid_t child = 0;
  (void)posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ);
}

Result<int> run(const Options& options) {
  const std::string_view page = interactive_page();
  if (page.empty())
    return work_error(
        "this isoflop was built without the interactive page: scripts/build-web makes it before "
        "the next build");
  std::string path = options.output;
  std::error_code none;
  if (path.empty())
    path = (std::filesystem::temp_directory_path(none) / "isoflop-app.html").string();
  if (!path.ends_with(".html")) return error_at({"--output"}, "\"{}\" must end in .html", path);
  must(write_file(path, page));
  const Result<int> done = print(fmt::format("wrote {}\n", path));
  if (is_terminal(STDOUT_FILENO)) open_in_browser(path);
  return done;
}

std::vector<Flag> flags(Options& options) {
  Flag output = output_flag(options.output, "the page, .html");
  output.standard = "isoflop-app.html in the temporary folder";
  return {output};
}

}  // namespace

Command app_command() {
  return with_options<Options>(
      {.name = "app",
       .summary = "open the web application: one file that fits, plans and reports in a browser",
       .example = "isoflop app -o isoflop.html"},
      flags, run);
}

}  // namespace isoflop::cli
