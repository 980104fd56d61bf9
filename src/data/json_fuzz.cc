// Any text is JSON or an error, and a table or an error. What is JSON is written and read again to
// the same text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/value.h"
#include "data/raw_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = isoflop::read_json(text, "fuzz.json")) {
    const std::string written = isoflop::write_json(*value);
    const auto again = isoflop::read_json(written, "again.json");
    if (!again || isoflop::write_json(*again) != written) std::abort();
  }
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return 0;
  const auto table = isoflop::read_json_table(text.substr(start), "fuzz.json");
  if (!table) return 0;
  for (std::size_t column = 0; column < (*table)->columns(); ++column) {
    (void)(*table)->numbers(column);
    for (std::size_t row = 0; row < (*table)->rows(); ++row) {
      (void)(*table)->place(row);
      (void)(*table)->label(row);
      (void)(*table)->cell(row, column);
    }
  }
  return 0;
}
