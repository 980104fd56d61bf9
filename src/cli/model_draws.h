// The draws that a model's plans get their intervals from.
#pragma once

#include <optional>
#include <string>

#include "cli/law_argument.h"
#include "isoflop/bootstrap.h"

namespace isoflop::cli {

struct ModelDraws {
  Draws draws;
  double level = 0;    // of the fit's own intervals
  std::string source;  // "bootstrap" or "sandwich"
  std::string note;    // for who reads intervals; "" for a bootstrap
};

// Of the fit's bootstrap, or else of its sandwich covariance; nothing for a published set, and for
// a fit that has neither.
std::optional<ModelDraws> draws_of(const Model& model);

}  // namespace isoflop::cli
