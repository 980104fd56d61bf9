// The part file: one part of a fit's bootstrap with the fit, as `isoflop fit --shard` writes it and
// `isoflop merge` reads it. It is a fit file with the draws of the part alone and an object `part`,
// and nothing else takes it for a fit file.
#pragma once

#include <string>
#include <string_view>

#include "isoflop/bootstrap_parts.h"
#include "isoflop/fit_file.h"
#include "isoflop/result.h"

namespace isoflop {

struct PartRecord {
  FitRecord record;  // its bootstrap has the part's own draws
  Shard shard;
  std::string vector;  // as in BootstrapPart
};

std::string write_part_file(const PartRecord& part);
// Reads the text back to the same record. Errors: a text that is no part file, and those of
// read_fit_file().
Result<PartRecord> read_part_file(std::string_view text, std::string_view source);

}  // namespace isoflop
