#include "base/version.h"

namespace isoflop {

std::string_view version() { return ISOFLOP_VERSION; }

}  // namespace isoflop
