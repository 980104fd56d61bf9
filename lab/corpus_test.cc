#include "lab/corpus.h"

#include <gtest/gtest.h>

namespace isoflop::lab {

TEST(LabCorpus, MarkupOfTheDictionaryIsStripped) {
  EXPECT_EQ(
      strip_gcide("Large-handed \\Large\"-hand`ed\\, a.\n"
                  "   Having large hands. (Fig.): Taking, or giving, in {large}\n"
                  "   quantities.\n"
                  "   [1913 Webster [nested]\n"
                  "   +PJC]\n"
                  " \n"
                  "\n"
                  "Largess, n. [F. largesse.]\n"
                  "   1. Bounty\xe7.\n"
                  "   [never closed\n"
                  "\n"
                  "next"),
      "Large-handed , a. Having large hands. (Fig.): Taking, or giving, in large quantities.\n"
      "Largess, n. 1. Bounty.\nnext");
}

TEST(LabCorpus, HoldsOutBlocksAllOverAndKnowsItsBytesOnly) {
  std::string text;
  for (std::size_t i = 0; i < 2'000'000; ++i) text += "abc"[i * i % 7 % 3];
  const Corpus corpus = corpus_of(text);
  EXPECT_EQ(corpus.pieces, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(corpus.training.size() + corpus.held_out.size(), text.size());
  EXPECT_EQ(corpus.held_out.size(), 2U * 16384);
  // A short text has a part held out too.
  EXPECT_EQ(corpus_of(text.substr(0, 100'000)).held_out.size(), 2000U);
}

TEST(LabCorpus, TextsThatAreNoneAreRefused) {
  EXPECT_FALSE(read_corpus("/nonexistent/text"));
  EXPECT_FALSE(read_corpus("gcide:/nonexistent/text"));
  EXPECT_FALSE(read_corpus("ngram:1"));
}

}  // namespace isoflop::lab
