// Compressed tables, known by their first bytes, whatever the file is called.
#pragma once

#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop {

bool is_gzip(std::string_view bytes);

// The largest text that is unpacked: gzip packs a thousand to one, so a file of a few megabytes may
// fill any memory.
inline constexpr std::size_t kLargestUnpacked = std::size_t{2} << 30U;

// The text of a gzip file of one or more members. Errors: damaged or cut off; larger than
// `largest`.
Result<std::string> unpack_gzip(std::string_view bytes, std::string_view source,
                                std::size_t largest = kLargestUnpacked);

}  // namespace isoflop
