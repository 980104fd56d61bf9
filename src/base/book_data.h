// The text of the books' files, embedded when the library is built (cmake/EmbedBook.cmake).
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
// The names of architectures/ignored_fields.txt.
std::span<const std::string_view> ignored_config_fields();

inline std::vector<std::string> keys_of(std::span<const BookEntry> book) {
  std::vector<std::string> keys;
  for (const BookEntry& entry : book) keys.emplace_back(entry.key);
  return keys;
}

}  // namespace isoflop
