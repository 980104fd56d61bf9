#include "lab/corpus.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "cli/file.h"
#include "isoflop/gzip.h"

namespace isoflop::lab {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 14;
constexpr std::size_t kEvery = 50;
constexpr std::size_t kShortest = 100'000;
constexpr std::size_t kHeldOutOfLanguage = std::size_t{1} << 20;

}  // namespace

std::string strip_gcide(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pronunciation = false;
  std::size_t brackets = 0, line_ends = 0;
  bool blank = false;
  for (const char c : text) {
    if (c == '\n') {
      // A bracket or a pronunciation that is never closed ends with its paragraph.
      if (++line_ends > 1) pronunciation = false, brackets = 0;
      blank = true;
      continue;
    }
    if (c == ' ' || c == '\t') {
      blank = true;
      continue;
    }
    const bool paragraph = std::exchange(line_ends, 0) > 1;
    if (paragraph && !out.empty() && out.back() != '\n') {
      out += '\n';
      blank = false;
    }
    if (c == '\\') {
      pronunciation = !pronunciation;
      continue;
    }
    if (pronunciation) continue;
    if (c == '[') ++brackets;
    if (c == ']' && brackets > 0) {
      --brackets;
      continue;
    }
    if (brackets > 0 || c == '{' || c == '}' || c < ' ' || c > '~') continue;
    if (std::exchange(blank, false) && !out.empty() && out.back() != '\n') out += ' ';
    out += c;
  }
  return out;
}

Corpus corpus_of(std::string_view text) {
  std::array<bool, 256> used{};
  for (const char c : text) used[static_cast<std::uint8_t>(c)] = true;
  Corpus corpus;
  std::array<std::uint8_t, 256> token{};
  for (std::size_t byte = 0; byte < used.size(); ++byte)
    if (used[byte]) {
      token[byte] = static_cast<std::uint8_t>(corpus.alphabet.size());
      corpus.alphabet += static_cast<char>(byte);
    }
  corpus.vocabulary = corpus.alphabet.size();
  for (std::size_t i = 0; i < text.size(); ++i)
    (i / kBlock % kEvery == kEvery - 1 ||
             (text.size() < kBlock * kEvery && i >= text.size() / kEvery * (kEvery - 1))
         ? corpus.held_out
         : corpus.training)
        .push_back(token[static_cast<std::uint8_t>(text[i])]);
  return corpus;
}

Result<Corpus> read_corpus(const std::string& source) {
  if (is_language(source)) {
    const Result<LanguageSource> parsed = parse_language(source);
    if (!parsed) return std::unexpected(parsed.error());
    Corpus corpus;
    corpus.language.emplace(*parsed);
    corpus.vocabulary = parsed->symbols;
    corpus.training = corpus.language->generate(parsed->tokens, 0);
    corpus.held_out = corpus.language->generate(std::min(parsed->tokens, kHeldOutOfLanguage), 1);
    return corpus;
  }
  const bool gcide = source == kGcide || source.starts_with(std::string(kGcide) + ":");
  const std::string path = !gcide             ? source
                           : source == kGcide ? std::string(kGcideFile)
                                              : source.substr(kGcide.size() + 1);
  Result<std::string> text = cli::read_file(path);
  if (!text && source == kGcide)
    return error(
        "{} is not there: install Debian's dict-gcide (scripts/setup lab), or say where its file "
        "is "
        "by gcide:PATH, or name another text",
        path);
  if (!text) return std::unexpected(text.error());
  if (is_gzip(*text)) {
    text = unpack_gzip(*text, path);
    if (!text) return std::unexpected(text.error());
  }
  if (gcide) text = strip_gcide(*text);
  if (text->size() < kShortest)
    return error("{}: {} bytes: a text for training has at least {}", path, text->size(),
                 kShortest);
  Corpus corpus = corpus_of(*text);
  if (corpus.vocabulary < 2) return error("{}: all its bytes are the same", path);
  return corpus;
}

}  // namespace isoflop::lab
