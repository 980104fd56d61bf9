// What all copies of a law share: what its file says, its formula as a tree, and what analysis
// found out about it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/output.h"
#include "law/ast.h"
#include "law/graph.h"

namespace isoflop {

class Definition {
 public:
  std::string key, title, cite, group, note;
  std::optional<Output> output;                          // where the file says it
  ParameterCount counts = ParameterCount::kUnknown;      // of N and P
  ParameterCount runs_count = ParameterCount::kUnknown;  // of the runs that it was fitted to
  bool default_ranges = false;  // they follow from roles alone: of a formula of a user's own
  std::string formula;          // as written
  std::string toml;             // the whole file
  std::vector<Part> parts;
  std::vector<Input> inputs;
  std::vector<Coefficient> coefficients;
  std::vector<CoefficientSet> sets;
  std::vector<std::string> set_units;      // beside `sets`: of the output, "" for that of the law
  std::vector<ParameterCount> set_counts;  // likewise
  std::vector<Optimum> optima;
  std::vector<std::map<std::string, double>> special_cases;  // fixed values that give simpler laws
  std::optional<PublishedBox> box;

  Ast expression;                        // the formula, with its parts put in
  std::vector<Ast> optimum_expressions;  // beside `optima`
};

// Why no input or coefficient can have a name, if none can: in the table of a fit `loss`, `weight`
// and `cluster` stand beside the inputs.
std::optional<std::string> reserved_problem(std::string_view name);

// Standard inputs: N, P, S, Sx, D, U, C, G, experts.
std::span<const std::string> standard_inputs();
// Whether an input is standard and so never below 0 (a share, or a count of something).
bool is_nonnegative_input(std::string_view name);

// Finds the role of each coefficient, and which of them enter linearly, jointly
// (Coefficient::linear). Where the range of a coefficient is not set (low == high == 0), it follows
// from the role; see Law::from_formula.
void analyse(Definition& definition);

// The same law, of a formula of a user's own, with a range for each coefficient that is its own
// from then on.
Law with_ranges(const Law& law, std::span<const Range> ranges);

std::vector<std::string> coefficient_names(const Definition& definition);

// What a law without values cannot do: predict, plan, simulate. The error says how it gets them: by
// a fit, or by one of its published sets.
Result<void> check_has_values(const Law& law);

// Marks a set of symbols in all of which the output is linear, jointly: no derivative by one of
// them depends on another, nor on itself.
std::vector<bool> jointly_linear(Graph& graph, NodeId output, std::span<const NodeId> symbols);

// The graph of a law's loss. Inputs are columns of a table, coefficients are passed in each call.
struct LawGraph {
  Graph graph;
  NodeId loss = 0;
  std::vector<NodeId> coefficients;  // in the order of Law::coefficients()
  std::map<std::string, NodeId, std::less<>> inputs;
};

// What a fit may change about a law's graph.
struct GraphOptions {
  std::map<std::string, std::string> tie;  // coefficient -> the one that stands in its place
  std::map<std::string, Range> range;  // instead of the law's own; tells which are never negative
};

LawGraph build_graph(const Definition& definition, const GraphOptions& options = {});

}  // namespace isoflop
