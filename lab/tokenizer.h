// Byte-pair encoding (Sennrich, Haddow, Birch 2016, arXiv:1508.07909) over the bytes of a text.
//
// The first tokens are the bytes that the text has, in their order. Then the most frequent pair of
// neighbouring tokens becomes a token, again and again, until there are as many as wanted; of equal
// pairs the one of the lower tokens. Pairs do not cross words: a word is a run of letters, of
// digits or of other characters, with the blank before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/kernels.h"

namespace isoflop::lab {

class Tokenizer {
 public:
  // Learns pairs from `text`, and ends early where none comes twice. The bytes of `others` are
  // tokens too. With a vocabulary of fewer tokens than bytes they are all.
  Tokenizer(std::string_view text, std::string_view others, std::size_t vocabulary);

  // A text of the same bytes.
  [[nodiscard]] std::vector<Token> encode(std::string_view text) const;
  // The text of each token.
  [[nodiscard]] const std::vector<std::string>& pieces() const { return pieces_; }

 private:
  [[nodiscard]] std::vector<Token> bytes_of(std::string_view word) const;
  void learn(std::string_view text, std::size_t vocabulary);
  [[nodiscard]] std::vector<Token> encode_word(std::string_view word) const;

  std::vector<std::string> pieces_;
  std::vector<Token> byte_;                            // the token of each byte
  std::map<std::pair<Token, Token>, Token> merges_{};  // a lower token was learned earlier
};

}  // namespace isoflop::lab
