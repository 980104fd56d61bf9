#include "isoflop/read_table.h"

#include "base/listed.h"
#include "data/map_table.h"
#include "data/shape_table.h"

namespace isoflop {

Result<MappedTable> read_table(std::string_view text, std::string_view source, const Law& law,
                               const Mapping& mapping, Response response) {
  const TextFile file{text, source};
  return read_table(std::span(&file, 1), law, mapping, response);
}

Result<MappedTable> read_table(std::span<const TextFile> files, const Law& law,
                               const Mapping& mapping, Response response) {
  const std::string sources = joined(files, ", ", [](const TextFile& file) { return file.source; });
  const Result<RawTablePointer> raw = read_raw_tables(files, sources, mapping);
  if (!raw) return std::unexpected(raw.error());
  return map_table(**raw, law, mapping, response);
}

Result<std::vector<TableGroup>> read_groups(std::string_view text, std::string_view source,
                                            const Law& law, const Mapping& mapping,
                                            std::string_view by, Response response) {
  const TextFile file{text, source};
  const Result<RawTablePointer> raw = read_raw_tables(std::span(&file, 1), source, mapping);
  if (!raw) return std::unexpected(raw.error());
  return map_groups(**raw, law, mapping, by, response);
}

}  // namespace isoflop
