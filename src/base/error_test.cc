#include "base/error.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

TEST(Problem, SaysWhereWithOnlyThePartsThatAreKnown) {
  EXPECT_EQ((Problem{"runs.csv", 17, 0, "bad"}).text(), "runs.csv:17: bad");
  EXPECT_EQ((Problem{"runs.csv", 17, 3, "bad"}).text(), "runs.csv:17:3: bad");
  EXPECT_EQ((Problem{"--law", 0, 5, "bad"}).text(), "--law:5: bad");
  EXPECT_EQ((Problem{"", 0, 0, "bad"}).text(), "bad");
}

// A file of a million bad cells must neither fill the screen nor hide how many there are.
TEST(Problems, KeepsTwentyAndCountsTheRest) {
  Problems problems;
  EXPECT_TRUE(problems.empty());
  for (int i = 0; i < 25; ++i) problems.add({"f", 1, 0}, "bad {}", i);
  const Error all = problems.take().error();
  EXPECT_EQ(all.problems.size(), 20U);
  EXPECT_EQ(all.more, 5U);
  EXPECT_TRUE(all.text().ends_with("f:1: bad 19\n... and 5 more")) << all.text();

  Problems merged;
  merged.add(all);
  merged.add(all);
  EXPECT_EQ(merged.take().error().more, 30U);
}

TEST(Errors, OnlyWorkErrorsAreTheProgramsOwn) {
  EXPECT_EQ(error("{}", 1).error().kind, Error::Kind::kInput);
  EXPECT_EQ(error_at({"f"}, "{}", 1).error().kind, Error::Kind::kInput);
  EXPECT_EQ(work_error("{}", 1).error().kind, Error::Kind::kWork);
}

}  // namespace
}  // namespace isoflop
