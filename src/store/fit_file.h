// The fit file: a fit and all that it came from, in one JSON document that needs nothing else to be
// read.
//
// It is what `isoflop fit --json` prints (without `seconds` and `output`) and besides: `format`,
// the command, the law's TOML text whole, and the mapped columns. There is no time in it, so the
// same command gives the same bytes. docs/json.md has it field by field.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "isoflop/result.h"
#include "store/fit_record.h"

namespace isoflop {

// The format that this version writes, and the newest that it reads.
inline constexpr int kFitFormat = 1;
// A longer table is not kept: `table` is null in the file.
inline constexpr std::size_t kFitFileRows = 100'000;

std::string write_fit_file(const FitRecord& record);

// Reads the text back to the same record, but for a table that was not kept, which comes back
// empty. `source` names the text in errors: what is not a fit file, a newer format, and every field
// that is missing or damaged.
Result<FitRecord> read_fit_file(std::string_view text, std::string_view source);

}  // namespace isoflop
