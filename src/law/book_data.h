// The text of the book's law files, embedded when the library is built (cmake/EmbedBook.cmake).
#pragma once

#include <span>
#include <string_view>

namespace isoflop {

struct BookEntry {
  std::string_view key;
  std::string_view toml;
};

// In alphabetical order of the keys.
std::span<const BookEntry> book_entries();

}  // namespace isoflop
