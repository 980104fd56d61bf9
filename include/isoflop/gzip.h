// Gzipped tables. read_table() and everything else of the library reads text; a file that may be
// compressed is unpacked first:
//
//   Result<std::string> text = is_gzip(bytes) ? unpack_gzip(bytes, "runs.csv.gz") : bytes;
//
// Part of the library target `isoflop`, not of `isoflop_core`: this is the one place that needs
// zlib.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

// Tells by the first bytes, whatever the file is called.
bool is_gzip(std::string_view bytes);

// The largest text that is unpacked of so many bytes: gzip packs a thousand to one, so a file of a
// few megabytes could fill the memory. A table packs to a tenth, with much in it that repeats to a
// fiftieth.
std::size_t largest_unpacked(std::size_t bytes);  // 100 times, at least 64 MB, at most 2 GB

// The text of a gzip file of one or more members; `source` names the file in errors. Errors:
// damaged, cut off, or gzipped twice; larger than largest_unpacked(), said before it is unpacked
// any further.
Result<std::string> unpack_gzip(std::string_view bytes, std::string_view source);

}  // namespace isoflop
