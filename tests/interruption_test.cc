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

constexpr const char* kBar = "\r\x1b[K";  // drawn where the work takes half a second

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

// Less than is there must not take its place, whatever the command.
TEST(Interruption, NoFileIsReplaced) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  write_text(folder.path() / "fit.json", "before");
  const Seen seen = interrupted(
      folder.path(), {"fit", "runs.csv", "--law", kLaw, "--starts", kForEver, "-o", "fit.json"},
      SIGINT);
  EXPECT_EQ(seen.exit, 130) << seen.screen;
  EXPECT_NE(seen.screen.find("warning: fit.json is left as it was: the work was stopped"),
            std::string::npos)
      << seen.screen;
  EXPECT_EQ(read_text(folder.path() / "fit.json"), "before");
}

void make_fit(const std::filesystem::path& folder) {
  write_text(folder / "runs.csv", kRuns);
  ASSERT_EQ(run_command(folder,
                        "isoflop fit runs.csv --law hoffmann2022 --fix alpha=0.34 --fix beta=0.28 "
                        "--bootstrap 30000 -o fit.json && "
                        "echo before > page.html && echo before > chart.svg && "
                        "echo before > table.csv")
                .exit,
            0);
}

// A page, a chart or a plan cannot say that intervals are missing for a signal.
TEST(Interruption, WhatCannotSayThatItIsIncompleteIsNotWritten) {
  const TemporaryFolder folder;
  make_fit(folder.path());
  struct Case {
    std::vector<std::string> words;
    std::string file;
  };
  const std::vector<Case> cases = {
      {{"report", "fit.json", "-o", "page.html"}, "page.html"},
      {{"chart", "fit.json", "--kind", "frontier", "-o", "chart.svg"}, "chart.svg"},
      {{"plan", "fit.json", "--flops", "1e18:1e24:500", "-o", "table.csv"}, "table.csv"}};
  for (const auto& [words, file] : cases)
    for (const int signal : {SIGINT, SIGTERM}) {
      const Seen seen = interrupted(folder.path(), words, signal, kBar);
      EXPECT_EQ(seen.exit, 128 + signal) << words[0] << seen.screen;
      EXPECT_EQ(read_text(folder.path() / file), "before\n") << words[0] << seen.screen;
      EXPECT_EQ(seen.screen.find("wrote"), std::string::npos) << seen.screen;
    }
}

// Titles and names come from files of others, and a terminal obeys what they hold.
TEST(Interruption, ATerminalGetsNoEscapes) {
  const TemporaryFolder folder;
  write_text(
      folder.path() / "own.toml",
      "key = \"own\"\ntitle = \"A \\u001B]0;pwned\\u0007\\u009B31m\"\nformula = \"E + A/N\"\n"
      "[inputs]\nN = \"size\"\n[coefficients]\nE = { range = [0, 2] }\nA = { range = [0, 2] }\n");
  const std::string csv = "N,loss,\x1b[31mrow\n1,2,3\n2,3,4\n";
  write_text(folder.path() / "runs.csv", csv);
  const std::vector<std::vector<std::string>> commands = {
      {"laws", "own.toml"},
      {"fit", "runs.csv", "--law", "own.toml", "--columns", "loss = {\x1b[31mno}"},
      {"fit", "\x1b[31m.csv", "--law", "own.toml"}};
  for (const std::vector<std::string>& words : commands) {
    const Seen seen = interrupted(folder.path(), words, SIGINT, "\a");
    EXPECT_EQ(seen.screen.find('\x1b'), std::string::npos) << words[0];
    EXPECT_NE(seen.screen.find("\\x1b"), std::string::npos) << seen.screen;
  }
  EXPECT_NE(run_command(folder.path(), "isoflop laws own.toml").out.find('\x1b'), std::string::npos)
      << "a file has the title as it is";
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
