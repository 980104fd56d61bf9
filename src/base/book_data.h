// The text of the books' files, embedded when the library is built (cmake/EmbedBook.cmake,
// EmbedFiles.cmake).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isoflop {

struct BookEntry {
  std::string_view key;
  std::string_view toml;
};

// Each in alphabetical order of the keys.
std::span<const BookEntry> law_book();           // laws/*.toml
std::span<const BookEntry> data_set_book();      // datasets/*.toml
std::span<const BookEntry> claim_book();         // claims/*.toml
std::span<const BookEntry> architecture_book();  // architectures/*.toml
std::span<const BookEntry> layout_book();        // layouts/*.toml

// A file of runs that ships, datasets/files/*: its bytes, and their SHA-256.
struct EmbeddedFile {
  std::string_view sha256;
  std::string_view bytes;
};
std::span<const EmbeddedFile> data_files();
// The page of web/, or nothing where the build had none.
std::span<const EmbeddedFile> page_files();

// The names of architectures/ignored_fields.txt.
std::span<const std::string_view> ignored_config_fields();

inline std::vector<std::string> keys_of(std::span<const BookEntry> book) {
  std::vector<std::string> keys;
  for (const BookEntry& entry : book) keys.emplace_back(entry.key);
  return keys;
}

}  // namespace isoflop
