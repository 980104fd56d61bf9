#include "isoflop/read_table.h"

#include "data/map_table.h"

namespace isoflop {

Result<MappedTable> read_table(std::string_view text, std::string_view source, const Law& law,
                               const Mapping& mapping, Response response) {
  const Result<RawTablePointer> raw = read_raw_table(text, source);
  if (!raw) return std::unexpected(raw.error());
  return map_table(**raw, law, mapping, response);
}

Result<std::vector<TableGroup>> read_groups(std::string_view text, std::string_view source,
                                            const Law& law, const Mapping& mapping,
                                            std::string_view by, Response response) {
  const Result<RawTablePointer> raw = read_raw_table(text, source);
  if (!raw) return std::unexpected(raw.error());
  return map_groups(**raw, law, mapping, by, response);
}

}  // namespace isoflop
