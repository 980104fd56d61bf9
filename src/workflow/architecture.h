// Architectures (isoflop/arch.h) beside the laws that count with them, and what is said of them.
#pragma once

#include <string>
#include <vector>

#include "isoflop/arch.h"
#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/result.h"

namespace isoflop {

struct NamedArchitecture {
  std::string name;  // in messages: the file that it was read from
  Architecture model;
};

// The model's parameters as the law counts them.
CountedParameters counts_for(const Law& law, const Architecture& model);
// What an architecture says of a law's inputs: N and P as the law counts, and where the law has
// them Sx and experts (1 for a dense model).
Inputs inputs_of(const Architecture& model, const Law& law);
// Adds these to the inputs, and to `notes` that they were taken. An input that is there already is
// an error.
Result<void> add_architecture(const NamedArchitecture& arch, const Law& law, Inputs& inputs,
                              std::vector<std::string>& notes);
// "config.json gives N = 37.55B, P = 671B", and what the law counts where that is not all.
std::string taken_text(const std::string& name, const Inputs& taken, const Law& law);

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
