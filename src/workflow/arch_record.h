// What the command `arch` has to say, for the writers.
#pragma once

#include <string>
#include <vector>

#include "isoflop/arch.h"

namespace isoflop {

// One architecture, described.
struct ArchRecord {
  std::string source;  // the file that it was read from
  Architecture model;
  ArchitectureQuestion question;
  ArchitectureFacts facts;
};

// Architectures near to a wanted size.
struct NearestRecord {
  SizeQuestion question;
  std::vector<NearArchitecture> nearest;
  std::string output;  // the config.json that the first was written to, "" for none
};

}  // namespace isoflop
