#include "plan/landscape.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/error.h"
#include "base/number_text.h"
#include "law/ast.h"
#include "law/definition.h"
#include "law/lower.h"
#include "plan/plan_problem.h"

namespace isoflop {

namespace {

// Names of the coordinates in a graph: no coefficient can be called so.
constexpr const char* kN = "ln N";
constexpr const char* kZ = "ln P/N";
constexpr const char* kD = "ln D";
constexpr const char* kC = "ln C";
constexpr std::string_view kEffectiveData =
    "min(U, D) + min(U, D)*R*(1 - exp((1 - D/min(U, D))/R))";

// The inputs of a law and of a cost model as nodes over n, z and d.
class Coordinates {
 public:
  explicit Coordinates(const PlanQuestion& question)
      : question_(question),
        n_(graph_.symbol(kN, Stage::kRow, false)),
        z_(graph_.symbol(kZ, Stage::kRow, true)),
        d_(graph_.symbol(kD, Stage::kRow, false)) {}

  // From here on the data is another node than a coordinate of its own.
  void set_data(NodeId d) { d_ = d; }

  Graph& graph() { return graph_; }
  NodeId n() const { return n_; }
  NodeId z() const { return z_; }
  NodeId d() const { return d_; }

  // N, P, S, Sx, and what the setting gives.
  NodeId size(std::string_view name) {
    if (name == "N") return graph_.exp(n_);
    if (name == "P") return graph_.exp(graph_.add(n_, z_));
    const NodeId sparsity = graph_.sub(graph_.number(1), graph_.exp(graph_.neg(z_)));
    if (name == "S") return sparsity;
    if (name == "Sx")
      return question_.expert_sparsity ? graph_.number(*question_.expert_sparsity) : sparsity;
    const auto given = question_.inputs.find(std::string(name));
    return graph_.number(given == question_.inputs.end() ? std::nan("") : given->second);
  }

  // By one of the cost model's formulas, which check_cost() has seen: FLOPs of a token, ...
  NodeId by_cost(const std::string& formula) {
    return lower(*parse_formula(formula, ""), graph_,
                 [this](std::string_view name) { return size(name); });
  }

  // With a column for each coefficient; or, for one law alone, with its values.
  NodeId loss(const Law& law, bool as_values = false) {
    const Definition& definition = law.definition();
    return lower(definition.expression, graph_, [&](std::string_view name) {
      if (const auto index = law.coefficient_index(name)) {
        if (as_values) return graph_.number(law.values()[*index]);
        return graph_.symbol(name, Stage::kRow, definition.coefficients[*index].range.low >= 0);
      }
      if (name == "D") return data(law);
      if (name == "C")  // by the laws' convention, not by the question's cost model
        return graph_.mul(graph_.number(6), graph_.exp(graph_.add(n_, d_)));
      if (name == "U" && question_.unique_tokens) return graph_.number(*question_.unique_tokens);
      return size(name);
    });
  }

 private:
  NodeId data(const Law& law) {
    const NodeId data = graph_.exp(d_), own = without_start(law, data);
    const std::string& worth = question_.cost.worth;
    return worth.empty() ? own : graph_.add(own, by_cost(worth));
  }

  NodeId without_start(const Law& law, NodeId data) {
    if (!question_.unique_tokens || law.has_input("U")) return data;
    return lower(*parse_formula(kEffectiveData, ""), graph_, [&](std::string_view name) {
      if (name == "D") return data;
      return graph_.number(name == "U" ? *question_.unique_tokens : question_.repetition);
    });
  }

  const PlanQuestion& question_;
  Graph graph_;
  NodeId n_, z_, d_;
};

std::vector<NodeId> with_gradient(Graph& graph, NodeId output, std::span<const NodeId> symbols) {
  std::vector<NodeId> outputs = graph.gradient(output, symbols);
  outputs.insert(outputs.begin(), output);
  return outputs;
}

Batch loss_batch(const Law& law, const PlanQuestion& question, std::size_t rows) {
  Coordinates inputs(question);
  const NodeId loss = inputs.loss(law);
  const NodeId symbols[] = {inputs.n(), inputs.z(), inputs.d()};
  std::vector<std::string> columns = coefficient_names(law.definition());
  for (const char* name : {kN, kZ, kD}) columns.emplace_back(name);
  return {inputs.graph(), with_gradient(inputs.graph(), loss, symbols), columns, rows};
}

Batch budget_batch(const PlanQuestion& question, std::size_t rows) {
  Coordinates inputs(question);
  Graph& graph = inputs.graph();
  const NodeId c = graph.symbol(kC, Stage::kRow, false);
  NodeId left = graph.exp(c);
  if (question.inference_tokens > 0)
    left = graph.sub(left, graph.mul(graph.number(question.inference_tokens),
                                     inputs.by_cost(question.cost.serving)));
  if (!question.cost.start.empty()) left = graph.sub(left, inputs.by_cost(question.cost.start));
  const bool whole = question.inference_tokens == 0 && question.cost.start.empty();
  const NodeId log_budget = whole ? c : graph.log(left);
  const NodeId token_cost = graph.log(inputs.by_cost(question.cost.training));
  const NodeId d = graph.sub(log_budget, token_cost);
  const NodeId symbols[] = {inputs.n(), inputs.z()};
  std::vector<NodeId> outputs = with_gradient(graph, d, symbols);
  outputs.push_back(token_cost);
  const std::vector<std::string> columns = {kN, kZ, kC};
  return {graph, outputs, columns, rows};
}

// By one of the cost model's formulas: a graph of numbers alone is a number.
double flops_by(const std::string& formula, const PlanQuestion& question, const Sizes& sizes) {
  Graph graph;
  const NodeId flops = lower(*parse_formula(formula, ""), graph, [&](std::string_view name) {
    if (name == "N") return graph.number(sizes.N);
    if (name == "P") return graph.number(sizes.P);
    if (name == "S") return graph.number(sizes.S);
    if (name == "Sx") return graph.number(question.expert_sparsity.value_or(sizes.S));
    const auto given = question.inputs.find(std::string(name));
    return graph.number(given == question.inputs.end() ? std::nan("") : given->second);
  });
  return graph.node(flops).number;
}

void fill(Batch& batch, std::size_t first, std::span<const double> a, std::span<const double> b,
          std::span<const double> c) {
  std::ranges::copy(a, batch.column(first).begin());
  std::ranges::copy(b, batch.column(first + 1).begin());
  std::ranges::copy(c, batch.column(first + 2).begin());
}

void take(const Batch& batch, std::size_t output, std::vector<double>& values) {
  const std::span<const double> from = batch.output(output);
  values.assign(from.begin(), from.end());
}

std::vector<const std::string*> used_formulas(const PlanQuestion& question) {
  const CostModel& cost = question.cost;
  std::vector<const std::string*> used = {&cost.training};
  if (question.inference_tokens > 0) used.push_back(&cost.serving);
  for (const std::string* text : {&cost.start, &cost.worth})
    if (!text->empty()) used.push_back(text);
  return used;
}

}  // namespace

double effective_tokens(const PlanQuestion& question, double D) {
  Graph graph;
  const NodeId worth = lower(*parse_formula(kEffectiveData, ""), graph, [&](std::string_view name) {
    if (name == "D") return graph.number(D);
    return graph.number(name == "U" ? *question.unique_tokens : question.repetition);
  });
  return graph.node(worth).number;
}

std::vector<std::string> names_in(const CostModel& cost) {
  std::vector<std::string> names;
  for (const std::string* text : {&cost.training, &cost.serving, &cost.start, &cost.worth})
    if (const Result<Ast> formula = parse_formula(*text, "cost"); !text->empty() && formula)
      for (std::string& name : names_of(*formula)) names.push_back(std::move(name));
  return names;
}

Result<void> check_cost(const PlanQuestion& question) {
  Problems problems;
  const std::string label = question.cost.name == "own"
                                ? fmt::format("'{}'", question.cost.training)
                                : question.cost.name;
  for (const std::string* text : used_formulas(question)) {
    const Result<Ast> formula = parse_formula(*text, "cost");
    if (!formula) {
      problems.add(formula.error());
      continue;
    }
    for (const std::string& name : names_of(*formula)) {
      const bool size = name == "N" || name == "P" || name == "S" || name == "Sx";
      if (size || question.inputs.contains(name)) continue;
      if (name == "D" || name == "C")
        problems.add({}, "the cost model {} may not use {}: it gives the FLOPs of one token", label,
                     name);
      else
        problems.add({}, "the cost model {} needs {}: give its value, {}=V", label, name, name);
    }
  }
  if (!problems.empty()) return problems.take();
  const Sizes sizes{.N = 1e9, .P = 2e9, .S = 0.5};
  const double flops = training_flops_per_token(question, sizes);
  const double fixed = fixed_flops(question, sizes), worth = start_tokens(question, sizes);
  if (!(fixed >= 0) || !(worth >= 0))
    return error(
        "the start of the cost model {} costs {} FLOPs and is worth {} tokens: neither may be "
        "below 0",
        label, format_number(fixed), format_number(worth));
  if (!(flops > 0) || !(question.inference_tokens == 0 || fixed > 0))
    return error("the cost model {} gives {} FLOPs a token for N = 1B, P = 2B: it must be above 0",
                 label, format_number(flops));
  return {};
}

LossSurface::LossSurface(const Law& law, const PlanQuestion& question, std::size_t rows)
    : coefficients_(law.coefficients().size()), batch_(loss_batch(law, question, rows)) {}

void LossSurface::set_coefficients(std::size_t row, std::span<const double> values) {
  for (std::size_t i = 0; i < coefficients_; ++i) batch_.column(i)[row] = values[i];
}

void LossSurface::at(std::span<const double> n, std::span<const double> z,
                     std::span<const double> d, Values& out) {
  fill(batch_, coefficients_, n, z, d);
  batch_.run();
  take(batch_, 0, out.loss);
  take(batch_, 1, out.by_n);
  take(batch_, 2, out.by_z);
  take(batch_, 3, out.by_d);
}

double loss_at(const Law& law, const PlanQuestion& question, double n, double z, double d) {
  LossSurface surface(law, question, 1);
  surface.set_coefficients(0, law.values());
  LossSurface::Values values;
  surface.at(std::span(&n, 1), std::span(&z, 1), std::span(&d, 1), values);
  return values.loss[0];
}

BudgetLine::BudgetLine(const PlanQuestion& question, std::size_t rows)
    : batch_(budget_batch(question, rows)) {}

void BudgetLine::at(std::span<const double> n, std::span<const double> z, std::span<const double> c,
                    Values& out) {
  fill(batch_, 0, n, z, c);
  batch_.run();
  take(batch_, 0, out.d);
  take(batch_, 1, out.by_n);
  take(batch_, 2, out.by_z);
  take(batch_, 3, out.token_cost);
}

double training_flops_per_token(const PlanQuestion& question, const Sizes& sizes) {
  return flops_by(question.cost.training, question, sizes);
}

double fixed_flops(const PlanQuestion& question, const Sizes& sizes) {
  const CostModel& cost = question.cost;
  const double tokens = question.inference_tokens;
  const double start = cost.start.empty() ? 0 : flops_by(cost.start, question, sizes);
  return start + (tokens == 0 ? 0 : flops_by(cost.serving, question, sizes) * tokens);
}

double start_tokens(const PlanQuestion& question, const Sizes& sizes) {
  return question.cost.worth.empty() ? 0 : flops_by(question.cost.worth, question, sizes);
}

double tokens_bought(const PlanQuestion& question, const Sizes& sizes) {
  return (*question.flops - fixed_flops(question, sizes)) /
         training_flops_per_token(question, sizes);
}

}  // namespace isoflop
