#include "plan/allocate.h"

#include <algorithm>
#include <cmath>

#include "plan/optimal_size.h"

namespace isoflop {

namespace {

constexpr std::size_t kRowsAtOnce = 256;
constexpr std::size_t kTasksAtOnce = 8;  // between two looks at whether to stop
constexpr std::size_t kSparsityPoints = 64;
constexpr double kSameLoss = 1e-9;                    // relative, of a target
constexpr double kMinBudget = 1.8, kMaxBudget = 160;  // ln C of 6 and of 3e69 FLOPs

// The levels above the size, over the rows of one task.
class Allocator {
 public:
  Allocator(const Law& law, const PlanProblem& problem, std::span<const PlanRow> rows)
      : problem_(problem), rows_(rows.size()), target_(rows_), sizes_(law, problem, rows_) {
    for (std::size_t row = 0; row < rows_; ++row)
      sizes_.set_row(row, rows[row].coefficients, rows[row].d);
  }

  std::vector<Allocation> run(std::span<const PlanRow> rows) {
    std::vector<double> c(rows_);
    for (std::size_t row = 0; row < rows_; ++row) {
      c[row] = rows[row].c;
      target_[row] = rows[row].loss;
    }
    switch (problem_.target) {
      case PlanProblem::Target::kNone:
        solve(c);
        return answers(c);
      case PlanProblem::Target::kBudget:
        return minimum_budget();
      case PlanProblem::Target::kSize:
        return minimum_size(c);
      case PlanProblem::Target::kSmallest:
      case PlanProblem::Target::kFewest:
        return crossing(c);
    }
    return {};
  }

 private:
  // The lowest loss of each row on its budget, in best_ and z_.
  void solve(const std::vector<double>& c) {
    if (!problem_.has_free_sparsity()) {
      z_.assign(rows_, problem_.z.low);
      sparsity_position_.assign(rows_, Position::kInterior);
      sizes_.at(z_, c, OptimalSize::Search::kWhole, best_);
      return;
    }
    const std::vector<double> low(rows_, problem_.z.low), high(rows_, problem_.z.high);
    bool first = true;
    Minima lowest = minimise(
        low, high, kSparsityPoints,
        [&](std::span<const double> z, std::span<double> value, std::span<double> slope) {
          // From point to point the best size moves little.
          sizes_.at(z, c, first ? OptimalSize::Search::kWhole : OptimalSize::Search::kNearLast,
                    best_);
          first = false;
          std::ranges::copy(best_.loss, value.begin());
          std::ranges::copy(best_.by_z, slope.begin());
        });
    z_ = std::move(lowest.at);
    sparsity_position_ = std::move(lowest.position);
    sizes_.at(z_, c, OptimalSize::Search::kWhole, best_);
  }

  [[nodiscard]] std::vector<Allocation> answers(const std::vector<double>& c) const {
    std::vector<Allocation> list(rows_);
    for (std::size_t row = 0; row < rows_; ++row)
      list[row] = {.n = best_.n[row],
                   .z = z_[row],
                   .d = best_.d[row],
                   .c = c[row],
                   .log_token_cost = best_.token_cost[row],
                   .loss = best_.loss[row],
                   .size_position = best_.position[row],
                   .sparsity_position = sparsity_position_[row],
                   .data_capped = best_.data_capped[row] != 0};
    return list;
  }

  std::vector<Allocation> with_targets(std::vector<Allocation> list) const {
    for (std::size_t row = 0; row < rows_; ++row)
      list[row].target_reached =
          std::abs(list[row].loss - target_[row]) <= kSameLoss * std::abs(target_[row]);
    return list;
  }

  std::vector<Allocation> minimum_budget() {
    const std::vector<double> low(rows_, kMinBudget), high(rows_, kMaxBudget);
    const std::vector<double> c =
        falling_roots(low, high, [&](std::span<const double> budgets, std::span<double> excess) {
          solve({budgets.begin(), budgets.end()});
          for (std::size_t row = 0; row < rows_; ++row) {
            // A budget that buys nothing is too small.
            excess[row] = std::isfinite(best_.loss[row]) ? best_.loss[row] - target_[row] : 1;
          }
        });
    solve(c);
    return with_targets(answers(c));
  }

  std::vector<Allocation> minimum_size(const std::vector<double>& c) {
    const double most =
        std::min({problem_.max_active, problem_.max_total - problem_.z.low, kMaxBudget});
    const std::vector<double> low(rows_, 0), high(rows_, most);
    const auto at = [&](std::span<const double> n) {
      sizes_.hold_active(n);
      solve(c);
    };
    const std::vector<double> n =
        falling_roots(low, high, [&](std::span<const double> sizes, std::span<double> excess) {
          at(sizes);
          for (std::size_t row = 0; row < rows_; ++row)
            excess[row] = best_.loss[row] - target_[row];
        });
    at(n);
    return with_targets(answers(c));
  }

  // On the profile of a budget the loss falls to its minimum and rises again: the target is met on
  // either side.
  std::vector<Allocation> crossing(const std::vector<double>& c) {
    solve(c);
    const std::vector<double> optimal = best_.n;
    const bool smallest = problem_.target == PlanProblem::Target::kSmallest;
    std::vector<double> other(rows_, 0);
    if (!smallest) other = sizes_.largest(z_, c);
    // Along a share from the other end, where the loss is too high, to the best size.
    const auto at = [&](std::span<const double> share) {
      std::vector<double> n(rows_);
      for (std::size_t row = 0; row < rows_; ++row)
        n[row] = other[row] + share[row] * (optimal[row] - other[row]);
      sizes_.hold_active(n);
      sizes_.at(z_, c, OptimalSize::Search::kWhole, best_);
    };
    const std::vector<double> low(rows_, 0), high(rows_, 1);
    const std::vector<double> share =
        falling_roots(low, high, [&](std::span<const double> shares, std::span<double> excess) {
          at(shares);
          for (std::size_t row = 0; row < rows_; ++row)
            excess[row] = std::isfinite(best_.loss[row]) ? best_.loss[row] - target_[row] : 1;
        });
    at(share);
    return with_targets(answers(c));
  }

  const PlanProblem& problem_;
  std::size_t rows_;
  std::vector<double> target_;  // losses
  OptimalSize sizes_;
  OptimalSize::Best best_;
  std::vector<double> z_;
  std::vector<Position> sparsity_position_;
};

}  // namespace

std::vector<Allocation> allocate(const Law& law, const PlanProblem& problem,
                                 std::span<const PlanRow> rows, Executor& executor,
                                 Progress& progress) {
  std::vector<Allocation> all(rows.size());
  const std::size_t tasks = (rows.size() + kRowsAtOnce - 1) / kRowsAtOnce;
  for (std::size_t first = 0; first < tasks && !progress.stop_asked(); first += kTasksAtOnce) {
    const std::size_t count = std::min(kTasksAtOnce, tasks - first);
    executor.run(count, [&](std::size_t task) {
      const std::size_t begin = (first + task) * kRowsAtOnce;
      const auto mine = rows.subspan(begin, std::min(kRowsAtOnce, rows.size() - begin));
      const std::vector<Allocation> done = Allocator(law, problem, mine).run(mine);
      std::ranges::copy(done, all.begin() + static_cast<std::ptrdiff_t>(begin));
    });
    progress.report("plans", std::min(rows.size(), (first + count) * kRowsAtOnce), rows.size());
  }
  return all;
}

}  // namespace isoflop
