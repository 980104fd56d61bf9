#include "isoflop/loss_draws.h"

#include <vector>

#include "judge/loss_at.h"

namespace isoflop {

namespace {

std::vector<double> losses(const Law& law, const Inputs& inputs, std::span<const double> draws) {
  LossAt loss(law, inputs);
  const std::size_t width = law.coefficients().size();
  std::vector<double> list;
  for (std::size_t first = 0; first + width <= draws.size(); first += width)
    list.push_back(loss(draws.subspan(first, width)));
  return list;
}

}  // namespace

Result<Uncertainty> loss_uncertainty(const Law& law, const Draws& draws, const Inputs& inputs,
                                     double level) {
  const Result<Prediction> estimate = predict(law, inputs);
  if (!estimate) return std::unexpected(estimate.error());
  return uncertainty(estimate->loss, losses(law, estimate->inputs, draws.values),
                     losses(law, estimate->inputs, draws.jackknife), level);
}

}  // namespace isoflop
