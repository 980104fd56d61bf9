#include "fit/objective.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/numbers.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr std::size_t kNotFree = std::numeric_limits<std::size_t>::max();
enum Level : std::size_t { kResidual, kAll };
constexpr double kNegligibleResidual = 1e-12;  // of the loss
constexpr std::size_t kKeptRows = 8192;        // a table of more is looked at in parts
// ... for a sum of absolute values, which has no curvature, so that only the robust model of
// step.h, which needs all rows, leads to its optimum.
constexpr std::size_t kKeptRowsOfAbsolute = std::size_t{1} << 17;
constexpr std::size_t kRowsAtOnce = 1024;

// A triangle packed into the first numbers of a square matrix, (0,0) (0,1) ... (1,1) ..., becomes
// the symmetric matrix. From the end, as no number moves to the front.
void unpack(Eigen::MatrixXd& matrix) {
  const Eigen::Index count = matrix.rows();
  const double* packed = matrix.data() + count * (count + 1) / 2;
  for (Eigen::Index i = count; i-- > 0;)
    for (Eigen::Index j = count; j-- > i;) matrix(j, i) = *--packed;
  matrix.triangularView<Eigen::StrictlyUpper>() = matrix.transpose();
}

}  // namespace

Result<FitObjective> FitObjective::make(const Law& law, const Table& table, const Recipe& recipe) {
  FitObjective objective(law, table, recipe);
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
    return error(
        "{} rows cannot determine {} coefficients of {}: fix some with recipe.fix, or add runs",
        table.rows(), objective.free_.size(), law.key());

  objective.build_program();
  const auto rows = static_cast<Eigen::Index>(table.rows());
  if (table.has("weight"))
    objective.set_weights(Eigen::Map<const Eigen::VectorXd>(table.column("weight").data(), rows));
  else
    objective.set_weights(Eigen::VectorXd::Constant(rows, 1));
  return objective;
}

template <class Weights>
void FitObjective::set_weights(const Weights& weights) {
  padded_weights_.setZero(static_cast<Eigen::Index>(program_->padded_rows()));
  padded_weights_.head(weights.size()) = weights;
}

void FitObjective::build_program() {
  LawGraph law = build_graph(law_.definition(), {recipe_.tie, recipe_.range});
  Graph& graph = law.graph;
  const bool logarithmic = recipe_.residual == Residual::kLog;
  const NodeId response = graph.symbol("loss", Stage::kTable, logarithmic);
  const NodeId predicted = logarithmic ? graph.log(law.loss) : law.loss;
  std::vector<NodeId> outputs = {
      graph.sub(predicted, logarithmic ? graph.log(response) : response)};
  std::vector<NodeId> symbols;
  for (const FreeCoefficient& coefficient : free_)
    symbols.push_back(law.coefficients[coefficient.index]);
  const std::vector<NodeId> first = graph.gradient(outputs[0], symbols);
  outputs.insert(outputs.end(), first.begin(), first.end());

  // The second derivatives of ln L are L_jk/L - (ln L)_j (ln L)_k, and most L_jk are 0. Not so
  // where L is an exponential, which the logarithm undoes.
  through_loss_ = graph.node(predicted).op == Op::kLog;
  if (through_loss_) {
    const NodeId inverse = graph.div(graph.number(1), law.loss);  // d ln L / dE, for one
    const auto found = std::ranges::find(outputs, inverse);
    inverse_ = static_cast<std::size_t>(found - outputs.begin());
    if (found == outputs.end()) outputs.push_back(inverse);
  }
  const std::vector<NodeId> slopes = through_loss_ ? graph.gradient(law.loss, symbols) : first;
  for (std::size_t j = 0; j < symbols.size(); ++j) {
    const std::vector<NodeId> row = graph.gradient(slopes[j], std::span(symbols).subspan(j));
    for (std::size_t k = j; k < symbols.size(); ++k) {
      const Node& node = graph.node(row[k - j]);
      if (node.op == Op::kNumber && node.number == 0) continue;
      outputs.push_back(row[k - j]);
      second_.emplace_back(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k));
    }
  }
  const std::size_t levels[] = {1, outputs.size() - 1};
  program_ = std::make_shared<const Prepared>(
      compile(graph, outputs, coefficient_names(law_.definition()), levels), table_.rows(),
      [&](std::string_view name) { return table_.column(name); });
  const std::size_t kept = recipe_.loss.is_pointed() ? kKeptRowsOfAbsolute : kKeptRows;
  stride_ = program_->padded_rows() <= kept ? program_->padded_rows() : kRowsAtOnce;
}

FitObjective FitObjective::with_weights(const Eigen::VectorXd& weights) const {
  FitObjective other = *this;
  other.set_weights(weights);
  return other;
}

FitObjective FitObjective::with_response(const Eigen::VectorXd& response) const {
  FitObjective other = *this;
  Eigen::VectorXd more = recipe_.residual == Residual::kLog
                             ? (response.array() / this->response().array()).log().matrix().eval()
                             : (response - this->response()).eval();
  other.shift_ = shift_.size() == 0 ? std::move(more) : (shift_ + more).eval();
  (void)other.table_.set("loss", {response.begin(), response.end()});
  return other;
}

FitObjective FitObjective::with_fixed(std::size_t coefficient, double value) const {
  FitObjective other = *this;
  const std::string& fixed = law_.coefficients()[coefficient].name;
  other.recipe_.fix[fixed] = other.held_[coefficient] = value;
  for (const auto& [name, source] : recipe_.tie)
    if (source == fixed) other.held_[*law_.coefficient_index(name)] = value;
  return other;
}

FitObjective FitObjective::with_penalty(Penalty penalty) const {
  FitObjective other = *this;
  other.penalty_ = std::move(penalty);
  return other;
}

void FitObjective::add_penalty(const Eigen::VectorXd& free, Point& point) const {
  Eigen::MatrixXd second;
  penalty_.derivatives(free, point.penalty_gradient, second);
  point.gradient += point.penalty * point.penalty_gradient;
  point.gauss_newton.noalias() += point.penalty_gradient * point.penalty_gradient.transpose();
  point.second += point.penalty * second;
  point.squares += point.penalty_gradient.cwiseAbs2();
}

Eigen::VectorXd FitObjective::free_of(std::span<const double> coefficients) const {
  Eigen::VectorXd free(static_cast<Eigen::Index>(free_.size()));
  for (std::size_t j = 0; j < free_.size(); ++j)
    free[static_cast<Eigen::Index>(j)] = coefficients[free_[j].index];
  return free;
}

FitObjective::Point FitObjective::make_point() const {
  const auto count = static_cast<Eigen::Index>(free_.size());
  Point point;
  point.gradient.resize(count);
  point.gauss_newton.resize(count, count);
  point.second.resize(count, count);
  point.squares.resize(count);
  point.largest.resize(count);
  point.rows = allocate_doubles(program_->outputs() * stride_);
  return point;
}

double FitObjective::negligible() const {
  const double residual = kNegligibleResidual * loss_size();
  return padded_weights_.sum() * residual * residual;
}

FitObjective::State FitObjective::make_state() const {
  const auto rows = static_cast<Eigen::Index>(stride_);
  const std::size_t count = free_.size();
  return {.here = make_point(),
          .there = make_point(),
          .scratch = program_->make_scratch(),
          .slopes = Eigen::VectorXd(rows),
          .curvatures = Eigen::VectorXd(rows),
          .reweighted = Eigen::VectorXd(rows),
          .products = Eigen::VectorXd(static_cast<Eigen::Index>((count + 1) * (count + 2) / 2)),
          .second_sums = Eigen::VectorXd(static_cast<Eigen::Index>(second_.size()))};
}

std::vector<double> FitObjective::coefficients(const Eigen::VectorXd& free) const {
  std::vector<double> all;
  put_coefficients(free, all);
  return all;
}

void FitObjective::put_coefficients(const Eigen::VectorXd& free, std::vector<double>& all) const {
  all = held_;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (source_[i] != kNotFree) all[i] = free[static_cast<Eigen::Index>(source_[i])];
}

// Residuals of the table's loss become those of the response.
void FitObjective::run_residuals(std::span<const double> coefficients, std::size_t first,
                                 std::size_t last, double* residuals, State& state) const {
  program_->run(coefficients, residuals, stride_, state.scratch, {kResidual, first, last});
  if (shift_.size() == 0) return;
  const auto from = static_cast<Eigen::Index>(first);
  const Eigen::Index rows = std::min(static_cast<Eigen::Index>(last), shift_.size()) - from;
  Eigen::Map<Eigen::VectorXd>(residuals, rows) -= shift_.segment(from, rows);
}

Eigen::VectorXd FitObjective::residuals_at(std::span<const double> coefficients,
                                           State& state) const {
  Eigen::VectorXd residuals(padded_weights_.size());
  for (std::size_t first = 0; first < program_->padded_rows(); first += stride_) {
    const std::size_t last = std::min(first + stride_, program_->padded_rows());
    run_residuals(coefficients, first, last, residuals.data() + first, state);
  }
  return residuals.head(static_cast<Eigen::Index>(rows()));
}

double FitObjective::value(std::span<const double> coefficients, State& state) const {
  double* residuals = state.there.rows.get();
  double sum = has_penalty() ? 0.5 * std::pow(penalty_.residual(free_of(coefficients)), 2) : 0;
  for (std::size_t first = 0; first < program_->padded_rows(); first += stride_) {
    const std::size_t last = std::min(first + stride_, program_->padded_rows());
    run_residuals(coefficients, first, last, residuals, state);
    sum += sum_of_losses(recipe_.loss, residuals, padded_weights_.data() + first, last - first);
  }
  return std::isfinite(sum) ? sum : kInfinity;
}

void FitObjective::evaluate(std::span<const double> coefficients, const RobustLoss& loss,
                            double width, double bound, Point& point, State& state) const {
  point.penalty = has_penalty() ? penalty_.residual(free_of(coefficients)) : 0;
  point.value = 0.5 * std::pow(point.penalty, 2);
  point.gradient.setZero();
  point.gauss_newton.setZero();
  point.second.setZero();
  state.products.setZero();
  state.second_sums.setZero();
  point.squares.setZero();
  point.largest.setZero();
  for (std::size_t first = 0; first < program_->padded_rows(); first += stride_) {
    const std::size_t last = std::min(first + stride_, program_->padded_rows());
    if (!run_below(bound, loss, coefficients, first, last, point, state)) return;
    add_rows({loss, width}, first, last - first, point, state);
  }
  if (loss.kind == RobustLoss::Kind::kSquare) take_products(point, state);
  unpack(point.gauss_newton);
  finish_second(point, state);
  if (has_penalty()) add_penalty(free_of(coefficients), point);
  const bool finite = std::isfinite(point.value) && point.gradient.allFinite() &&
                      point.gauss_newton.allFinite() && point.second.allFinite() &&
                      point.squares.allFinite();
  if (!finite) point.value = kInfinity;
}

// Puts some rows into the point and adds their losses, block by block; false where F is then not
// below the bound. Derivatives of a block are computed once its losses are known: more rows do not
// lower F, for losses are not negative.
bool FitObjective::run_below(double bound, const RobustLoss& loss,
                             std::span<const double> coefficients, std::size_t first,
                             std::size_t last, Point& point, State& state) const {
  for (std::size_t row = first; row < last; row += program_->rows_at_once()) {
    const std::size_t end = std::min(row + program_->rows_at_once(), last);
    double* rows = point.rows.get() + (row - first);
    run_residuals(coefficients, row, end, rows, state);
    point.value += sum_of_losses(loss, rows, padded_weights_.data() + row, end - row);
    if (!(point.value < bound)) {
      if (std::isnan(point.value)) point.value = kInfinity;
      return false;
    }
    program_->run(coefficients, rows, stride_, state.scratch, {kAll, row, end, kAll});
  }
  return true;
}

// second_sums less the triangle of products in `second`, as a matrix.
void FitObjective::finish_second(Point& point, const State& state) const {
  unpack(point.second);
  point.second *= -1;
  for (std::size_t i = 0; i < second_.size(); ++i) {
    const auto [j, k] = second_[i];
    const double sum = state.second_sums[static_cast<Eigen::Index>(i)];
    point.second(j, k) += sum;
    if (j != k) point.second(k, j) += sum;
  }
}

// Of least squares: the triangle of products of the residuals and the columns of J has all sums.
void FitObjective::take_products(Point& point, const State& state) const {
  const Eigen::Index count = point.gradient.size(), packed = count * (count + 1) / 2;
  point.gradient = state.products.segment(1, count);
  Eigen::Map<Eigen::VectorXd>(point.gauss_newton.data(), packed) = state.products.tail(packed);
  for (Eigen::Index j = 0, at = 0; j < count; at += count - j++)
    point.squares[j] = state.products[1 + count + at];
}

// Adds what some rows, which the point holds, give to its sums but F: matrices as packed triangles,
// in `second` what finish_second() takes off second_sums, and for least squares all else in
// `products`.
void FitObjective::add_rows(const WidenedLoss& loss, std::size_t first, std::size_t rows,
                            Point& point, State& state) const {
  const double* residuals = point.rows.get();
  const double* weights = padded_weights_.data() + first;
  const std::size_t count = free_.size();
  const ColumnBlock jacobian = {residuals + stride_, count, stride_, rows};
  add_largest(jacobian, point.largest.data());
  if (loss.loss.kind == RobustLoss::Kind::kSquare) {
    add_products({residuals, 1 + count, stride_, rows}, weights, state.products.data());
    multiply(weights, residuals, rows, state.slopes.data());
  } else {
    weigh(loss, residuals, weights, rows,
          {state.slopes.data(), state.curvatures.data(), state.reweighted.data()});
    add_dots(jacobian, state.slopes.data(), point.gradient.data());
    add_products(jacobian, state.curvatures.data(), point.gauss_newton.data());
    add_squares(jacobian, state.reweighted.data(), point.squares.data());
  }
  if (through_loss_) {
    add_products(jacobian, state.slopes.data(), point.second.data());
    multiply(state.slopes.data(), inverse(point), rows, state.slopes.data());
  }
  add_dots(second_derivatives(point, rows), state.slopes.data(), state.second_sums.data());
}

void FitObjective::weighted_curvature(const Point& point, const Eigen::VectorXd& velocity,
                                      const Eigen::VectorXd& acceleration, Eigen::VectorXd& factors,
                                      Eigen::VectorXd& result) const {
  factors.resize(static_cast<Eigen::Index>(second_.size()));
  for (std::size_t i = 0; i < second_.size(); ++i) {
    const auto [j, k] = second_[i];
    factors[static_cast<Eigen::Index>(i)] = (j == k ? 1 : 2) * velocity[j] * velocity[k];
  }
  result.resize(static_cast<Eigen::Index>(stride_));
  isoflop::weighted_curvature({.first = jacobian(point),
                               .second = second_derivatives(point, stride_),
                               .inverse = through_loss_ ? inverse(point) : nullptr,
                               .velocity = velocity.data(),
                               .acceleration = acceleration.data(),
                               .factors = factors.data()},
                              padded_weights_.data(), result.data());
}

}  // namespace isoflop
