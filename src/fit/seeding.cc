#include "fit/seeding.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "law/definition.h"

namespace isoflop {

namespace {

// The widest span, low to high, over which a scale with a range down to 0 is searched.
constexpr double kDecades = 1e15;
// A scale that the linear problem puts at 0 starts at this share of the response instead, so that
// it can grow.
constexpr double kSmallShare = 1e-4;
constexpr double kNoShare = 1e-8;  // of the response, below which a scale counts as 0

// min |A x - b|^2 within a box, well enough for a start: what leaves its range is held at the edge
// it crossed.
Eigen::VectorXd solve_in_box(const Eigen::MatrixXd& normal, const Eigen::VectorXd& target,
                             const Eigen::VectorXd& low, const Eigen::VectorXd& high) {
  const Eigen::Index count = target.size();
  Eigen::VectorXd x = Eigen::VectorXd::Zero(count);
  std::vector<bool> held(static_cast<std::size_t>(count), false);
  for (Eigen::Index round = 0; round <= count; ++round) {
    Eigen::MatrixXd matrix = normal;
    Eigen::VectorXd rest = target;
    for (Eigen::Index j = 0; j < count; ++j) {
      if (!held[static_cast<std::size_t>(j)]) continue;
      rest -= normal.col(j) * x[j];
      matrix.row(j).setZero();
      matrix.col(j).setZero();
      matrix(j, j) = 1;
    }
    for (Eigen::Index j = 0; j < count; ++j)
      if (held[static_cast<std::size_t>(j)]) rest[j] = x[j];
    matrix.diagonal() *= 1 + 1e-12;
    const Eigen::VectorXd solved = matrix.ldlt().solve(rest);
    bool inside = true;
    for (Eigen::Index j = 0; j < count; ++j) {
      if (held[static_cast<std::size_t>(j)]) continue;
      const double value = std::isfinite(solved[j]) ? solved[j] : 0;
      x[j] = std::clamp(value, low[j], high[j]);
      if (x[j] != value) {
        held[static_cast<std::size_t>(j)] = true;
        inside = false;
      }
    }
    if (inside) break;
  }
  return x;
}

}  // namespace

double spread(const FreeCoefficient& coefficient, double unit) {
  const Range& range = coefficient.range;
  if (coefficient.role == Role::kExponent || range.low < 0)
    return range.low + unit * (range.high - range.low);
  const double low = std::max(range.low, range.high / kDecades);
  return low >= range.high ? range.high : low * std::pow(range.high / low, unit);
}

Seeding::Seeding(const FitObjective& objective, const Table& table) : objective_(objective) {
  LawGraph law =
      build_graph(objective.law().definition(), {objective.recipe().tie, objective.recipe().range});
  Graph& graph = law.graph;
  std::vector<NodeId> symbols;
  for (const FreeCoefficient& coefficient : objective.free())
    symbols.push_back(law.coefficients[coefficient.index]);

  std::vector<bool> linear;
  const NodeId target = choose_target(graph, law.loss, symbols, linear);
  for (std::size_t i = 0; i < symbols.size(); ++i) (linear[i] ? linear_ : nonlinear_).push_back(i);
  reach_.emplace_back(objective, table, law, symbols, nonlinear_);
  if (linear_.empty()) return;
  std::vector<NodeId> chosen;
  for (const std::size_t i : linear_) chosen.push_back(symbols[i]);
  std::vector<NodeId> outputs = graph.gradient(target, chosen);
  outputs.push_back(target);
  program_.emplace_back(compile(graph, outputs, coefficient_names(objective.law().definition())),
                        table.rows(), [&](std::string_view name) { return table.column(name); });
}

NodeId Seeding::choose_target(Graph& graph, NodeId loss, std::span<const NodeId> symbols,
                              std::vector<bool>& linear) {
  linear = jointly_linear(graph, loss, symbols);
  is_logarithm_.assign(symbols.size(), false);
  row_scale_ = objective_.weights().cwiseSqrt();
  response_ = objective_.response();
  if (objective_.recipe().residual == Residual::kLog) {
    const NodeId logarithm = graph.log(loss);
    std::vector<bool> other = jointly_linear(graph, logarithm, symbols);
    if (std::ranges::count(other, true) > std::ranges::count(linear, true)) {
      linear = std::move(other);
      response_ = response_.array().log().matrix().eval();
      return logarithm;
    }
    row_scale_ = row_scale_.cwiseQuotient(response_);
  }
  find_logarithms(graph, loss, symbols, linear);
  return loss;
}

void Seeding::find_logarithms(Graph& graph, NodeId target, std::span<const NodeId> symbols,
                              std::vector<bool>& linear) {
  const auto is_candidate = [](const FreeCoefficient& free) {
    return free.role == Role::kLogScale;
  };
  if (std::ranges::none_of(objective_.free(), is_candidate)) return;
  const std::vector<NodeId> derivatives = graph.gradient(target, symbols);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (!is_candidate(objective_.free()[i])) continue;
    const NodeId self[] = {symbols[i]};
    bool found = graph.gradient(derivatives[i], self)[0] == derivatives[i];  // exp is its own
    for (std::size_t j = 0; j < symbols.size() && found; ++j)
      found = !linear[j] || !(graph.depends_on(derivatives[i], symbols[j]) ||
                              graph.depends_on(derivatives[j], symbols[i]));
    linear[i] = is_logarithm_[i] = found;
  }
}

Seeding::State Seeding::make_state() const {
  State state;
  state.reach = reach_[0].make_state();
  if (program_.empty()) return state;
  state.scratch = program_[0].make_scratch();
  state.out = allocate_doubles(program_[0].outputs() * program_[0].padded_rows());
  return state;
}

Eigen::VectorXd Seeding::candidate(const std::vector<double>& unit, State& state) const {
  Eigen::VectorXd free = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(objective_.free().size()));
  for (std::size_t i = 0; i < nonlinear_.size(); ++i)
    free[static_cast<Eigen::Index>(nonlinear_[i])] =
        spread(objective_.free()[nonlinear_[i]], unit[i]);
  reach_[0].spread(unit, free, state.reach);
  return projected(std::move(free), state);
}

Eigen::VectorXd Seeding::projected(Eigen::VectorXd free, const Eigen::VectorXd& row_scale,
                                   State& state) const {
  if (program_.empty()) return free;
  // At 0 the target is what does not depend on the linear coefficients. Logarithms stand at 0, too,
  // where their exponentials are 1, and are taken off below.
  for (const std::size_t i : linear_) free[static_cast<Eigen::Index>(i)] = 0;
  const Prepared& program = program_[0];
  program.run(objective_.coefficients(free), state.out.get(), state.scratch);
  const auto rows = static_cast<Eigen::Index>(program.rows());
  const auto count = static_cast<Eigen::Index>(linear_.size());
  const Eigen::Map<const Eigen::MatrixXd, 0, Eigen::OuterStride<>> out(
      state.out.get(), rows, count + 1,
      Eigen::OuterStride<>(static_cast<Eigen::Index>(program.padded_rows())));
  Eigen::MatrixXd columns = row_scale.asDiagonal() * out.leftCols(count);
  Eigen::VectorXd rest = row_scale.cwiseProduct(response_ - out.col(count));
  for (Eigen::Index j = 0; j < count; ++j)
    if (is_logarithm_[linear_[static_cast<std::size_t>(j)]]) rest += columns.col(j);
  Eigen::VectorXd norms = columns.colwise().norm().transpose();
  if (!norms.allFinite() || !rest.allFinite()) return free;
  norms = norms.cwiseMax(std::numeric_limits<double>::min());
  columns = columns * norms.cwiseInverse().asDiagonal();

  Eigen::VectorXd low(count), high(count);
  for (Eigen::Index j = 0; j < count; ++j) {
    const Range& range = objective_.free()[linear_[static_cast<std::size_t>(j)]].range;
    const bool logarithm = is_logarithm_[linear_[static_cast<std::size_t>(j)]];
    low[j] = (logarithm ? std::exp(range.low) : range.low) * norms[j];
    high[j] = (logarithm ? std::exp(range.high) : range.high) * norms[j];
  }
  const Eigen::VectorXd solved =
      solve_in_box(columns.transpose() * columns, columns.transpose() * rest, low, high);
  const double size = row_scale.cwiseProduct(response_).norm();
  const double small = kSmallShare * size, nothing = kNoShare * size;
  for (Eigen::Index j = 0; j < count; ++j) {
    const bool at_zero = low[j] >= 0 && low[j] < small && solved[j] < nothing;
    const double share = at_zero ? std::min(small, high[j]) : solved[j];
    const std::size_t i = linear_[static_cast<std::size_t>(j)];
    const double value = share / norms[j];
    const Range& range = objective_.free()[i].range;
    free[static_cast<Eigen::Index>(i)] =
        std::clamp(is_logarithm_[i] ? std::log(value) : value, range.low, range.high);
  }
  return free;
}

}  // namespace isoflop
