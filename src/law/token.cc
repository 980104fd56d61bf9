#include "law/token.h"

#include <fast_float/fast_float.h>

#include <array>
#include <cmath>

#include "base/error.h"
#include "base/number_text.h"
#include "law/operations.h"

namespace isoflop {

namespace {

constexpr std::size_t kLongestFormula = 64 * 1024;

// Besides operators. "**" is read, so that the parser can say what a power is.
constexpr std::array<std::string_view, 6> kPunctuation = {"**", "(", ")", ",", "=", ":"};

// The longest symbol that the text starts with, or nothing: "<=" is not "<".
std::string_view symbol_at(std::string_view text) {
  std::string_view longest = operator_at(text);
  for (const std::string_view symbol : kPunctuation)
    if (text.starts_with(symbol) && symbol.size() > longest.size()) longest = symbol;
  return longest;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Tokenizer {
 public:
  Tokenizer(std::string_view text, std::string_view source, Grammar grammar)
      : text_(text), source_(source), grammar_(grammar) {}

  Result<std::vector<Token>> run() {
    if (text_.size() > kLongestFormula)
      return error_at({source_, 0, 0}, "the formula has {} characters; at most {} are read",
                      text_.size(), kLongestFormula);
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      Result<Token> token = next();
      if (!token) return std::unexpected(token.error());
      tokens.push_back(std::move(*token));
      if (tokens.back().kind == Token::Kind::kEnd) return tokens;
    }
  }

 private:
  Place place(std::size_t byte) const { return {source_, 0, character_at(text_, byte)}; }

  Result<Token> next() {
    Token token;
    token.column = character_at(text_, at_);
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return number(token);
    if (starts_name(c)) {
      token.kind = Token::Kind::kName;
      token.text = take_name();
      return token;
    }
    if (c == '{') return quoted(token, Token::Kind::kQuotedName, '}', "a quoted column {...}");
    if ((c == '\'' || c == '"') && grammar_.texts)
      return quoted(token, Token::Kind::kText, c, c == '"' ? "a text \"...\"" : "a text '...'");
    token.text = symbol_at(text_.substr(at_));
    if (token.text.empty()) return unexpected_character();
    at_ += token.text.size();
    token.kind = Token::Kind::kSymbol;
    return token;
  }

  std::string take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<Token> number(Token token) {
    token.kind = Token::Kind::kNumber;
    const std::size_t begin = at_;
    const char* const end =
        fast_float::from_chars(text_.data() + at_, text_.data() + text_.size(), token.number).ptr;
    at_ = static_cast<std::size_t>(end - text_.data());
    const std::string_view digits = text_.substr(begin, at_ - begin);
    if (is_too_large(digits)) return error_at(place(begin), "{} is too large for a number", digits);
    if (at_ == text_.size() || !starts_name(text_[at_])) return token;
    const std::string letters = take_name();
    if (grammar_.suffixes && letters.size() == 1 && suffix_factor(letters[0])) {
      const Result<double> value = parse_number(fmt::format("{}{}", digits, letters), source_);
      if (!value) return std::unexpected(value.error());
      token.number = *value;
      return token;
    }
    return error_at(place(begin), "'{}{}' is not a number; a product is written {}*{}", digits,
                    letters, digits, letters);
  }

  // Text up to the closing character, which is doubled where it is meant itself.
  Result<Token> quoted(Token token, Token::Kind kind, char close, std::string_view what) {
    const std::size_t begin = at_++;
    token.kind = kind;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == close) {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != close) {
          ++at_;
          return token;
        }
        ++at_;
      }
      token.text += text_[at_];
    }
    return error_at(place(begin), "{} is not closed; add a {}", what, close);
  }

  std::unexpected<Error> unexpected_character() const {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '\'' || byte == '"')
      return error_at(place(at_), "a text '...' can stand in a filter (mapping.where) only");
    if (byte > 0x20 && byte < 0x7f)
      return error_at(place(at_),
                      "unexpected character '{}'; a name with it in is quoted: {{a{}b}}",
                      text_[at_], text_[at_]);
    return error_at(place(at_),
                    "unexpected byte 0x{:02x}; a formula is plain ASCII outside {{...}}", byte);
  }

  std::string_view text_;
  std::string source_;
  Grammar grammar_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t character_at(std::string_view text, std::size_t byte) {
  std::size_t count = 1;
  for (std::size_t i = 0; i < byte && i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) ++count;
  return count;
}

bool is_identifier(std::string_view text) {
  if (text.empty() || !starts_name(text[0])) return false;
  for (const char c : text)
    if (!continues_name(c)) return false;
  return true;
}

Result<std::vector<Token>> tokenize(std::string_view text, std::string_view source,
                                    Grammar grammar) {
  return Tokenizer(text, source, grammar).run();
}

}  // namespace isoflop
