#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "isoflop/claims.h"
#include "support/fit_text.h"

namespace isoflop {
namespace {

constexpr const char* kText = R"(key = "own"

[[agreement]]
claim = "the same at S = 0"
law = "hossain2025:dense"
of = "hoffmann2022:hoffmann"
N = [1e8, 1e10]
D = [1e9, 1e11]
sparsity = [0]
tolerance = 1e-9

[[budget]]
claim = "the same at the budget of a model"
model = "a model"
inputs = { N = 1e9, P = 2e9, D = 1e11 }
law = "hossain2025:moe"
of = "abnar2025:abnar"
losses = [2.5, 2.25]
loss_tolerance = 0.01
tolerance = 0.02
)";

std::string error_after(const char* old, const char* fresh) {
  const Result<Claims> claims = read_claims(replaced(kText, old, fresh), "own.toml");
  return claims ? "no error" : claims.error().text();
}

TEST(ClaimsFile, IsReadWhole) {
  const Result<Claims> claims = read_claims(kText, "own.toml");
  ASSERT_TRUE(claims) << claims.error().text();
  EXPECT_EQ(claims->agreements.at(0).grid.D.high, 1e11);
  EXPECT_EQ(claims->budgets.at(0).inputs.at("P"), 2e9);
}

// A grid of such models has no losses, or losses that are no numbers.
TEST(ClaimsFile, NamesWhatIsNoModel) {
  EXPECT_EQ(error_after("sparsity = [0]", "sparsity = [0, 1]"),
            "own.toml:9:12: 'sparsity' is a share: 1 is not in [0, 1)");
  EXPECT_EQ(error_after("N = [1e8, 1e10]", "N = [0, 1e10]"),
            "own.toml:7:5: 'N' must be above 0, and is 0");
  EXPECT_EQ(error_after("N = [1e8, 1e10]\nD = [1e9, 1e11]", "flops = [1e21, -1e22]"),
            "own.toml:7:9: 'flops' must be above 0, and is -1e+22");
  EXPECT_EQ(error_after("N = [1e8, 1e10]", "flops = [1e21]"),
            "own.toml:3:1: 'flops' take the place of 'N' and 'D': remove one or the others");
  EXPECT_EQ(error_after("P = 2e9,", "P = 0,"), "own.toml:15:10: 'P' must be above 0, and is 0");
  EXPECT_EQ(error_after("[2.5, 2.25]", "[2.5, 0]"),
            "own.toml:18:10: 'losses' must be above 0, and is 0");
}

TEST(ClaimsFile, NamesTextsThatSayNothing) {
  EXPECT_EQ(error_after("\"own\"", "\"\""), "own.toml:1:7: 'key' is empty: write key = \"...\"");
  EXPECT_EQ(error_after("\"hossain2025:dense\"", "\"\""),
            "own.toml:5:7: 'law' is empty: write law = \"...\"");
}

}  // namespace
}  // namespace isoflop
