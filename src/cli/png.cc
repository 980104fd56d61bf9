#include "cli/png.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "cli/file.h"

namespace isoflop::cli {

namespace {

// A file of its own that is gone when this is.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::error_code ignored;
    path_ = (std::filesystem::temp_directory_path(ignored) / "isoflop-XXXXXX").string();
    const int descriptor = mkstemp(path_.data());
    made_ = descriptor >= 0;
    if (made_) close(descriptor);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (made_) std::remove(path_.c_str());
  }
  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

}  // namespace

Result<std::string> png_of(std::string_view svg) {
  const TemporaryFile file;
  if (!file.made()) return work_error("no temporary file can be made for {} ", file.path());
  if (const auto done = write_file(file.path(), svg); !done) return std::unexpected(done.error());
  // The path has no character of the shell's own: it is a fixed name below the temporary folder.
  const std::string command =
      "rsvg-convert --zoom 2 --format png '" + file.path() + "' 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  std::string bytes;
  if (pipe != nullptr) {
    std::array<char, 65536> block{};
    for (std::size_t count = 0; (count = fread(block.data(), 1, block.size(), pipe)) > 0;)
      bytes.append(block.data(), count);
    if (pclose(pipe) == 0 && bytes.starts_with("\x89PNG")) return bytes;
  }
  return work_error(
      "rsvg-convert made no PNG: install it (Debian's librsvg2-bin), or write an .svg");
}

}  // namespace isoflop::cli
