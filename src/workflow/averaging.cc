#include "workflow/averaging.h"

#include "base/error.h"
#include "base/numbers.h"
#include "isoflop/loss_band.h"

namespace isoflop {

Result<Stacking> weights_of(std::span<const Model> models, Executor& executor, Progress& progress) {
  std::vector<const Fit*> fits;
  for (const Model& model : models) {
    if (!model.fit)
      return error("{} is no fit: only fits of the same runs have weights", model.name);
    fits.push_back(&model.fit->fit);
  }
  return stacking_weights(fits, executor, progress);
}

Averaged averaged(std::span<const Model> models, const Stacking& stacking, double level,
                  std::span<const std::vector<NamedPart>> answers) {
  Averaged result{.laws = labels_of(models), .windows = stacking.windows, .level = level, .of = {}};
  for (std::size_t i = 0; i < answers[0].size(); ++i) {
    AveragedQuantity quantity{.name = answers[0][i].name};
    for (std::size_t law = 0; law < answers.size(); ++law) {
      quantity.parts.push_back(answers[law][i].part);
      quantity.parts.back().weight = stacking.weights[law];
    }
    quantity.together = mixture(quantity.parts, level);
    result.of.push_back(std::move(quantity));
  }
  return result;
}

Result<Averaged> averaged_loss(std::span<const Model> models, const Inputs& inputs, double level,
                               Executor& executor, Progress& progress) {
  const Result<Stacking> stacking = weights_of(models, executor, progress);
  if (!stacking) return std::unexpected(stacking.error());
  std::vector<std::vector<NamedPart>> answers;
  for (const Model& model : models) {
    const Result<Prediction> prediction = predict(model.law, inputs);
    if (!prediction) return std::unexpected(prediction.error());
    const Result<LossBand> band = loss_band(model.fit->fit, prediction->inputs, level);
    const Range interval = band ? band->mean : Range{kNan, kNan};
    answers.push_back({{"loss", {.value = prediction->loss, .interval = interval}}});
  }
  return averaged(models, *stacking, level, answers);
}

}  // namespace isoflop
