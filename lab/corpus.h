// What models are trained and tested on: text as tokens, one a byte or by byte-pair encoding.
//
// The vocabulary is the bytes that the text has: a row of the embedding table for a byte that never
// comes would be a parameter that does nothing. A text is held out in blocks spread over its whole
// length, because a dictionary's end is about other words than its beginning.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/result.h"
#include "lab/language.h"
#include "lab/tokenizer.h"

namespace isoflop::lab {

struct Corpus {
  std::vector<std::string> pieces;  // the text of each token; none of a generated language
  std::size_t vocabulary = 0;
  std::vector<Token> training;
  std::vector<Token> held_out;
  std::optional<Language> language;  // where the text is generated
};

inline constexpr std::string_view kBytes = "bytes";
inline constexpr std::string_view kGcide = "gcide";
// Where Debian's package dict-gcide puts the GNU Collaborative International Dictionary of English.
inline constexpr std::string_view kGcideFile = "/usr/share/dictd/gcide.dict.dz";

// "bytes", which is 0, or "bpe:VOCABULARY".
Result<std::size_t> parse_tokenizer(std::string_view text);

// `source` is "gcide", "gcide:PATH" where its file is elsewhere, a generated language
// (parse_language) or the path of a text file, gzipped or not; `tokenizer` as parse_tokenizer()
// reads it. Errors: a file that cannot be read or is shorter than 100,000 bytes; a tokenizer for a
// generated language.
Result<Corpus> read_corpus(const std::string& source, std::string_view tokenizer = kBytes);

// The text of gcide.dict without its markup:
//
//   \...\      pronunciations are removed
//   [...]      sources, etymologies and labels are removed, nested ones too
//   {...}      cross-references lose their braces
//   blanks and line ends in any number become one blank, or one line end where a line is empty
//   bytes that are neither printable ASCII nor blank are removed
std::string strip_gcide(std::string_view text);

// Every 50th block of 16 KB of a text is held out; pairs of bytes are learned from the others.
Corpus corpus_of(std::string_view text, std::size_t vocabulary = 0);

}  // namespace isoflop::lab
