#include "support/command.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace isoflop {
namespace fs = std::filesystem;

namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string quoted(std::string text) {
  replace_all(text, "'", "'\\''");
  return "'" + text + "'";
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "isoflop-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make the folder " << name;
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

CommandOutcome run_command(const fs::path& folder, const std::string& line) {
  // What the shell itself needs stays outside the folder, where a test may look at every file.
  const TemporaryFolder aside;
  const auto beside = [&](const char* name) { return quoted((aside.path() / name).string()); };
  const std::string shared = shared_data().string(), source = source_folder().string();
  const std::string programs = program().parent_path().string();
  write_text(aside.path() / "line.sh", line + "\n");
  const std::string command = "cd " + quoted(folder.string()) + " && PATH=" + quoted(programs) +
                              ":$PATH SHARED=" + quoted(shared) + " SOURCE=" + quoted(source) +
                              " sh " + beside("line.sh") + " </dev/null >" + beside("out") + " 2>" +
                              beside("err");
  const int status = std::system(command.c_str());
  CommandOutcome outcome{.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                         .out = read_text(aside.path() / "out"),
                         .err = read_text(aside.path() / "err")};
  for (std::string* text : {&outcome.out, &outcome.err}) {
    replace_all(*text, shared, "$SHARED");
    replace_all(*text, source, "$SOURCE");
  }
  return outcome;
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) ADD_FAILURE() << "cannot read " << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const fs::path& file, std::string_view text) {
  if (file.has_parent_path()) fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) ADD_FAILURE() << "cannot write " << file;
}

}  // namespace isoflop
