#include "lab/tokenizer.h"

#include <gtest/gtest.h>

namespace isoflop::lab {

namespace {

std::string decoded(const Tokenizer& tokenizer, std::string_view text) {
  std::string out;
  for (const Token token : tokenizer.encode(text)) out += tokenizer.pieces()[token];
  return out;
}

}  // namespace

// "ab" comes 5 times within words, then "abc" 3 times; "c a" never is a pair: it crosses words.
TEST(LabTokenizer, MergesTheMostFrequentPairsInsideWords) {
  const Tokenizer tokenizer("abc abc abc ab ab", "", 6);
  EXPECT_EQ(tokenizer.pieces(), (std::vector<std::string>{" ", "a", "b", "c", "ab", " ab"}));
  EXPECT_EQ(tokenizer.encode("abc ab ba"), (std::vector<Token>{4, 3, 5, 0, 2, 1}));
}

TEST(LabTokenizer, GivesTheTextBack) {
  const std::string text =
      "The quick brown fox, the 100 quick foxes;\nthe  quickest of the foxes.\n\n \xff the ";
  for (const std::size_t vocabulary : {0U, 30U, 40U, 1000U}) {
    const Tokenizer tokenizer(text, "zZ", vocabulary);
    EXPECT_EQ(decoded(tokenizer, text), text) << vocabulary;
    EXPECT_EQ(decoded(tokenizer, "Zz the quiz"), "Zz the quiz") << vocabulary;
    EXPECT_EQ(decoded(tokenizer, " "), " ");
    EXPECT_EQ(decoded(tokenizer, ""), "");
  }
  // Nothing comes twice any more: a vocabulary need not be full.
  EXPECT_LT(Tokenizer(text, "", 1000).pieces().size(), 100U);
}

}  // namespace isoflop::lab
