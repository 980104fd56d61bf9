// What several laws that were fitted to the same runs say together.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "isoflop/executor.h"
#include "isoflop/predict.h"
#include "isoflop/progress.h"
#include "isoflop/result.h"
#include "isoflop/stacking.h"
#include "workflow/model.h"

namespace isoflop {

struct AveragedQuantity {
  std::string name;                // "N", "loss"
  std::vector<MixturePart> parts;  // one a law
  Mixture together;
};

struct Averaged {
  std::vector<std::string> laws;
  std::size_t windows = 0;  // that gave the weights
  double level = 0;
  std::vector<AveragedQuantity> of;
};

// The weights of models. Errors: those of stacking_weights(), a model without a fit.
Result<Stacking> weights_of(std::span<const Model> models, Executor& executor, Progress& progress);

// An answer under one law: names, values and intervals of its quantities.
struct NamedPart {
  std::string name;
  MixturePart part;
};
Averaged averaged(std::span<const Model> models, const Stacking& stacking, double level,
                  std::span<const std::vector<NamedPart>> answers);

// Of a run's loss under each model. Errors: those of weights_of() and predict().
Result<Averaged> averaged_loss(std::span<const Model> models, const Inputs& inputs, double level,
                               Executor& executor, Progress& progress);

}  // namespace isoflop
