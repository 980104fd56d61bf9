#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/file.h"
#include "cli/help.h"

namespace isoflop::cli {

namespace {

// Paths below the share/ of an installation.
std::vector<std::pair<std::string, std::string>> shell_files(const std::vector<Command>& commands) {
  const std::vector<Command> shown = shown_commands(commands);
  std::vector<std::pair<std::string, std::string>> files = {
      {"bash-completion/completions/isoflop", bash_completion(shown)},
      {"zsh/site-functions/_isoflop", zsh_completion(shown)},
      {"man/man1/isoflop.1", program_man_page(shown)}};
  for (const Command& command : shown)
    files.emplace_back(fmt::format("man/man1/isoflop-{}.1", command.name),
                       command_man_page(command));
  return files;
}

Result<int> write_shell_files(const std::vector<Command>& commands,
                              const std::filesystem::path& folder) {
  for (const auto& [name, text] : shell_files(commands)) {
    const std::filesystem::path path = folder / name;
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    if (failed)
      return work_error("{} cannot be made: {}", path.parent_path().string(), failed.message());
    must(write_file(path.string(), text));
  }
  return 0;
}

}  // namespace

Command shell_files_command(const std::vector<Command>& commands) {
  const auto folder = std::make_shared<std::string>();
  return {.name = "shell-files",
          .summary = "",
          .example = "isoflop shell-files share",
          .flags = {Flag("DIR", "",
                         "folder for completions of bash and zsh and for manual pages, which "
                         "the build installs",
                         text_into(*folder), {.required = true})},
          .run = [&commands, folder](const std::string&) {
            return write_shell_files(commands, *folder);
          }};
}

}  // namespace isoflop::cli
