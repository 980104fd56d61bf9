// How to cite a law, and isoflop, in BibTeX.
#pragma once

#include <string>

#include "isoflop/law.h"

namespace isoflop {

// Two entries: the law's paper, by what its file says of it, and isoflop. That of a law without a
// source is left out.
std::string bibtex(const Law& law);

}  // namespace isoflop
