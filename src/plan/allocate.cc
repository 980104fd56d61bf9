#include "plan/allocate.h"

#include <algorithm>
#include <cmath>

#include "plan/sizing.h"

namespace isoflop {

namespace {

constexpr std::size_t kRowsAtOnce = 256;
constexpr std::size_t kTasksAtOnce = 8;  // between two looks at whether to stop
constexpr std::size_t kSparsityPoints = 64;
constexpr double kSameLoss = 1e-9;                       // relative, of a wanted one
constexpr double kLeastBudget = 1.8, kMostBudget = 160;  // ln C of 6 and of 3e69 FLOPs

// The levels above the size, over the rows of one task.
class Allocator {
 public:
  Allocator(const Law& law, const Setting& setting, const Shape& shape, std::span<const Case> cases)
      : shape_(shape), rows_(cases.size()), wanted_(rows_), sizing_(law, setting, shape, rows_) {
    for (std::size_t row = 0; row < rows_; ++row)
      sizing_.set_row(row, cases[row].coefficients, cases[row].amounts.d);
  }

  std::vector<Allocation> run(std::span<const Case> cases) {
    std::vector<double> c(rows_);
    for (std::size_t row = 0; row < rows_; ++row) {
      c[row] = cases[row].amounts.c;
      wanted_[row] = cases[row].amounts.loss;
    }
    switch (shape_.target) {
      case Shape::Target::kNone:
        solve(c);
        return answers(c);
      case Shape::Target::kBudget:
        return least_budget();
      case Shape::Target::kSize:
        return least_size(c);
      case Shape::Target::kSmallest:
      case Shape::Target::kFewest:
        return crossing(c);
    }
    return {};
  }

 private:
  // The least loss of each row for its budget, in best_ and z_.
  void solve(const std::vector<double>& c) {
    if (!(shape_.z.low < shape_.z.high)) {
      z_.assign(rows_, shape_.z.low);
      sparsity_end_.assign(rows_, End::kInside);
      sizing_.at(z_, c, Sizing::Search::kWhole, best_);
      return;
    }
    const std::vector<double> low(rows_, shape_.z.low), high(rows_, shape_.z.high);
    bool first = true;
    Minima least = minimise(
        low, high, kSparsityPoints,
        [&](std::span<const double> z, std::span<double> value, std::span<double> slope) {
          // From point to point the best size moves little.
          sizing_.at(z, c, first ? Sizing::Search::kWhole : Sizing::Search::kNearLast, best_);
          first = false;
          std::ranges::copy(best_.loss, value.begin());
          std::ranges::copy(best_.by_z, slope.begin());
        });
    z_ = std::move(least.at);
    sparsity_end_ = std::move(least.end);
    sizing_.at(z_, c, Sizing::Search::kWhole, best_);
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
                   .size_end = best_.end[row],
                   .sparsity_end = sparsity_end_[row],
                   .data_capped = best_.capped[row] != 0};
    return list;
  }

  std::vector<Allocation> with_reached(std::vector<Allocation> list) const {
    for (std::size_t row = 0; row < rows_; ++row)
      list[row].reached =
          std::abs(list[row].loss - wanted_[row]) <= kSameLoss * std::abs(wanted_[row]);
    return list;
  }

  std::vector<Allocation> least_budget() {
    const std::vector<double> low(rows_, kLeastBudget), high(rows_, kMostBudget);
    const std::vector<double> c =
        falling_roots(low, high, [&](std::span<const double> budgets, std::span<double> excess) {
          solve({budgets.begin(), budgets.end()});
          for (std::size_t row = 0; row < rows_; ++row) {
            // A budget that buys nothing is too small.
            excess[row] = std::isfinite(best_.loss[row]) ? best_.loss[row] - wanted_[row] : 1;
          }
        });
    solve(c);
    return with_reached(answers(c));
  }

  std::vector<Allocation> least_size(const std::vector<double>& c) {
    const double most = std::min({shape_.active_cap, shape_.total_cap - shape_.z.low, kMostBudget});
    const std::vector<double> low(rows_, 0), high(rows_, most);
    const auto at = [&](std::span<const double> n) {
      sizing_.fix_active(n);
      solve(c);
    };
    const std::vector<double> n =
        falling_roots(low, high, [&](std::span<const double> sizes, std::span<double> excess) {
          at(sizes);
          for (std::size_t row = 0; row < rows_; ++row)
            excess[row] = best_.loss[row] - wanted_[row];
        });
    at(n);
    return with_reached(answers(c));
  }

  // On the profile of a budget the loss falls to its least and rises again: the wanted one is met
  // on either side.
  std::vector<Allocation> crossing(const std::vector<double>& c) {
    solve(c);
    const std::vector<double> optimal = best_.n;
    const bool smallest = shape_.target == Shape::Target::kSmallest;
    std::vector<double> other(rows_, 0);
    if (!smallest) other = sizing_.largest(z_, c);
    // Along a share from the other end, where the loss is too high, to the best size.
    const auto at = [&](std::span<const double> share) {
      std::vector<double> n(rows_);
      for (std::size_t row = 0; row < rows_; ++row)
        n[row] = other[row] + share[row] * (optimal[row] - other[row]);
      sizing_.fix_active(n);
      sizing_.at(z_, c, Sizing::Search::kWhole, best_);
    };
    const std::vector<double> low(rows_, 0), high(rows_, 1);
    const std::vector<double> share =
        falling_roots(low, high, [&](std::span<const double> shares, std::span<double> excess) {
          at(shares);
          for (std::size_t row = 0; row < rows_; ++row)
            excess[row] = std::isfinite(best_.loss[row]) ? best_.loss[row] - wanted_[row] : 1;
        });
    at(share);
    return with_reached(answers(c));
  }

  const Shape& shape_;
  std::size_t rows_;
  std::vector<double> wanted_;  // losses
  Sizing sizing_;
  Sizing::Best best_;
  std::vector<double> z_;
  std::vector<End> sparsity_end_;
};

}  // namespace

std::vector<Allocation> allocate(const Law& law, const Setting& setting, const Shape& shape,
                                 std::span<const Case> cases, Executor& executor,
                                 Progress& progress) {
  std::vector<Allocation> all(cases.size());
  const std::size_t tasks = (cases.size() + kRowsAtOnce - 1) / kRowsAtOnce;
  for (std::size_t first = 0; first < tasks && !progress.stop_asked(); first += kTasksAtOnce) {
    const std::size_t count = std::min(kTasksAtOnce, tasks - first);
    executor.run(count, [&](std::size_t task) {
      const std::size_t begin = (first + task) * kRowsAtOnce;
      const auto mine = cases.subspan(begin, std::min(kRowsAtOnce, cases.size() - begin));
      const std::vector<Allocation> done = Allocator(law, setting, shape, mine).run(mine);
      std::ranges::copy(done, all.begin() + static_cast<std::ptrdiff_t>(begin));
    });
    progress.report("plans", std::min(cases.size(), (first + count) * kRowsAtOnce), cases.size());
  }
  return all;
}

}  // namespace isoflop
