#include "lab/tokenizer.h"

#include <algorithm>
#include <unordered_map>

namespace isoflop::lab {

namespace {

enum class Kind : std::uint8_t { kBlank, kLetter, kDigit, kOther };

Kind kind_of(char c) {
  if (c == ' ' || c == '\n' || c == '\t') return Kind::kBlank;
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Kind::kLetter;
  if (c >= '0' && c <= '9') return Kind::kDigit;
  return Kind::kOther;
}

// Calls each(word) for the words of a text, which together are the text.
template <class Each>
void for_each_word(std::string_view text, Each each) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (kind_of(text[at]) != Kind::kBlank ||
        (end < text.size() && kind_of(text[end]) != Kind::kBlank)) {
      const Kind kind = kind_of(text[kind_of(text[at]) == Kind::kBlank ? end : at]);
      while (end < text.size() && kind_of(text[end]) == kind) ++end;
    }
    each(text.substr(at, end - at));
    at = end;
  }
}

// Puts `merged` in the place of each pair, from the left.
void merge(std::vector<Token>& tokens, std::pair<Token, Token> pair, Token merged) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < tokens.size(); ++to)
    if (i + 1 < tokens.size() && tokens[i] == pair.first && tokens[i + 1] == pair.second)
      tokens[to] = merged, i += 2;
    else
      tokens[to] = tokens[i++];
  tokens.resize(to);
}

bool has_pair(const std::vector<Token>& tokens, std::pair<Token, Token> pair) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
    if (tokens[i] == pair.first && tokens[i + 1] == pair.second) return true;
  return false;
}

}  // namespace

Tokenizer::Tokenizer(std::string_view text, std::string_view others, std::size_t vocabulary)
    : byte_(256) {
  std::vector<bool> used(256);
  for (const std::string_view part : {text, others})
    for (const char c : part) used[static_cast<std::uint8_t>(c)] = true;
  for (std::size_t byte = 0; byte < used.size(); ++byte)
    if (used[byte]) {
      byte_[byte] = static_cast<Token>(pieces_.size());
      pieces_.emplace_back(1, static_cast<char>(byte));
    }
  if (vocabulary > pieces_.size()) learn(text, vocabulary);
}

std::vector<Token> Tokenizer::bytes_of(std::string_view word) const {
  std::vector<Token> tokens;
  tokens.reserve(word.size());
  for (const char c : word) tokens.push_back(byte_[static_cast<std::uint8_t>(c)]);
  return tokens;
}

void Tokenizer::learn(std::string_view text, std::size_t vocabulary) {
  std::map<std::string_view, std::uint64_t> counts;
  for_each_word(text, [&](std::string_view word) { ++counts[word]; });
  std::vector<std::pair<std::vector<Token>, std::uint64_t>> words;
  for (const auto& [word, count] : counts)
    if (word.size() > 1) words.emplace_back(bytes_of(word), count);
  // Of each pair how often it comes; only the words that have a merged pair change it.
  std::vector<std::uint64_t> pairs(vocabulary * vocabulary);
  const auto add = [&](const std::vector<Token>& tokens, std::uint64_t count) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
      pairs[tokens[i] * vocabulary + tokens[i + 1]] += count;
  };
  for (const auto& [tokens, count] : words) add(tokens, count);
  while (pieces_.size() < vocabulary) {
    const auto most = std::ranges::max_element(pairs);
    if (*most < 2) return;
    const auto at = static_cast<std::size_t>(most - pairs.begin());
    const std::pair pair(static_cast<Token>(at / vocabulary), static_cast<Token>(at % vocabulary));
    const auto merged = static_cast<Token>(pieces_.size());
    merges_[pair] = merged;
    pieces_.push_back(pieces_[pair.first] + pieces_[pair.second]);
    for (auto& [tokens, count] : words) {
      if (!has_pair(tokens, pair)) continue;
      add(tokens, 0 - count);  // wraps around, and comes back
      merge(tokens, pair, merged);
      add(tokens, count);
    }
  }
}

std::vector<Token> Tokenizer::encode_word(std::string_view word) const {
  std::vector<Token> tokens = bytes_of(word);
  while (true) {
    auto first = merges_.end();
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const auto found = merges_.find({tokens[i], tokens[i + 1]});
      if (found != merges_.end() && (first == merges_.end() || found->second < first->second))
        first = found;
    }
    if (first == merges_.end()) return tokens;
    merge(tokens, first->first, first->second);
  }
}

std::vector<Token> Tokenizer::encode(std::string_view text) const {
  if (merges_.empty()) return bytes_of(text);
  std::vector<Token> tokens;
  std::unordered_map<std::string_view, std::vector<Token>> known;
  for_each_word(text, [&](std::string_view word) {
    auto at = known.find(word);
    if (at == known.end()) at = known.emplace(word, encode_word(word)).first;
    tokens.insert(tokens.end(), at->second.begin(), at->second.end());
  });
  return tokens;
}

}  // namespace isoflop::lab
