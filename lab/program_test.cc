// isoflop-lab from outside: what a user types, and what is left when it is killed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "lab/parse.h"
#include "support/command.h"

namespace isoflop::lab {

namespace {

namespace fs = std::filesystem;

constexpr const char* kText = "--text ngram:6:1:1:60000 --context 16 --held-out 8192";

// The rows without the column that is a time; the order in which runs end is not fixed.
std::set<std::string> rows(const fs::path& table) {
  std::set<std::string> all;
  const std::string text = read_text(table);
  std::size_t seconds = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    std::vector<std::string_view> cells = split(line, ',');
    if (all.empty())
      seconds = static_cast<std::size_t>(std::ranges::find(cells, "seconds") - cells.begin());
    EXPECT_LT(seconds, cells.size()) << line;
    if (seconds < cells.size()) cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(seconds));
    EXPECT_TRUE(all.insert(fmt::format("{}", fmt::join(cells, ","))).second) << line;
  }
  return all;
}

}  // namespace

// SIGKILL cannot be caught, so whatever is on the disk at that moment is what the next start has.
TEST(LabProgram, KilledAtTwentyMomentsItGoesOnToTheSameTable) {
  const TemporaryFolder folder;
  write_text(folder.path() / "design.csv",
             "width,layers,D,sparsity,pattern,experts,start,save\n"
             "16,1,300000,0,,0,,dense.model\n"
             "16,1,200000,0.5,,0,dense.model,\n"
             "16,1,300000,0,2:4,0,,\n"
             "16,1,200000,0,,4,,\n"
             "24,2,200000,0,,0,,\n");
  const auto command = [](const std::string& table) {
    return fmt::format("isoflop-lab run design.csv -o {} --jobs 2 --checkpoint-seconds 0.02 {}",
                       table, kText);
  };
  const CommandOutcome whole = run_command(folder.path(), command("whole.csv"));
  ASSERT_EQ(whole.exit, 0) << whole.err;
  fs::remove(folder.path() / "dense.model");
  constexpr int kMoments = 20;
  int killed = 0;
  for (int i = 0; i < kMoments; ++i) {
    const CommandOutcome outcome = run_command(
        folder.path(), fmt::format("timeout -s KILL {:.3f} {}", 0.03 + 0.013 * (i * 7 % kMoments),
                                   command("killed.csv")));
    if (outcome.exit == 0) break;
    ASSERT_EQ(outcome.exit, 137) << outcome.err;
    ++killed;
  }
  EXPECT_GE(killed, 3);
  const CommandOutcome last = run_command(folder.path(), command("killed.csv"));
  EXPECT_EQ(last.exit, 0) << last.err;
  EXPECT_EQ(rows(folder.path() / "killed.csv"), rows(folder.path() / "whole.csv"));
  EXPECT_FALSE(fs::exists(folder.path() / "killed.csv.checkpoints"));
  // Nothing is left to do, and nothing is done.
  const std::string before = read_text(folder.path() / "killed.csv");
  EXPECT_EQ(run_command(folder.path(), command("killed.csv")).exit, 0);
  EXPECT_EQ(read_text(folder.path() / "killed.csv"), before);
}

// A table of `isoflop simulate` is a design; what else it has is not read.
TEST(LabProgram, TakesATableOfSimulateAsItsDesign) {
  const TemporaryFolder folder;
  write_text(folder.path() / "design.csv",
             "N,P,S,D,C,loss\n6000.25,6000.25,0,20480.7,7e8,2.5\n6000,24000,0.75,20480,7e8,2.5\n");
  const CommandOutcome outcome =
      run_command(folder.path(), fmt::format("isoflop-lab run design.csv -o runs.csv {}", kText));
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("note: the design's column loss is not read"), std::string::npos);
  EXPECT_EQ(rows(folder.path() / "runs.csv").size(), 3U);
}

// Half a row is what a machine leaves that loses its power.
TEST(LabProgram, HalfARowIsDoneAgain) {
  const TemporaryFolder folder;
  write_text(folder.path() / "design.csv", "width,layers,D\n16,1,20000\n16,1,30000\n");
  const std::string command = fmt::format("isoflop-lab run design.csv -o runs.csv {}", kText);
  ASSERT_EQ(run_command(folder.path(), command).exit, 0);
  const std::string whole = read_text(folder.path() / "runs.csv");
  const std::set<std::string> expected = rows(folder.path() / "runs.csv");
  write_text(folder.path() / "runs.csv", whole.substr(0, whole.size() - 20));
  ASSERT_EQ(run_command(folder.path(), command).exit, 0);
  EXPECT_EQ(rows(folder.path() / "runs.csv"), expected);
}

TEST(LabProgram, TimeIsUpAndTheRestIsForLater) {
  const TemporaryFolder folder;
  write_text(folder.path() / "design.csv", "width,layers,D\n32,2,50M\n16,1,20000\n");
  const CommandOutcome outcome = run_command(
      folder.path(),
      fmt::format("isoflop-lab run design.csv -o runs.csv --minutes 0.01 --jobs 2 {}", kText));
  EXPECT_EQ(outcome.exit, 1) << outcome.err;
  EXPECT_NE(outcome.err.find("the same command goes on"), std::string::npos) << outcome.err;
  EXPECT_TRUE(fs::exists(folder.path() / "runs.csv.checkpoints" / "1.state"));
}

TEST(LabProgram, ADivergedRunIsARowThatSaysSo) {
  const TemporaryFolder folder;
  const CommandOutcome outcome = run_command(
      folder.path(), fmt::format("isoflop-lab train --width 16 --layers 1 -D 20000 --rate 10 "
                                 "--clip 0 --weight-decay 0 --schedule constant --batch 512 "
                                 "-o runs.csv --curve curve.csv {}",
                                 kText));
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NE(read_text(folder.path() / "runs.csv").find("\n1,diverged,"), std::string::npos);
  EXPECT_NE(outcome.err.find("diverged"), std::string::npos);
  EXPECT_TRUE(read_text(folder.path() / "curve.csv").starts_with("D,loss,rate,sparsity\n"));
}

TEST(LabProgram, MistakesAreSaidBeforeAnythingIsTrained) {
  const TemporaryFolder folder;
  write_text(folder.path() / "design.csv", "widht,layers,D\n16,1,20000\n");
  write_text(folder.path() / "values.csv", "width,layers,D\n16,1,many\n15,1,20000\n16,1,20000\n");
  write_text(folder.path() / "good.csv", "width,layers,D\n16,1,20000\n");
  write_text(folder.path() / "other.csv", "N,D,loss\n1,2,3\n");
  const auto said = [&](const std::string& arguments) {
    const CommandOutcome outcome =
        run_command(folder.path(), fmt::format("isoflop-lab {} {}", arguments, kText));
    EXPECT_EQ(outcome.exit, 2) << arguments << outcome.err;
    return outcome.err;
  };
  const auto expect = [&](const std::string& arguments, const std::string& text) {
    const std::string err = said(arguments);
    EXPECT_NE(err.find(text), std::string::npos) << arguments << ": " << err;
  };
  expect("run design.csv -o runs.csv",
         "design.csv:1: column \"widht\" is no field of a run; did you mean \"width\"?");
  expect("run values.csv -o runs.csv",
         "values.csv:2: column \"D\": \"many\" is not a whole number");
  expect("run values.csv -o runs.csv",
         "values.csv:3: heads 1: width 15 must be heads times an even number");
  expect("run good.csv -o other.csv",
         "other.csv:1: not a table of runs of this version: name another output");
  expect("run none.csv -o runs.csv", "none.csv");
  expect("train -o runs.csv --width 16 --layers 1 -D 20000 --sparsity 2",
         "--sparsity: \"2\" is not a number from 0 to 0.999");
  expect("train -o runs.csv --width 16 --layers 1 -D 20000 --level mmx", "mmx");
  expect("train -o runs.csv --width 16 --layers 1 -D 20000 --tokenizer bpe:many",
         "--tokenizer: \"bpe:many\" is not bytes or bpe:512, with 2 to 4096 tokens");
  expect("train -o runs.csv --width 16 --layers 1 -D 20000 --tokenizer bpe:512",
         "bpe:512: a generated language is tokens already");
  expect("train -o runs.csv --width 16 --layers 1 -D 20000 --positions sine",
         "--positions: \"sine\" is none of rotary, alibi");
  EXPECT_FALSE(fs::exists(folder.path() / "runs.csv"));
}

}  // namespace isoflop::lab
