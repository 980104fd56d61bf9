#include "support/paths.h"

namespace isoflop {

std::filesystem::path source_folder() { return ISOFLOP_SOURCE_DIR; }

std::filesystem::path shared_data() {
  return (source_folder() / ".." / "shared" / "data").lexically_normal();
}

std::filesystem::path program() { return ISOFLOP_PROGRAM; }

}  // namespace isoflop
