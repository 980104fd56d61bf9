// SIGKILL at random moments: a study goes on from its journal, with nothing lost but what was in
// flight, and ends where an undisturbed one does.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "support/command.h"

namespace isoflop {
namespace {

using namespace std::chrono_literals;

constexpr const char* kRuns =
    "N,D,loss\n"
    "1e8,2e9,3.61\n1e8,2e10,3.02\n1e8,2e11,2.85\n1e9,2e9,3.25\n1e9,2e10,2.58\n1e9,2e11,2.37\n"
    "1e10,2e9,3.10\n1e10,2e10,2.42\n1e10,2e11,2.15\n";
constexpr int kKills = 50;

std::vector<std::string> words(const std::string& journal, const std::string& trials) {
  return {"isoflop",  "fit",       "runs.csv", "--law",    "hoffmann2022",
          "--solver", "bayes:gp",  "--seed",   "3",        "--evaluations",
          "120",      "--journal", journal,    "--trials", trials};
}

// Runs the program; kills it after a time, unless it ends by itself before. Whether it was killed.
bool run_killed(const std::filesystem::path& folder, std::vector<std::string> command,
                std::chrono::microseconds after) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder.c_str()) == 0 && freopen("/dev/null", "w", stdout) != nullptr &&
        freopen("errors", "w", stderr) != nullptr)
      execv(program().c_str(), arguments.data());
    _exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + after;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) kill(child, SIGKILL);
    std::this_thread::sleep_for(200us);
  }
  if (WIFSIGNALED(status)) return true;
  EXPECT_EQ(WEXITSTATUS(status), 0) << read_text(folder / "errors");
  return false;
}

TEST(KilledStudy, EndsWhereAnUndisturbedOneDoes) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_FALSE(run_killed(folder.path(), words("whole.db", "whole.csv"), 10min));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  const std::string undisturbed = read_text(folder.path() / "whole.csv");

  const auto seed = static_cast<unsigned>(start.time_since_epoch().count());
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  int kills = 0, studies = 0;
  for (; kills < kKills && studies < 4 * kKills; ++studies) {
    const std::string name = fmt::format("{}.db", studies);
    const std::string trials = fmt::format("{}.csv", studies);
    // Several kills a study, at any moment from before its file is there to its end.
    std::uniform_int_distribution<std::chrono::microseconds::rep> moment(0, whole.count() / 2);
    for (int i = 0; i < 8 && kills < kKills; ++i) {
      if (!run_killed(folder.path(), words(name, trials),
                      std::chrono::microseconds(moment(random))))
        break;
      ++kills;
    }
    ASSERT_FALSE(run_killed(folder.path(), words(name, trials), 10min));
    ASSERT_EQ(read_text(folder.path() / trials), undisturbed);
  }
  EXPECT_EQ(kills, kKills) << "in " << studies << " studies";
}

// What was evaluated is never evaluated again: a study that goes on begins with all that it had.
TEST(KilledStudy, LosesNothingButWhatWasInFlight) {
  const TemporaryFolder folder;
  write_text(folder.path() / "runs.csv", kRuns);
  const auto rows = [&](const std::string& evaluations) {
    return run_command(folder.path(),
                       fmt::format("isoflop fit runs.csv --law hoffmann2022 --solver bayes:rf "
                                   "--evaluations {} --journal j.db --trials t.csv --json",
                                   evaluations));
  };
  ASSERT_EQ(rows("15").exit, 0);
  const std::string before = read_text(folder.path() / "t.csv");
  ASSERT_EQ(rows("25").exit, 0);
  const std::string after = read_text(folder.path() / "t.csv");
  EXPECT_EQ(after.substr(0, before.size()), before);
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), 26);
}

}  // namespace
}  // namespace isoflop
