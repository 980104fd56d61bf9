// The draws that a model's plans get their intervals from.
#pragma once

#include <optional>

#include "cli/law_argument.h"
#include "isoflop/bootstrap.h"

namespace isoflop::cli {

inline constexpr std::size_t kSandwichDraws = 1000;

struct ModelDraws {
  const Draws* bootstrap = nullptr;  // of the model's fit; null where it has none
  std::optional<Draws> sandwich;     // from the normal distribution of the sandwich covariance
  double level = 0;                  // of the fit's own intervals
};

// Neither for a published set, for a fit without its runs or a covariance. The model must outlive
// the result.
ModelDraws draws_of(const Model& model);

}  // namespace isoflop::cli
