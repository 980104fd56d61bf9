// A table as its file has it, mapped to a law's inputs: what read_table.h does once the text is
// read.
#pragma once

#include <string_view>
#include <vector>

#include "data/raw_table.h"
#include "isoflop/read_table.h"

namespace isoflop {

Result<MappedTable> map_table(const RawTable& raw, const Law& law, const Mapping& mapping,
                              Response response);
Result<std::vector<TableGroup>> map_groups(const RawTable& raw, const Law& law,
                                           const Mapping& mapping, std::string_view by,
                                           Response response);

}  // namespace isoflop
