#include "fit/objective.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "fit/check.h"
#include "fit/robust_loss.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr std::size_t kNotFree = std::numeric_limits<std::size_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
enum Program : std::size_t { kValue, kJacobian, kHessian };

Eigen::VectorXd to_vector(std::span<const double> values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

}  // namespace

Result<FitObjective> FitObjective::make(const Law& law, const Table& table, const Recipe& recipe) {
  FitObjective objective(law, recipe);
  const std::span<const Coefficient> all = law.coefficients();
  objective.held_.assign(all.size(), 0);
  objective.source_.assign(all.size(), kNotFree);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (recipe.tie.contains(all[i].name)) continue;
    if (const auto fixed = recipe.fix.find(all[i].name); fixed != recipe.fix.end()) {
      objective.held_[i] = fixed->second;
      continue;
    }
    objective.source_[i] = objective.free_.size();
    objective.free_.push_back({i, range_in(recipe, all[i]), all[i].role});
  }
  for (const auto& [name, other] : recipe.tie) {
    const std::size_t i = *law.coefficient_index(name), j = *law.coefficient_index(other);
    objective.source_[i] = objective.source_[j];
    objective.held_[i] = objective.held_[j];
    if (objective.source_[j] == kNotFree) continue;
    Range& shared = objective.free_[objective.source_[j]].range;
    const Range own = range_in(recipe, all[i]);
    shared = {std::max(shared.low, own.low), std::min(shared.high, own.high)};
  }
  if (table.rows() < objective.free_.size())
    return error("{} rows cannot determine {} coefficients of {}: fix some with --fix, or add runs",
                 table.rows(), objective.free_.size(), law.key());

  objective.response_ = to_vector(table.column("loss"));
  objective.weights_ = table.has("weight")
                           ? to_vector(table.column("weight"))
                           : Eigen::VectorXd::Ones(static_cast<Eigen::Index>(table.rows())).eval();
  objective.build_programs(table);
  return objective;
}

void FitObjective::build_programs(const Table& table) {
  LawGraph law = build_graph(law_.definition(), {recipe_.tie, recipe_.range});
  Graph& graph = law.graph;
  const NodeId response = graph.symbol("loss", Stage::kTable, recipe_.residual == Residual::kLog);
  const NodeId residual = recipe_.residual == Residual::kLog
                              ? graph.sub(graph.log(law.loss), graph.log(response))
                              : graph.sub(law.loss, response);
  std::vector<NodeId> symbols;
  for (const FreeCoefficient& coefficient : free_)
    symbols.push_back(law.coefficients[coefficient.index]);
  const std::vector<NodeId> first = graph.gradient(residual, symbols);
  std::vector<NodeId> second;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const std::vector<NodeId> row = graph.gradient(first[i], std::span(symbols).subspan(i));
    second.insert(second.end(), row.begin(), row.end());
  }
  std::vector<NodeId> value_and_first = {residual};
  value_and_first.insert(value_and_first.end(), first.begin(), first.end());

  const NodeId value[] = {residual};
  const std::vector<std::string> names = coefficient_names(law_.definition());
  for (const std::span<const NodeId> outputs :
       {std::span<const NodeId>(value), std::span<const NodeId>(value_and_first),
        std::span<const NodeId>(second)})
    programs_.emplace_back(compile(graph, outputs, names), table.rows(),
                           [&](std::string_view name) { return table.column(name); });
}

FitObjective::State FitObjective::make_state() const {
  State state;
  state.residuals.resize(weights_.size());
  state.jacobian.resize(weights_.size(), static_cast<Eigen::Index>(free_.size()));
  state.value_scratch = programs_[kValue].make_scratch();
  state.jacobian_scratch = programs_[kJacobian].make_scratch();
  state.hessian_scratch = programs_[kHessian].make_scratch();
  state.out =
      allocate_doubles(std::max(programs_[kJacobian].outputs(), programs_[kHessian].outputs()) *
                       programs_[kValue].padded_rows());
  return state;
}

std::vector<double> FitObjective::coefficients(const Eigen::VectorXd& free) const {
  std::vector<double> all = held_;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (source_[i] != kNotFree) all[i] = free[static_cast<Eigen::Index>(source_[i])];
  return all;
}

double FitObjective::sum_of_losses(const double* residuals, const Loss& loss) const {
  double sum = 0;
  for (Eigen::Index i = 0; i < weights_.size(); ++i) {
    const double term = rho(loss, residuals[i]);
    if (weights_[i] > 0) sum += weights_[i] * term;
  }
  return std::isfinite(sum) ? sum : kInfinity;
}

double FitObjective::value(std::span<const double> coefficients, const Loss& loss,
                           State& state) const {
  programs_[kValue].run(coefficients, state.out.get(), state.value_scratch);
  return sum_of_losses(state.out.get(), loss);
}

double FitObjective::linearise(std::span<const double> coefficients, const Loss& loss,
                               State& state) const {
  programs_[kJacobian].run(coefficients, state.out.get(), state.jacobian_scratch);
  const auto stride = static_cast<Eigen::Index>(programs_[kJacobian].padded_rows());
  const Eigen::Map<const Eigen::MatrixXd, 0, Eigen::OuterStride<>> out(
      state.out.get(), weights_.size(), state.jacobian.cols() + 1, Eigen::OuterStride<>(stride));
  state.residuals = out.col(0);
  state.jacobian = out.rightCols(state.jacobian.cols());
  return state.jacobian.allFinite() ? sum_of_losses(state.out.get(), loss) : kInfinity;
}

Eigen::MatrixXd FitObjective::curvature(std::span<const double> coefficients,
                                        const Eigen::VectorXd& multipliers, State& state) const {
  programs_[kHessian].run(coefficients, state.out.get(), state.hessian_scratch);
  const auto count = static_cast<Eigen::Index>(free_.size());
  Eigen::MatrixXd sum(count, count);
  const double* column = state.out.get();
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = i; j < count; ++j) {
      const Eigen::Map<const Eigen::VectorXd> second(column, multipliers.size());
      sum(i, j) = sum(j, i) = second.dot(multipliers);
      column += programs_[kHessian].padded_rows();
    }
  }
  return sum;
}

}  // namespace isoflop
