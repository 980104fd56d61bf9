// A table as its file has it, mapped to a law's inputs: what read_table.h does once the text is
// read.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/raw_table.h"
#include "isoflop/read_table.h"

namespace isoflop {

// `used` are names of the mapping that something else than the law uses: other laws, a hold-out.
Result<MappedTable> map_table(const RawTable& raw, const Law& law, const Mapping& mapping,
                              Response response, std::span<const std::string> used = {});
Result<std::vector<TableGroup>> map_groups(const RawTable& raw, const Law& law,
                                           const Mapping& mapping, std::string_view by,
                                           Response response);

}  // namespace isoflop
