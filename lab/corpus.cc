#include "lab/corpus.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "cli/file.h"
#include "isoflop/gzip.h"
#include "lab/parse.h"

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

Result<std::size_t> parse_tokenizer(std::string_view text) {
  constexpr std::string_view kPairs = "bpe:";
  constexpr std::uint64_t kMost = 4096;  // learning counts pairs of any two
  if (text == kBytes) return 0;
  const auto size =
      text.starts_with(kPairs) ? parse_whole(text.substr(kPairs.size())) : std::nullopt;
  if (!size || *size < 2 || *size > kMost)
    return error("\"{}\" is not bytes or bpe:512, with 2 to {} tokens", excerpt(text), kMost);
  return *size;
}

Corpus corpus_of(std::string_view text, std::size_t vocabulary) {
  std::string training, held_out;
  for (std::size_t i = 0; i < text.size(); ++i)
    (i / kBlock % kEvery == kEvery - 1 ||
             (text.size() < kBlock * kEvery && i >= text.size() / kEvery * (kEvery - 1))
         ? held_out
         : training) += text[i];
  // A byte of the held-out part alone is a token too.
  Corpus corpus;
  const Tokenizer tokenizer(training, held_out, vocabulary);
  corpus.pieces = tokenizer.pieces();
  corpus.vocabulary = corpus.pieces.size();
  corpus.training = tokenizer.encode(training);
  corpus.held_out = tokenizer.encode(held_out);
  return corpus;
}

Result<Corpus> read_corpus(const std::string& source, std::string_view tokenizer) {
  const Result<std::size_t> pairs = parse_tokenizer(tokenizer);
  if (!pairs) return std::unexpected(pairs.error());
  if (is_language(source)) {
    const Result<LanguageSource> parsed = parse_language(source);
    if (!parsed) return std::unexpected(parsed.error());
    if (*pairs > 0) return error("{}: a generated language is tokens already", tokenizer);
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
  Corpus corpus = corpus_of(*text, *pairs);
  if (corpus.vocabulary < 2) return error("{}: all its bytes are the same", path);
  return corpus;
}

}  // namespace isoflop::lab
