#include "judge/loss_at.h"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "law/definition.h"

namespace isoflop {

namespace {

Prepared prepare(const Law& law, const Inputs& inputs) {
  const LawGraph graph = build_graph(law.definition());
  return {compile(graph.graph, std::span(&graph.loss, 1), coefficient_names(law.definition())), 1,
          [&](std::string_view name) { return std::span(&inputs.at(std::string(name)), 1); }};
}

}  // namespace

LossAt::LossAt(const Law& law, const Inputs& inputs)
    : prepared_(prepare(law, inputs)),
      scratch_(prepared_.make_scratch()),
      out_(allocate_doubles(prepared_.padded_rows())) {}

double LossAt::operator()(std::span<const double> coefficients) {
  prepared_.run(coefficients, out_.get(), scratch_);
  return std::isfinite(out_[0]) ? out_[0] : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace isoflop
