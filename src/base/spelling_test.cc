#include "base/spelling.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace isoflop {
namespace {

const std::vector<std::string> kNames = {"alpha", "beta", "N", "D", "val-loss", "Model Size"};

TEST(Closest, FindsTheUsualSlips) {
  EXPECT_EQ(closest("alhpa", kNames), "alpha");  // swapped: one slip, not two
  EXPECT_EQ(closest("alpa", kNames), "alpha");
  EXPECT_EQ(closest("val_loss", kNames), "val-loss");
  EXPECT_EQ(closest("model size", kNames), "Model Size");
  EXPECT_EQ(closest("n", kNames), "N");
}

// A wrong guess is worse than none.
TEST(Closest, DoesNotGuessFromFar) {
  EXPECT_EQ(closest("gamma", kNames), std::nullopt);
  EXPECT_EQ(closest("x", kNames), std::nullopt);  // any one letter is one change away from N
  EXPECT_EQ(closest("", kNames), std::nullopt);
}

TEST(DidYouMean, IsReadyToBeAppended) {
  EXPECT_EQ(did_you_mean("beat", kNames), "; did you mean \"beta\"?");
  EXPECT_EQ(did_you_mean("sparsity", kNames), "");
}

TEST(DidYouMean, NamesWhatBeginsAlike) {
  const std::vector<std::string> flags = {"--max-active", "--max-total", "--tokens"};
  EXPECT_EQ(did_you_mean("--max", flags), "; did you mean \"--max-active\" or \"--max-total\"?");
  EXPECT_EQ(did_you_mean("model", kNames), "; did you mean \"Model Size\"?");
  EXPECT_EQ(did_you_mean("a", kNames), "");
  const std::vector<std::string> many = {"much1", "much2", "much3", "much4", "much5"};
  EXPECT_EQ(did_you_mean("muc", many), "");
}

}  // namespace
}  // namespace isoflop
