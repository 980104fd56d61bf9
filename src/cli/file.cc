#include "cli/file.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "cli/terminal.h"

namespace isoflop::cli {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kNewFile = 0666;  // what open() gives any new file, less the umask

class Descriptor {
 public:
  Descriptor(int number, bool owned) : number_(number), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)), owned_(other.owned_) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool good() const { return number_ >= 0; }
  // False where the system reports a late failure (a full disk, a quota).
  bool close() {
    const int number = std::exchange(number_, -1);
    return number < 0 || !owned_ || ::close(number) == 0;
  }

 private:
  int number_;
  bool owned_;
};

std::string reason(int code) { return std::generic_category().message(code); }

std::unexpected<Error> cannot_read(const std::string& path, int code) {
  const Place place{path};
  switch (code) {
    case ENOENT:
      return error_at(place, "there is no such file; check the path");
    case EISDIR:
      return error_at(place, "this is a folder; name a file in it");
    case EACCES:
      return error_at(place, "no permission to read this file; chmod +r gives it");
    default:
      return error_at(place, "cannot be read: {}", reason(code));
  }
}

std::unexpected<Error> cannot_create(const std::string& path, int code) {
  const Place place{path};
  switch (code) {
    case ENOENT:
      return error_at(place, "the folder of this file does not exist; make it first");
    case ENOTDIR:
      return error_at(place, "a part of this path is a file, not a folder");
    case EISDIR:
      return error_at(place, "this is a folder; name a file in it");
    case EACCES:
    case EROFS:
      return error_at(place, "no permission to write here; choose another folder");
    default:
      return make_error(Error::Kind::kWork, place, "cannot be written: " + reason(code));
  }
}

std::unexpected<Error> cannot_write(const std::string& path, int code) {
  return make_error(Error::Kind::kWork, {path}, "writing failed: " + reason(code));
}

// 0, or the code of what went wrong.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

struct NewFile {
  Descriptor descriptor;
  std::string path;
};

// Of the file that is there.
std::optional<mode_t> permissions(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_mode & 0777;
}

// Root may write to every file, but does not mean to.
Result<void> check_replaceable(const std::string& path) {
  const std::optional<mode_t> mode = permissions(path);
  if (mode && ((*mode & 0222U) == 0 || ::access(path.c_str(), W_OK) != 0))
    return error_at({path}, "this file is read-only: write to another, or chmod +w it");
  return {};
}

// What a file is, under whatever name; nothing for what is not a regular file.
std::optional<std::pair<dev_t, ino_t>> identity(const std::string& path, int standard) {
  struct stat status{};
  const int failed = path == "-" ? ::fstat(standard, &status) : ::stat(path.c_str(), &status);
  if (failed != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

bool are_same(const Output& a, const Output& b) {
  const auto file = identity(a.path, STDOUT_FILENO);
  if (file) return file == identity(b.path, STDOUT_FILENO);
  const auto canonical = [](const std::string& path) {
    std::error_code ignored;
    return fs::weakly_canonical(fs::absolute(path, ignored), ignored);
  };
  return a.path == b.path || canonical(a.path) == canonical(b.path);
}

// While it lives, signals wait.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// A file that did not exist, beside `path`.
Result<NewFile> create_beside(const std::string& path, mode_t mode) {
  for (unsigned attempt = 0;; ++attempt) {
    std::string name = fmt::format("{}.{}-{}.tmp", path, ::getpid(), attempt);
    Descriptor descriptor(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode),
                          true);
    if (descriptor.good()) return NewFile{std::move(descriptor), std::move(name)};
    if (errno != EEXIST) return cannot_create(path, errno);
  }
}

Result<void> write_in_place(const std::string& path, std::string_view text) {
  const bool standard = path == "-";
  const Descriptor file(standard ? STDOUT_FILENO : ::open(path.c_str(), O_WRONLY | O_CLOEXEC),
                        !standard);
  if (!file.good()) return cannot_create(path, errno);
  std::string safe;
  if (is_terminal(file.number())) text = safe = printable(text);
  if (const int code = write_all(file.number(), text)) return cannot_write(path, code);
  return {};
}

Result<void> write_and_rename(const std::string& path, std::string_view text) {
  if (const auto ok = check_replaceable(path); !ok) return ok;
  const NoSignals quiet;
  const std::optional<mode_t> old_mode = permissions(path);
  Result<NewFile> file = create_beside(path, old_mode.value_or(kNewFile));
  if (!file) return std::unexpected(std::move(file.error()));
  int code = write_all(file->descriptor.number(), text);
  // The umask, which took its part of the mode away, is for new files.
  if (code == 0 && old_mode && ::fchmod(file->descriptor.number(), *old_mode) != 0) code = errno;
  // On the disk before it gets its name: a crash must not leave an empty file under it.
  if (code == 0 && ::fsync(file->descriptor.number()) != 0) code = errno;
  if (!file->descriptor.close() && code == 0) code = errno;
  if (code == 0 && ::rename(file->path.c_str(), path.c_str()) != 0) code = errno;
  if (code == 0) return {};
  ::unlink(file->path.c_str());
  return cannot_write(path, code);
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const bool standard = path == "-";
  const Descriptor file(standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC),
                        !standard);
  if (!file.good()) return cannot_read(path, errno);

  std::string text;
  struct stat status{};
  if (::fstat(file.number(), &status) == 0 && status.st_size > 0)
    text.reserve(static_cast<std::size_t>(status.st_size) + 1);
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Result<std::vector<std::string>> expand_paths(std::span<const std::string> texts) {
  std::vector<std::string> paths;
  Problems problems;
  for (const std::string& text : texts) {
    std::error_code ignored;
    if (text.find_first_of("*?[") == text.npos || fs::exists(text, ignored)) {
      paths.push_back(text);
      continue;
    }
    glob_t found{};
    const int code = glob(text.c_str(), 0, nullptr, &found);
    if (code != 0)
      problems.add({text}, "no file has a name like this; check the path");
    else
      paths.insert(paths.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
    globfree(&found);
  }
  if (!problems.empty()) return problems.take();
  return paths;
}

Result<void> write_file(const std::string& path, std::string_view text) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) return cannot_create(path, EISDIR);
  if (path == "-" || (fs::exists(status) && !fs::is_regular_file(status)))
    return write_in_place(path, text);
  // A link stays a link: the file that it points to is replaced.
  const fs::path target = fs::is_symlink(fs::symlink_status(path, ignored))
                              ? fs::weakly_canonical(path, ignored)
                              : fs::path(path);
  return write_and_rename(target.string(), text);
}

Result<void> check_outputs(std::span<const Output> outputs, std::span<const std::string> inputs) {
  for (const Output& output : outputs) {
    const auto file = identity(output.path, STDOUT_FILENO);
    for (const std::string& input : inputs)
      if (file && file == identity(input, STDIN_FILENO))
        return error_at({output.path == "-" ? output.name : output.path},
                        "this file is read as well, and would be lost: write to another");
    for (const Output& other : outputs.first(static_cast<std::size_t>(&output - outputs.data())))
      if (are_same(output, other))
        return error("{} and {} both write to {}: name two files", other.name, output.name,
                     output.path == "-" ? other.path : output.path);
    if (!file || output.path == "-") continue;
    if (const auto ok = check_replaceable(output.path); !ok) return ok;
  }
  return {};
}

}  // namespace isoflop::cli
