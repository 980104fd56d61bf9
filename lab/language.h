// Generated languages whose entropy is known exactly, so that a fitted irreducible loss can be
// compared with the truth.
//
// A language is a Markov chain of some order k over V symbols: the next symbol depends on the last
// k. All V^k contexts are listed, so the stationary distribution, and with it every conditional
// entropy H(x_t | x_1 ... x_(t-1)), is computed and not estimated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "lab/tokenizer.h"

namespace isoflop::lab {

struct LanguageSource {
  // kTable: each context has probabilities of its own, exponentials of normal numbers.
  // kNetwork: they are the softmax of a random network of the context, so that contexts that share
  // symbols share something that a model can learn before it has seen them.
  enum class Kind : std::uint8_t { kTable, kNetwork };
  Kind kind = Kind::kTable;
  std::size_t symbols = 16;
  std::size_t order = 2;
  std::uint64_t seed = 1;
  std::size_t tokens = std::size_t{1} << 23;  // to generate for training
};

// "ngram:16:2", "network:16:3:SEED:TOKENS". Nothing where the text does not start like that; an
// error where it does and the rest is wrong.
Result<LanguageSource> parse_language(std::string_view text);
bool is_language(std::string_view text);

class Language {
 public:
  explicit Language(const LanguageSource& source);

  [[nodiscard]] std::vector<Token> generate(std::size_t tokens, std::uint64_t stream) const;
  // The entropy of a symbol given all before it, in nats.
  [[nodiscard]] double entropy() const { return conditional_.back(); }
  // What the best model reaches on sequences of so many tokens, of which the first has one symbol
  // before it: the mean of H(x | as many symbols as there are).
  [[nodiscard]] double entropy(std::size_t context) const;

 private:
  std::size_t symbols_;
  std::size_t order_;
  std::uint64_t seed_;
  std::vector<double> probabilities_;  // contexts x symbols; a context's last symbol counts 1
  std::vector<double> stationary_;     // of contexts
  std::vector<double> conditional_;    // H(x | j symbols), j = 0 ... order
};

}  // namespace isoflop::lab
