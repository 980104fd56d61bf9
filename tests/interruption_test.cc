// Ctrl-C during long work: what is finished is kept, and nobody takes it for the whole.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "base/value.h"
#include "report/fit_file.h"
#include "support/command.h"

namespace isoflop {
namespace {

constexpr const char* kRuns =
    "N,D,loss,kind\n"
    "1e8,2e9,3.61,a\n1e8,2e10,3.02,a\n1e8,2e11,2.85,a\n1e9,2e9,3.25,a\n1e9,2e10,2.58,a\n"
    "1e9,2e11,2.37,a\n1e10,2e9,3.10,a\n1e10,2e10,2.42,a\n1e10,2e11,2.15,a\n"
    "1e8,2e9,3.71,b\n1e8,2e10,3.12,b\n1e8,2e11,2.95,b\n1e9,2e9,3.35,b\n1e9,2e10,2.68,b\n"
    "1e9,2e11,2.47,b\n1e10,2e9,3.20,b\n1e10,2e10,2.52,b\n1e10,2e11,2.25,b\n";
constexpr const char* kLaw = "hoffmann2022";
constexpr const char* kForEver = "random:1000000000";

struct Seen {
  int exit = -1;
  std::string screen;  // all that came to the terminal
};

// Runs the program on a terminal of its own, and sends it a signal when its bar is there.
Seen interrupted(const std::filesystem::path& folder, std::vector<std::string> words, int signal) {
  words.insert(words.begin(), ISOFLOP_PROGRAM);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    if (chdir(folder.c_str()) == 0) execv(ISOFLOP_PROGRAM, arguments.data());
    _exit(127);
  }
  Seen seen;
  bool sent = false;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(terminal, buffer, sizeof buffer)) > 0;) {
    seen.screen.append(buffer, static_cast<std::size_t>(n));
    if (sent || seen.screen.find(" of 1000000000") == std::string::npos) continue;
    sent = kill(child, signal) == 0;
  }
  close(terminal);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) seen.exit = WEXITSTATUS(status);
  return seen;
}

TEST(Interruption, CtrlCWritesWhatIsFinished) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const Seen seen = interrupted(
      folder.path(), {"fit", "runs.csv", "--law", kLaw, "--starts", kForEver, "-o", "fit.json"},
      SIGINT);
  EXPECT_EQ(seen.exit, 130) << seen.screen;
  EXPECT_NE(seen.screen.find("warning: this fit is incomplete: it was stopped early, after "),
            std::string::npos)
      << seen.screen;
  const Result<FitRecord> record = read_fit_file(read_text(folder.path() / "fit.json"), "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->fit.status, FitStatus::kLimit);
  EXPECT_TRUE(record->fit.usable);
  EXPECT_TRUE(record->fit.search.stopped);
  EXPECT_GE(record->fit.search.tried, 256u);
  EXPECT_NE(seen.screen.find("\r\x1b[K"), std::string::npos) << "the bar is erased";
}

// What a scheduler sends before it kills.
TEST(Interruption, SigtermEndsInTheSameWay) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const Seen seen = interrupted(
      folder.path(), {"fit", "runs.csv", "--law", kLaw, "--starts", kForEver, "--json"}, SIGTERM);
  EXPECT_EQ(seen.exit, 143) << seen.screen;
  EXPECT_NE(seen.screen.find("\"stopped\": true"), std::string::npos) << seen.screen;
}

TEST(Interruption, GroupsThatWereNotFittedSayWhy) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const Seen seen =
      interrupted(folder.path(),
                  {"fit", "runs.csv", "--law", kLaw, "--by", "kind", "--starts", kForEver}, SIGINT);
  EXPECT_EQ(seen.exit, 130) << seen.screen;
  EXPECT_NE(seen.screen.find("a: starts  ["), std::string::npos) << seen.screen;
  EXPECT_NE(seen.screen.find("warning: b: stopped before this group was fitted"), std::string::npos)
      << seen.screen;
}

}  // namespace
}  // namespace isoflop
