#include "cli/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace isoflop::cli {
namespace {

namespace fs = std::filesystem;

class File : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  [[nodiscard]] std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) count += entry.exists() ? 1 : 0;
    return count;
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) /
      ("isoflop_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(File, ComesBackAsItWasWritten) {
  const std::string text("bytes \0 and\r\nlines\n", 19);
  ASSERT_TRUE(write_file(path("a"), "an older and longer text, to be replaced as a whole"));
  ASSERT_TRUE(write_file(path("a"), text));
  EXPECT_EQ(read_file(path("a")), text);
  EXPECT_EQ(files(), 1U) << "a temporary file stayed behind";
}

TEST_F(File, AReadOnlyOneIsNotReplaced) {
  ASSERT_TRUE(write_file(path("a"), "kept"));
  fs::permissions(path("a"), fs::perms::owner_read);
  EXPECT_EQ(write_file(path("a"), "new").error().text(),
            path("a") + ": this file is read-only: write to another, or chmod +w it");
  EXPECT_EQ(read_file(path("a")), "kept");
}

TEST_F(File, LargerThanTheBuffer) {
  const std::string text(300000, 'x');
  ASSERT_TRUE(write_file(path("a"), text));
  EXPECT_EQ(read_file(path("a")), text);
}

TEST_F(File, ProblemsSayWhatToDo) {
  EXPECT_EQ(read_file(path("none")).error().text(),
            path("none") + ": there is no such file; check the path");
  EXPECT_EQ(read_file(folder_.string()).error().text(),
            folder_.string() + ": this is a folder; name a file in it");
  EXPECT_EQ(write_file(path("none/a"), "x").error().text(),
            path("none/a") + ": the folder of this file does not exist; make it first");
  EXPECT_EQ(write_file(folder_.string(), "x").error().text(),
            folder_.string() + ": this is a folder; name a file in it");
  EXPECT_EQ(files(), 0U);
}

// /dev/full takes no byte: the failure is the disk's, not the user's.
TEST_F(File, AFullDiskIsAFailureOfTheWork) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const Result<void> written = write_file("/dev/full", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, Error::Kind::kWork);
  EXPECT_TRUE(fs::is_character_file("/dev/full")) << "a device must not be replaced by a file";
}

TEST_F(File, ALinkStaysALink) {
  ASSERT_TRUE(write_file(path("target"), "old"));
  fs::create_symlink("target", path("link"));
  ASSERT_TRUE(write_file(path("link"), "new"));
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("target")), "new");
}

// A shared folder would lose its group's permissions with every fit.
TEST_F(File, AReplacedFileKeepsItsPermissions) {
  const fs::perms odd = fs::perms::owner_all | fs::perms::group_write | fs::perms::others_write;
  ASSERT_TRUE(write_file(path("a"), "old"));
  fs::permissions(path("a"), odd);
  ASSERT_TRUE(write_file(path("a"), "new"));
  EXPECT_EQ(fs::status(path("a")).permissions(), odd);
}

// The same file may go by many names; a text compare would see through none.
TEST_F(File, AnOutputThatIsAnInputIsAnError) {
  ASSERT_TRUE(write_file(path("runs"), "x"));
  ASSERT_TRUE(write_file(path("other"), "x"));
  fs::create_symlink("runs", path("link"));
  const std::string inputs[] = {"-", path("none"), path("runs")};
  const Output fine[] = {{"-o", path("other")}, {"--trials", path("new")}, {"--journal", "-"}};
  EXPECT_TRUE(check_outputs(fine, inputs));
  for (const std::string& name : {path("runs"), path("link"), path("./runs")}) {
    const Output output[] = {{"-o", name}};
    EXPECT_FALSE(check_outputs(output, inputs)) << name;
  }
}

TEST_F(File, TwoOutputsAreTwoFiles) {
  ASSERT_TRUE(write_file(path("old"), "x"));
  fs::create_symlink("old", path("link"));
  for (const auto& [a, b] : {std::pair("old", "link"), std::pair("new", "./new")}) {
    const Output both[] = {{"-o", path(a)}, {"--trials", path(b)}};
    EXPECT_EQ(check_outputs(both, {}).error().text(),
              "-o and --trials both write to " + path(b) + ": name two files");
  }
}

// FIPS 180-2, appendix B.
TEST(Sha256, GivesThePublishedAnswers) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace isoflop::cli
