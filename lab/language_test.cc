#include "lab/language.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

namespace isoflop::lab {

namespace {

// Counts of what follows the last `order` symbols give the entropy that the text seems to have.
double counted_entropy(const std::vector<Token>& text, std::size_t order) {
  std::map<std::string, std::map<Token, double>> next;
  const std::string symbols(text.begin(), text.end());
  for (std::size_t i = order; i < text.size(); ++i)
    ++next[symbols.substr(i - order, order)][text[i]];
  double sum = 0;
  for (const auto& [context, counts] : next) {
    double all = 0;
    for (const auto& [symbol, count] : counts) all += count;
    for (const auto& [symbol, count] : counts) sum -= count * std::log(count / all);
  }
  return sum / static_cast<double>(text.size() - order);
}

}  // namespace

// Independent of how the entropy is computed: by counting in a long text, which is too low by about
// contexts x (symbols - 1) / (2 x length), here 5e-5.
TEST(LabLanguage, TextHasTheEntropyThatIsComputed) {
  for (const char* text : {"ngram:4:2:7:1000000", "network:4:2:7:1000000"}) {
    const LanguageSource source = *parse_language(text);
    const Language language(source);
    const std::vector<Token> tokens = language.generate(source.tokens, 0);
    EXPECT_NEAR(counted_entropy(tokens, 2), language.entropy(), 0.003) << text;
    // Of a sequence of one the best model knows one symbol, of more the first token's share falls.
    EXPECT_NEAR(counted_entropy(tokens, 1), language.entropy(1), 0.003) << text;
    EXPECT_NEAR(language.entropy(10), (language.entropy(1) + 9 * language.entropy()) / 10, 1e-12);
    EXPECT_LT(language.entropy(), std::log(4.0));
  }
}

TEST(LabLanguage, SeedsAndStreamsDiffer) {
  const Language one(*parse_language("ngram:8:1:1")), two(*parse_language("ngram:8:1:2"));
  EXPECT_NE(one.entropy(), two.entropy());
  EXPECT_EQ(one.generate(1000, 0), one.generate(1000, 0));
  EXPECT_NE(one.generate(1000, 0), one.generate(1000, 1));
}

TEST(LabLanguage, MistakesAreSaid) {
  for (const char* text :
       {"ngram:1", "ngram:16:9", "ngram:16:0", "ngram:x", "ngram:2:1:1:2000:9", "ngram:16:2:1:5"})
    EXPECT_FALSE(parse_language(text)) << text;
  EXPECT_FALSE(is_language("ngrams.txt"));
  EXPECT_TRUE(is_language("ngram"));
}

}  // namespace isoflop::lab
