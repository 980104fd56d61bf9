// Any text is a law file or an error; the law of a file is read again from what it keeps of it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "isoflop/law.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const isoflop::Result<isoflop::Law> law = isoflop::Law::from_toml(text, "fuzz.toml");
  if (law && !isoflop::Law::from_toml(law->toml(), "again.toml")) std::abort();
  return 0;
}
