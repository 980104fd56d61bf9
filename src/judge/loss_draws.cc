#include "isoflop/loss_draws.h"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/prepared.h"
#include "law/definition.h"

namespace isoflop {

namespace {

// One loss a draw, NaN where it is not finite.
std::vector<double> losses(const Law& law, const Inputs& inputs, std::span<const double> draws) {
  const LawGraph graph = build_graph(law.definition());
  const Prepared prepared(
      compile(graph.graph, std::span(&graph.loss, 1), coefficient_names(law.definition())), 1,
      [&](std::string_view name) { return std::span(&inputs.at(std::string(name)), 1); });
  const AlignedDoubles out = allocate_doubles(prepared.padded_rows());
  Prepared::Scratch scratch = prepared.make_scratch();
  const std::size_t width = law.coefficients().size();
  std::vector<double> list;
  for (std::size_t first = 0; first + width <= draws.size(); first += width) {
    prepared.run(draws.subspan(first, width), out.get(), scratch);
    list.push_back(std::isfinite(out[0]) ? out[0] : std::numeric_limits<double>::quiet_NaN());
  }
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
