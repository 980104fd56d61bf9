// Ctrl-C during long work: what is finished is kept, and nobody takes it for the whole.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "base/value.h"
#include "isoflop/fit_file.h"
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

// Runs the program on a terminal of its own, and sends it a signal when its bar shows `bar`.
Seen interrupted(const std::filesystem::path& folder, std::vector<std::string> words, int signal,
                 const std::string& bar = " of 1000000000") {
  words.insert(words.begin(), program().string());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    if (chdir(folder.c_str()) == 0) execv(program().c_str(), arguments.data());
    _exit(127);
  }
  Seen seen;
  bool sent = false;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(terminal, buffer, sizeof buffer)) > 0;) {
    seen.screen.append(buffer, static_cast<std::size_t>(n));
    if (sent || seen.screen.find(bar) == std::string::npos) continue;
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

// A thousand models of six runs each, with the noise of a fixed rule: the refits without a model
// take seconds, which is longer than a bar waits.
std::string many_runs() {
  std::string text = "N,D,loss,model\n";
  for (int i = 0; i < 6000; ++i) {
    const double N = std::pow(10, 7 + i % 31 / 10.0), D = std::pow(10, 9 + i % 37 / 12.0);
    const double noise = 1 + (i * i % 101 - 50) / 1000.0;
    text +=
        fmt::format("{},{},{},{}\n", N, D,
                    noise * (1.8 + 400 / std::pow(N, 0.34) + 410 / std::pow(D, 0.28)), i % 1000);
  }
  return text;
}

// All draws are there by then, and nobody must take the intervals for complete.
TEST(Interruption, CtrlCAfterTheDrawsOfABootstrapIsHeard) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", many_runs());
  const Seen seen = interrupted(folder.path(),
                                {"fit", "runs.csv", "--law", kLaw, "--loss", "mae", "--threads",
                                 "1", "--bootstrap", "2", "--cluster", "model", "-o", "fit.json"},
                                SIGINT, "refits without a run  [");
  EXPECT_EQ(seen.exit, 130) << seen.screen;
  EXPECT_NE(seen.screen.find("note: the bootstrap was stopped after its draws"), std::string::npos)
      << seen.screen;
  const Result<FitRecord> record = read_fit_file(read_text(folder.path() / "fit.json"), "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  ASSERT_TRUE(record->bootstrap);
  EXPECT_EQ(record->bootstrap->draws.size(), 2u);
  EXPECT_TRUE(record->bootstrap->draws.stopped);
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

TEST(Interruption, AComparisonSaysWhichLawsItDidNotReach) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const Seen seen = interrupted(folder.path(),
                                {"compare", "runs.csv", "--laws", std::string(kLaw) + ",kaplan2020",
                                 "--holdout", "folds:2", "--starts", kForEver},
                                SIGINT, "hoffmann2022 fold 1/2: starts  [");
  EXPECT_EQ(seen.exit, 130) << seen.screen;
  EXPECT_NE(seen.screen.find("kaplan2020  stopped before it was fitted"), std::string::npos)
      << seen.screen;
}

// What was tried judges as if no more had been asked for, and the journal has it for the next time.
TEST(Interruption, ATuningKeepsTheRecipesThatWereTried) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const auto words = [](const std::string& evaluations) -> std::vector<std::string> {
    return {"tune",  "runs.csv",  "--law", kLaw, "--holdout", "rolling:4:N*D^1.3", "--trials",
            "t.csv", "--journal", "j.db",  "-o", "fit.json",  "--evaluations",     evaluations};
  };
  const Seen seen = interrupted(folder.path(), words("2000"), SIGINT, "  lowest ");
  EXPECT_EQ(seen.exit, 130) << seen.screen;
  EXPECT_NE(seen.screen.find("warning: this search is incomplete: it was stopped after "),
            std::string::npos)
      << seen.screen;
  const Result<FitRecord> record = read_fit_file(read_text(folder.path() / "fit.json"), "fit.json");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_TRUE(record->fit.usable);
  const std::string before = read_text(folder.path() / "t.csv");
  const auto tried = std::count(before.begin(), before.end(), '\n') - 1;
  ASSERT_GT(tried, 0);
  const Seen again = interrupted(folder.path(), words(std::to_string(tried + 8)), SIGINT, "\a");
  EXPECT_EQ(again.exit, 0) << again.screen;
  const std::string after = read_text(folder.path() / "t.csv");
  EXPECT_EQ(after.substr(0, before.size()), before);
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), tried + 9);
}

}  // namespace
}  // namespace isoflop
