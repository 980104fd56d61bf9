#include "plan/profile.h"

#include <cmath>
#include <string>

#include "fit/law_values.h"

namespace isoflop {

namespace {

// The sum of x dL/dx over the inputs that move with N, of which D moves against it.
NodeId slope_node(LawGraph& law) {
  std::vector<NodeId> moving;
  for (const char* name : {"N", "P", "D"})
    if (const auto input = law.inputs.find(name); input != law.inputs.end())
      moving.push_back(input->second);
  const std::vector<NodeId> gradient = law.graph.gradient(law.loss, moving);
  NodeId slope = law.graph.number(0);
  for (std::size_t i = 0; i < moving.size(); ++i) {
    const NodeId term = law.graph.mul(moving[i], gradient[i]);
    slope = law.graph.symbol_name(moving[i]) == "D" ? law.graph.sub(slope, term)
                                                    : law.graph.add(slope, term);
  }
  return slope;
}

}  // namespace

Profile::Profile(const Law& law, const Inputs& held)
    : law_(law), held_(held), graph_(build_graph(law.definition())), slope_(slope_node(graph_)) {}

std::vector<Profile::Point> Profile::at(std::span<const double> ln_n) const {
  std::map<std::string, std::vector<double>, std::less<>> columns;
  for (const auto& [name, value] : held_) columns[name].assign(ln_n.size(), value);
  for (const double x : ln_n) {
    const double n = std::exp(x);
    columns["N"].push_back(n);
    columns["P"].push_back(n / (1 - held_.at("S")));
    columns["D"].push_back(held_.at("C") / (6 * n));
  }
  const NodeId outputs[] = {graph_.loss, slope_};
  const auto values =
      law_values(law_, graph_.graph, outputs, ln_n.size(), [&columns](std::string_view name) {
        return std::span<const double>(columns.find(name)->second);
      });
  std::vector<Point> points(ln_n.size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = {values[0][i], values[1][i]};
  return points;
}

}  // namespace isoflop
