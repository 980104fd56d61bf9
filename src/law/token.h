// Formula text cut into tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "law/ast.h"

namespace isoflop {

struct Token {
  enum class Kind : std::uint8_t { kEnd, kNumber, kName, kQuotedName, kText, kSymbol };
  Kind kind = Kind::kEnd;
  std::string text;   // the name, the text, the operator
  double number = 0;  // kNumber, its suffix applied
  std::size_t column = 0;
};

// All tokens of the text, ending with one kEnd.
Result<std::vector<Token>> tokenize(std::string_view text, std::string_view source,
                                    Grammar grammar);

// "character 12 of" is in characters, not bytes: the 1-based character of a UTF-8 text at a byte.
std::size_t character_at(std::string_view text, std::size_t byte);

bool is_identifier(std::string_view text);

}  // namespace isoflop
