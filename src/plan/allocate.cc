#include "plan/allocate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "plan/optimal_size.h"

namespace isoflop {

namespace {

constexpr std::size_t kRowsAtOnce = 256;
constexpr std::size_t kTasksAtOnce = 8;  // between two looks at whether to stop
constexpr std::size_t kSparsityPoints = 64;
constexpr std::size_t kCrossingPoints = 32;
constexpr double kBudgetStep = 7;    // ln of a thousand, doubled from step to step
constexpr double kSameLoss = 1e-9;   // relative, of a target
constexpr double kSteepLoss = 1e-6;  // the same where neighbouring numbers jump over the target
constexpr double kMinBudget = 1.8, kMaxBudget = 160;  // ln C of 6 and of 3e69 FLOPs

// The levels above the size, over the rows of one task.
class Allocator {
 public:
  Allocator(const Law& law, const PlanProblem& problem, std::size_t rows)
      : problem_(problem), rows_(rows), target_(rows_), sizes_(law, problem, rows_) {}

  // From the second call on `search` may say that the rows are near those of the call before.
  std::vector<Allocation> run(std::span<const PlanRow> rows, OptimalSize::Search search) {
    std::vector<double> c(rows_);
    search_ = search;
    for (std::size_t row = 0; row < rows_; ++row) {
      sizes_.set_row(row, rows[row].coefficients, rows[row].d);
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
        return minimum_size();
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
      sizes_.at(z_, c, search_, best_);
      return;
    }
    const std::vector<double> low(rows_, problem_.z.low), high(rows_, problem_.z.high);
    bool first = true;
    Minima lowest =
        minimise(low, high, kSparsityPoints, [&](std::span<const double> z, CurvePoints& points) {
          // From point to point the best size moves little.
          sizes_.at(z, c, first ? OptimalSize::Search::kWhole : OptimalSize::Search::kNearLast,
                    best_);
          first = false;
          points.value = best_.loss;
          points.slope = best_.by_z;
          std::ranges::transform(best_.outside, points.outside.begin(),
                                 [&](double outside) { return problem_.beyond_reach(outside); });
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
                   .data_capped = best_.data_capped[row] != 0,
                   .outside = best_.outside[row]};
    return list;
  }

  [[nodiscard]] std::vector<Allocation> answers(const std::vector<double>& c,
                                                const Roots& roots) const {
    std::vector<Allocation> list = answers(c);
    for (std::size_t row = 0; row < rows_; ++row)
      list[row].target_reached = std::abs(list[row].loss / target_[row] - 1) <=
                                 (roots.found[row] ? kSteepLoss : kSameLoss);
    return list;
  }

  // Of each row what its best run on a budget lacks to the target.
  void add_excess(CurvePoints& points) const {
    for (std::size_t row = 0; row < rows_; ++row) {
      // A budget that buys nothing is too small.
      points.value[row] = std::isfinite(best_.loss[row]) ? best_.loss[row] - target_[row] : 1;
      points.outside[row] = best_.outside[row];
    }
  }

  std::vector<Allocation> minimum_budget() {
    const auto at = [&](std::span<const double> budgets, CurvePoints& points) {
      solve({budgets.begin(), budgets.end()});
      add_excess(points);
    };
    auto [low, high] = budgets_around_target(at);
    const Roots c = falling_roots(low, high, 2, at);
    solve(c.at);
    return answers(c.at, c);
  }

  // Outwards from the budget in the middle of the fitted runs, so that what a law says of budgets
  // far from these is not looked at unless the target is there. All budgets where nothing is known.
  std::pair<std::vector<double>, std::vector<double>> budgets_around_target(const Curves& at) {
    std::vector<double> low(rows_, kMinBudget), high(rows_, kMaxBudget);
    const Range &n = problem_.fitted.n, &d = problem_.fitted.d;
    if (n.low == -kUnlimited || d.low == -kUnlimited) return {low, high};
    const double middle = std::log(6) + (n.low + n.high + d.low + d.high) / 2;
    std::vector<double> c(rows_, std::clamp(middle, kMinBudget, kMaxBudget));
    CurvePoints points(rows_);
    at(c, points);
    std::vector<bool> up(rows_);
    for (std::size_t row = 0; row < rows_; ++row) up[row] = points.value[row] > 0;
    bool open = true;
    for (double step = kBudgetStep; open; step *= 2) {
      open = false;
      for (std::size_t row = 0; row < rows_; ++row) {
        const bool over = points.value[row] > 0;
        (over ? low : high)[row] = c[row];
        if (over != up[row] || c[row] == (over ? kMaxBudget : kMinBudget)) continue;
        c[row] = over ? std::min(c[row] + step, kMaxBudget) : std::max(c[row] - step, kMinBudget);
        open = true;
      }
      if (open) at(c, points);
    }
    return {low, high};
  }

  // The smallest size on given data.
  std::vector<Allocation> minimum_size() {
    return crossing(std::vector<double>(rows_, kMaxBudget));
  }

  // On the profile of a budget, or along sizes on given data, the loss falls to its minimum and may
  // rise again: the target is met on either side.
  std::vector<Allocation> crossing(const std::vector<double>& c) {
    solve(c);
    const std::vector<double> optimal = best_.n;
    const bool fewest = problem_.target == PlanProblem::Target::kFewest;
    const std::vector<double> other =
        fewest ? sizes_.largest(z_, c) : std::vector<double>(rows_, 0);
    // Along a share from the other end, where the loss is too high, to the best size.
    const auto at = [&](std::span<const double> share) {
      std::vector<double> n(rows_);
      for (std::size_t row = 0; row < rows_; ++row)
        n[row] = other[row] + share[row] * (optimal[row] - other[row]);
      sizes_.hold_active(n);
      sizes_.at(z_, c, OptimalSize::Search::kWhole, best_);
    };
    const std::vector<double> low(rows_, 0), high(rows_, 1);
    const Roots share = falling_roots(low, high, kCrossingPoints,
                                      [&](std::span<const double> shares, CurvePoints& points) {
                                        at(shares);
                                        add_excess(points);
                                      });
    at(share.at);
    return answers(c, share);
  }

  const PlanProblem& problem_;
  std::size_t rows_;
  std::vector<double> target_;  // losses
  OptimalSize sizes_;
  OptimalSize::Search search_ = OptimalSize::Search::kWhole;  // of a size at a given sparsity
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
      const std::vector<Allocation> done =
          Allocator(law, problem, mine.size()).run(mine, OptimalSize::Search::kWhole);
      std::ranges::copy(done, all.begin() + static_cast<std::ptrdiff_t>(begin));
    });
    progress.report("plans", std::min(rows.size(), (first + count) * kRowsAtOnce), rows.size());
  }
  return all;
}

struct NearAllocator::Solver {
  Solver(const Law& law, const PlanProblem& problem, std::size_t rows)
      : allocator(law, problem, rows) {}
  Allocator allocator;
};

NearAllocator::NearAllocator(const Law& law, const PlanProblem& problem)
    : law_(law), problem_(problem) {}
NearAllocator::~NearAllocator() = default;

std::vector<Allocation> NearAllocator::run(std::span<const PlanRow> rows) {
  std::unique_ptr<Solver>& solver = solvers_[rows.size()];
  // On the way to these targets sizes are held, and stay so.
  const bool used_up = problem_.target != PlanProblem::Target::kNone &&
                       problem_.target != PlanProblem::Target::kBudget;
  if (used_up) solver.reset();
  const auto search = solver ? OptimalSize::Search::kNearLast : OptimalSize::Search::kWhole;
  if (!solver) solver = std::make_unique<Solver>(law_, problem_, rows.size());
  return solver->allocator.run(rows, search);
}

}  // namespace isoflop
