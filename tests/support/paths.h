// Paths that the build knows. They stand in one source file, so that a compiler cache serves the
// other tests wherever the project lies.
#pragma once

#include <filesystem>

namespace isoflop {

std::filesystem::path source_folder();  // the project
std::filesystem::path shared_data();    // ../shared/data beside it
std::filesystem::path program();        // the built isoflop

}  // namespace isoflop
