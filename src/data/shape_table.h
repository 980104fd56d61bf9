// Files of runs as one table, in the shape that a mapping wants; see Mapping::wide and
// Mapping::file_name.
#pragma once

#include <span>
#include <vector>

#include "data/raw_table.h"
#include "isoflop/read_table.h"

namespace isoflop {

// At least one table, of different sources. `source` names them together.
Result<RawTablePointer> shape_tables(std::vector<RawTablePointer> tables, std::string_view source,
                                     const Mapping& mapping);

// The texts must outlive the table.
Result<RawTablePointer> read_raw_tables(std::span<const TextFile> files, std::string_view source,
                                        const Mapping& mapping);

}  // namespace isoflop
