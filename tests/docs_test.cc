// Pages show what the program prints: their ```console blocks are run, in their order, and
// compared. scripts/generate-docs brings them up to date.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support/command.h"
#include "support/picture.h"

namespace isoflop {
namespace {

namespace fs = std::filesystem;

struct Example {
  std::string command;
  std::string printed;  // on both channels, as a terminal shows them
};

std::vector<Example> console_examples(const std::string& markdown) {
  std::vector<Example> examples;
  bool inside = false;
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```"))
      inside = line == "```console";
    else if (inside && line.starts_with("$ "))
      examples.push_back({line.substr(2), ""});
    else if (inside && !examples.empty())
      examples.back().printed += line + "\n";
  }
  // A blank line parts two commands of one block.
  for (Example& example : examples)
    if (example.printed.ends_with("\n\n")) example.printed.pop_back();
  return examples;
}

// How many starts a search takes and how many end at the best optimum depends on rounding, and so
// on the processor's vectors; the optimum does not.
std::string without_start_counts(const std::string& text) {
  static const std::regex counts("[0-9]+ (of )?([0-9]+ )?(starts|refined|candidates)");
  return std::regex_replace(text, counts, "# $3");
}

class Page : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Docs, Page,
                         testing::Values("README.md", "docs/your-own-law.md", "docs/planning.md",
                                         "docs/architectures.md", "docs/charts.md",
                                         "docs/forecasting.md"),
                         [](const auto& page) {
                           std::string name = fs::path(page.param).stem();
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(Page, ShowsWhatTheProgramPrints) {
  const fs::path source = source_folder();
  const TemporaryFolder folder;
  // The commands are given in the source folder, after scripts/demo made out/; here they write
  // elsewhere.
  fs::create_directory(folder.path() / "out");
  for (const char* name : {"examples", "laws"})
    fs::create_directory_symlink(source / name, folder.path() / name);
  fs::create_directory_symlink(shared_data(), folder.path() / "data");
  const std::string page = read_text(source / GetParam());
  if (page.contains(" data/") && !fs::exists(shared_data()))
    GTEST_SKIP() << "no public data in " << shared_data();
  const std::vector<Example> examples = console_examples(page);
  ASSERT_GE(examples.size(), 3u);
  for (const Example& example : examples) {
    const CommandOutcome outcome = run_command(folder.path(), "{ " + example.command + "; } 2>&1");
    EXPECT_EQ(outcome.exit, 0) << "$ " << example.command;
    EXPECT_EQ(without_start_counts(outcome.out), without_start_counts(example.printed))
        << "$ " << example.command;
  }
  for (const fs::directory_entry& made : fs::directory_iterator(folder.path() / "out")) {
    if (made.path().extension() != ".svg") continue;
    const std::string picture = read_text(made.path());
    EXPECT_TRUE(picture == read_text(source / "docs/charts" / made.path().filename()))
        << "scripts/generate-docs brings docs/charts up to date: " << made.path().filename();
    for (const std::string& problem : overlapping_texts(picture))
      ADD_FAILURE() << made.path().filename() << ": " << problem;
  }
}

// A path in the map of the code is that of a file in src/, include/ or here; a bare name is that of
// a file in some module.
TEST(Map, NamesFilesThatAreThere) {
  const fs::path root = source_folder();
  std::vector<fs::path> all;
  for (const char* folder :
       {"src", "include", "lab", "laws", "python", "tests", "bench", "web/engine"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      all.push_back(entry.path());
  const std::string map = read_text(root / "ARCHITECTURE.md");
  const std::regex file("`([a-z_0-9/]+[.](cc|h|toml|md))`");
  std::size_t seen = 0;
  for (std::sregex_iterator at(map.begin(), map.end(), file), end; at != end; ++at, ++seen) {
    const std::string name = (*at)[1];
    EXPECT_TRUE(std::ranges::any_of(
        all, [&](const fs::path& path) { return path.string().ends_with("/" + name); }))
        << "ARCHITECTURE.md names " << name << ", which is not there";
  }
  EXPECT_GT(seen, 40u);
}

TEST(Book, ItsPageIsWhatTheProgramPrints) {
  const TemporaryFolder folder;
  const CommandOutcome outcome = run_command(folder.path(), "isoflop laws --markdown");
  EXPECT_EQ(outcome.out, read_text(source_folder() / "docs/laws.md"))
      << "scripts/generate-docs brings docs/laws.md up to date";
}

TEST(Reproduction, ItsPageIsWhatTheProgramPrints) {
  if (!fs::exists(shared_data())) GTEST_SKIP() << "no public data in " << shared_data();
  const TemporaryFolder folder;
  const CommandOutcome outcome =
      run_command(folder.path(), "isoflop reproduce --data $SHARED --markdown");
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(outcome.out, read_text(source_folder() / "docs/reproduction.md"))
      << "scripts/generate-docs brings docs/reproduction.md up to date";
}

}  // namespace
}  // namespace isoflop
