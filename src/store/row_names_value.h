// Names of a table's rows in documents.
#pragma once

#include <cstddef>

#include "base/object_reader.h"
#include "base/value.h"
#include "isoflop/table.h"

namespace isoflop {

// The number of a line or a row, or the text of its id.
Value row_name_value(const Table& table, std::size_t row);
// "line", "number" or "id"; null where the rows have no names.
Value row_name_kind(const Table& table);
// {"kind": ..., "names": [...]}, or null. `packed` writes numbers as a text, "packed".
Value row_names_value(const Table& table, bool packed);
// Reads them back, from the member "row_names". Files of before there were any have none.
void read_row_names(ObjectReader& document, Table& table);

}  // namespace isoflop
