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
enum Level : std::size_t { kResidual, kAll };
constexpr std::size_t kKeptRows = 8192;  // a table of more is looked at in parts
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
    return error("{} rows cannot determine {} coefficients of {}: fix some with --fix, or add runs",
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
  if (through_loss_) outputs.push_back(graph.div(graph.number(1), law.loss));
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
  stride_ = program_->padded_rows() <= kKeptRows ? program_->padded_rows() : kRowsAtOnce;
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
  std::vector<double> all = held_;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (source_[i] != kNotFree) all[i] = free[static_cast<Eigen::Index>(source_[i])];
  return all;
}

// Runs the program for a part of the rows; residuals of the table's loss become those of the
// response.
void FitObjective::run(std::span<const double> coefficients, const ProgramPart& part, Point& point,
                       State& state) const {
  program_->run(coefficients, point.rows.get(), stride_, state.scratch, part);
  if (shift_.size() == 0) return;
  const auto first = static_cast<Eigen::Index>(part.first_row);
  const Eigen::Index rows =
      std::min(static_cast<Eigen::Index>(part.last_row), shift_.size()) - first;
  Eigen::Map<Eigen::VectorXd>(point.rows.get(), rows) -= shift_.segment(first, rows);
}

Eigen::VectorXd FitObjective::residuals_at(std::span<const double> coefficients,
                                           State& state) const {
  Eigen::VectorXd residuals(padded_weights_.size());
  for (std::size_t first = 0; first < program_->padded_rows(); first += stride_) {
    const std::size_t last = std::min(first + stride_, program_->padded_rows());
    run(coefficients, {kResidual, first, last}, state.there, state);
    std::copy_n(state.there.rows.get(), last - first, residuals.data() + first);
  }
  return residuals.head(static_cast<Eigen::Index>(rows()));
}

double FitObjective::value(std::span<const double> coefficients, State& state) const {
  const LossShape shape = shape_of(recipe_.loss);
  double sum = 0;
  for (std::size_t first = 0; first < program_->padded_rows(); first += stride_) {
    const std::size_t last = std::min(first + stride_, program_->padded_rows());
    run(coefficients, {kResidual, first, last}, state.there, state);
    sum +=
        sum_of_losses(shape, state.there.rows.get(), padded_weights_.data() + first, last - first);
  }
  return std::isfinite(sum) ? sum : kInfinity;
}

void FitObjective::look(std::span<const double> coefficients, const Loss& loss, double width,
                        double bound, Point& point, State& state) const {
  const LossShape exact = shape_of(loss), zone = shape_of(loss, width);
  point.value = 0;
  point.gradient.setZero();
  point.gauss_newton.setZero();
  point.second.setZero();
  state.products.setZero();
  state.second_sums.setZero();
  point.squares.setZero();
  point.largest.setZero();
  for (std::size_t first = 0; first < program_->padded_rows(); first += stride_) {
    const std::size_t last = std::min(first + stride_, program_->padded_rows());
    run(coefficients, {kAll, first, last}, point, state);
    point.value +=
        sum_of_losses(exact, point.rows.get(), padded_weights_.data() + first, last - first);
    if (!(point.value < bound)) {  // losses are not negative: more rows do not lower it
      if (std::isnan(point.value)) point.value = kInfinity;
      return;
    }
    add_rows(zone, first, last - first, point, state);
  }
  if (is_square(zone)) take_products(point, state);
  unpack(point.gauss_newton);
  finish_second(point, state);
  const bool finite = std::isfinite(point.value) && point.gradient.allFinite() &&
                      point.gauss_newton.allFinite() && point.second.allFinite() &&
                      point.squares.allFinite();
  if (!finite) point.value = kInfinity;
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
void FitObjective::add_rows(const LossShape& zone, std::size_t first, std::size_t rows,
                            Point& point, State& state) const {
  const double* residuals = point.rows.get();
  const double* weights = padded_weights_.data() + first;
  const std::size_t count = free_.size();
  const auto held = static_cast<Eigen::Index>(rows);
  const Columns jacobian = {residuals + stride_, count, stride_, rows};
  add_largest(jacobian, point.largest.data());
  if (is_square(zone)) {
    add_products({residuals, 1 + count, stride_, rows}, weights, state.products.data());
    state.slopes.head(held) = padded_weights_.segment(static_cast<Eigen::Index>(first), held)
                                  .cwiseProduct(Eigen::Map<const Eigen::VectorXd>(residuals, held));
  } else {
    weigh(zone, residuals, weights, rows,
          {state.slopes.data(), state.curvatures.data(), state.reweighted.data()});
    add_dots(jacobian, state.slopes.data(), point.gradient.data());
    add_products(jacobian, state.curvatures.data(), point.gauss_newton.data());
    add_squares(jacobian, state.reweighted.data(), point.squares.data());
  }
  const double* after = residuals + (1 + count) * stride_;
  if (through_loss_) {
    add_products(jacobian, state.slopes.data(), point.second.data());
    state.slopes.head(held).array() *= Eigen::Map<const Eigen::ArrayXd>(after, held);
    after += stride_;
  }
  add_dots({after, second_.size(), stride_, rows}, state.slopes.data(), state.second_sums.data());
}

void FitObjective::bend(const Point& point, const Eigen::VectorXd& velocity,
                        const Eigen::VectorXd& acceleration, Eigen::VectorXd& along,
                        Eigen::VectorXd& result) const {
  const auto rows = static_cast<Eigen::Index>(stride_);
  const Columns first = jacobian(point);
  const double* after = point.rows.get() + (1 + first.count) * stride_;
  Eigen::VectorXd factors(static_cast<Eigen::Index>(second_.size()));
  for (std::size_t i = 0; i < second_.size(); ++i) {
    const auto [j, k] = second_[i];
    factors[static_cast<Eigen::Index>(i)] = (j == k ? 1 : 2) * velocity[j] * velocity[k];
  }
  result.resize(rows);
  combine({after + (through_loss_ ? stride_ : 0), second_.size(), stride_, stride_}, factors.data(),
          nullptr, result.data());
  along.resize(rows);
  combine(first, velocity.data(), nullptr, along.data());
  if (through_loss_) {
    result.array() *= Eigen::Map<const Eigen::ArrayXd>(after, rows);
    result.array() -= along.array().square();
  }
  combine(first, acceleration.data(), result.data(), result.data());
}

}  // namespace isoflop
