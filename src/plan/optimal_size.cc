#include "plan/optimal_size.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isoflop {

namespace {

// Losses are sums of a few powers, which turn over several units of ln N; for the largest budgets
// this is about half a unit apart.
constexpr std::size_t kSizePoints = 100;
// How near the data cap a point is that sits where budget and cap meet.
constexpr double kKink = 1e-7;

}  // namespace

OptimalSize::OptimalSize(const Law& law, const PlanProblem& problem, std::size_t rows)
    : problem_(problem),
      size_(problem.size),
      rows_(rows),
      given_(rows, problem.given_size),
      most_data_(rows, kUnlimited),
      surface_(law, problem.question, rows),
      line_(problem.question, rows) {}

void OptimalSize::evaluate(std::span<const double> n) {
  line_.at(n, z_, c_, line_values_);
  d_.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row)
    d_[row] =
        problem_.data_given ? most_data_[row] : std::min(line_values_.d[row], most_data_[row]);
  surface_.at(n, z_, d_, values_);
}

bool OptimalSize::allowed(std::size_t row) const {
  return d_[row] >= 0 && std::isfinite(values_.loss[row]);
}

// Along the budget the data shrinks as the size grows, but where it is capped.
void OptimalSize::curve(std::span<const double> n, CurvePoints& points) {
  evaluate(n);
  problem_.fitted.outside(n, z_, d_, points.outside);
  for (std::size_t row = 0; row < rows_; ++row) {
    if (!allowed(row)) {
      points.value[row] = std::numeric_limits<double>::infinity();
      points.slope[row] = 1;
      continue;
    }
    const bool capped = problem_.data_given || line_values_.d[row] > most_data_[row];
    points.value[row] = values_.loss[row];
    points.slope[row] =
        values_.by_n[row] + (capped ? 0 : values_.by_d[row] * line_values_.by_n[row]);
  }
}

double OptimalSize::highest(std::size_t row) const {
  return std::min({problem_.max_active, problem_.max_total - z_[row], c_[row]});
}

void OptimalSize::minimise_loss(Search search, Best& out) {
  std::vector<double> low(rows_, 0), high(rows_);
  for (std::size_t row = 0; row < rows_; ++row) high[row] = std::max(0.0, highest(row));
  const Curves curves = [this](std::span<const double> n, CurvePoints& points) {
    curve(n, points);
  };
  Minima best;
  if (search == Search::kWhole || last_.size() != rows_ ||
      !minimise_near(last_, low, high, curves, best))
    best = minimise(low, high, kSizePoints, curves);
  out.n = std::move(best.at);
  out.position = std::move(best.position);
  last_ = out.n;
}

// The size whose cost, with the data that is given, is the budget.
void OptimalSize::spend_budget(Best& out) {
  std::vector<double> low(rows_, 0), high(rows_);
  for (std::size_t row = 0; row < rows_; ++row) high[row] = c_[row];
  out.n = falling_roots(low, high, 2, [this](std::span<const double> n, CurvePoints& points) {
            line_.at(n, z_, c_, line_values_);
            for (std::size_t row = 0; row < rows_; ++row) {
              const double more = line_values_.d[row] - most_data_[row];
              points.value[row] = std::isnan(more) ? -1 : more;
            }
          }).at;
  out.position.assign(rows_, Position::kInterior);
}

std::vector<double> OptimalSize::largest(std::span<const double> z, std::span<const double> c) {
  z_ = z;
  c_ = c;
  std::vector<double> low(rows_, 0), high(rows_);
  for (std::size_t row = 0; row < rows_; ++row) high[row] = std::max(0.0, highest(row));
  return falling_roots(low, high, 2,
                       [this](std::span<const double> n, CurvePoints& points) {
                         line_.at(n, z_, c_, line_values_);
                         for (std::size_t row = 0; row < rows_; ++row)
                           points.value[row] =
                               std::isnan(line_values_.d[row]) ? -1 : line_values_.d[row];
                       })
      .at;
}

// Whether the optimum is where the budget buys just the data that may be used: there the loss has a
// kink, which moves with the sparsity.
bool OptimalSize::at_kink(std::size_t row) const {
  if (problem_.data_given || std::abs(line_values_.d[row] - most_data_[row]) > kKink) return false;
  const double along = values_.by_n[row] + values_.by_d[row] * line_values_.by_n[row];
  return values_.by_n[row] < 0 && along > 0;
}

// The derivative by z of the lowest loss (envelope theorem): a size at a limit moves with z, the
// move of an optimal size does not matter.
double OptimalSize::envelope(std::size_t row, Position position) const {
  const double d_by_n = line_values_.by_n[row], d_by_z = line_values_.by_z[row];
  bool fixed_data = problem_.data_given || line_values_.d[row] > most_data_[row];
  double n_by_z = 0;
  const bool optimal = size_ == PlanProblem::Size::kOptimal;
  const bool at_total_cap =
      optimal && position == Position::kHigh && problem_.max_total - z_[row] < problem_.max_active;
  if (size_ == PlanProblem::Size::kTotal || at_total_cap) {
    n_by_z = -1;
  } else if (size_ == PlanProblem::Size::kFromBudget ||
             (optimal && position == Position::kInterior && at_kink(row))) {
    n_by_z = -d_by_z / d_by_n;
    fixed_data = true;
  }
  const double d_moves = fixed_data ? 0 : d_by_z + d_by_n * n_by_z;
  return values_.by_z[row] + values_.by_n[row] * n_by_z + values_.by_d[row] * d_moves;
}

void OptimalSize::at(std::span<const double> z, std::span<const double> c, Search search,
                     Best& out) {
  z_ = z;
  c_ = c;
  if (size_ == PlanProblem::Size::kOptimal) {
    minimise_loss(search, out);
  } else if (size_ == PlanProblem::Size::kFromBudget) {
    spend_budget(out);
  } else {
    out.n = given_;
    if (size_ == PlanProblem::Size::kTotal)
      for (std::size_t row = 0; row < rows_; ++row) out.n[row] -= z[row];
    out.position.assign(rows_, Position::kInterior);
  }
  evaluate(out.n);
  out.d = d_;
  out.loss = values_.loss;
  out.token_cost = line_values_.token_cost;
  out.by_z.resize(rows_);
  out.outside.resize(rows_);
  problem_.fitted.outside(out.n, z_, d_, out.outside);
  out.data_capped.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row) {
    const bool capped = !problem_.data_given && line_values_.d[row] > most_data_[row] - kKink;
    out.data_capped[row] = capped ? 1 : 0;
    out.by_z[row] = envelope(row, out.position[row]);
    if (allowed(row)) continue;
    // What is not paid for: of one total size sparser models cost less, of one active size more.
    out.loss[row] = std::numeric_limits<double>::infinity();
    out.by_z[row] = size_ == PlanProblem::Size::kTotal ? -1 : 1;
  }
}

}  // namespace isoflop
