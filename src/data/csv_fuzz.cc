// Any bytes are a table or an error, and so is what is gzipped in them; cells map or are reported.
#include <cstdint>
#include <string>
#include <string_view>

#include "data/raw_table.h"
#include "isoflop/gzip.h"
#include "isoflop/read_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const isoflop::Law kLaw = *isoflop::Law::from_formula("E + A*(1 - S)/N^alpha + B/D^beta");
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const isoflop::Result<std::string> unpacked = isoflop::unpack_gzip(text, "fuzz.csv");
  if (unpacked) text = *unpacked;
  if (const auto raw = isoflop::read_raw_table(text, "fuzz.csv"))
    for (std::size_t row = 0; row < (*raw)->rows(); ++row) {
      (void)(*raw)->place(row);
      for (std::size_t column = 0; column < (*raw)->columns(); ++column)
        (void)(*raw)->cell(row, column);
    }
  isoflop::Mapping mapping;
  (void)isoflop::read_table(text, "fuzz.csv", kLaw, mapping, isoflop::Response::kPositive);
  mapping = {.columns = "loss = {val-loss}", .where = "{a} != 'x' && N > 1", .skip_missing = true};
  (void)isoflop::read_table(text, "fuzz.csv", kLaw, mapping);
  (void)isoflop::read_groups(text, "fuzz.csv", kLaw, {}, "a");
  return 0;
}
