#include "fit/search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "fit/seeding.h"

namespace isoflop {

namespace {

constexpr std::size_t kCandidatesPerDimension = 48;  // of a batch
constexpr std::size_t kRefinedPerBatch = 8;
constexpr std::size_t kQuietBatches = 3;  // the search ends after so many that found nothing lower
constexpr std::size_t kMostBatches = 64;
constexpr std::size_t kCandidatesPerTask = 16;
constexpr std::size_t kLastIterations = 5000;  // for the best optimum, if it needs them
constexpr double kSameObjective = 1e-7;

// Streams of random numbers.
enum Stream : std::uint64_t { kSpreadStream, kRandomStream };

struct Candidate {
  Eigen::VectorXd free;
  double objective = 0;
};

bool is_lower(const Refined& a, const Refined& b) {
  if (b.status == FitStatus::kFailed) return a.status != FitStatus::kFailed;
  return a.status != FitStatus::kFailed && a.objective < b.objective;
}

class Search {
 public:
  Search(const FitObjective& objective, const Table& table, Executor& executor)
      : objective_(objective), seeding_(objective, table), executor_(executor) {}

  Result<SearchResult> run() {
    const Recipe& recipe = objective_.recipe();
    if (objective_.free().empty()) {
      refine_all({Eigen::VectorXd(0)});
      return finish();
    }
    if (!recipe.start.empty()) refine_all({given_start()});
    switch (recipe.starts.kind) {
      case Starts::Kind::kAuto:
        run_batches();
        break;
      case Starts::Kind::kGrid: {
        Result<std::vector<Eigen::VectorXd>> grid = published_grid();
        if (!grid) return std::unexpected(grid.error());
        refine_all(*grid);
        break;
      }
      case Starts::Kind::kRandom:
        refine_all(random_starts(recipe.starts.count));
        break;
    }
    return finish();
  }

 private:
  // Additive recurrence of the generalised golden ratio (a low-discrepancy sequence), shifted by
  // the seed.
  std::vector<double> spread_point(std::size_t index) const {
    const std::size_t dimensions = seeding_.dimensions();
    double ratio = 2;  // the positive root of x^(d+1) = x + 1
    for (int i = 0; i < 60; ++i)
      ratio = std::pow(1 + ratio, 1 / static_cast<double>(dimensions + 1));
    std::vector<double> point(dimensions);
    double step = 1;
    for (std::size_t d = 0; d < dimensions; ++d) {
      step /= ratio;
      const double at = uniform(objective_.recipe().seed, kSpreadStream, d) +
                        static_cast<double>(index + 1) * step;
      point[d] = at - std::floor(at);
    }
    return point;
  }

  std::vector<Candidate> make_candidates(std::size_t first, std::size_t count) const {
    std::vector<Candidate> candidates(count);
    const std::size_t tasks = (count + kCandidatesPerTask - 1) / kCandidatesPerTask;
    executor_.run(tasks, [&](std::size_t task) {
      Seeding::State seeds = seeding_.make_state();
      FitObjective::State state = objective_.make_state();
      const std::size_t end = std::min(count, (task + 1) * kCandidatesPerTask);
      for (std::size_t i = task * kCandidatesPerTask; i < end; ++i) {
        candidates[i].free = seeding_.candidate(spread_point(first + i), seeds);
        candidates[i].objective =
            objective_.value(objective_.coefficients(candidates[i].free), state);
      }
    });
    return candidates;
  }

  void run_batches() {
    if (seeding_.dimensions() == 0) {
      report_.candidates = 1;
      Seeding::State seeds = seeding_.make_state();
      refine_all({seeding_.candidate({}, seeds)});
      return;
    }
    const std::size_t size = kCandidatesPerDimension * seeding_.dimensions();
    std::size_t quiet = 0;
    for (std::size_t batch = 0; batch < kMostBatches && quiet < kQuietBatches; ++batch) {
      std::vector<Candidate> candidates = make_candidates(batch * size, size);
      report_.candidates += size;
      std::ranges::stable_sort(candidates, {}, &Candidate::objective);
      std::vector<Eigen::VectorXd> starts;
      for (std::size_t i = 0; i < std::min(kRefinedPerBatch, size); ++i)
        starts.push_back(candidates[i].free);
      const std::optional<double> before = lowest();
      refine_all(starts);
      const std::optional<double> after = lowest();
      const bool better = after && (!before || *after < *before * (1 - kSameObjective));
      quiet = better || !after ? 0 : quiet + 1;
    }
  }

  std::optional<double> lowest() const {
    if (best_.status == FitStatus::kFailed) return std::nullopt;
    return best_.objective;
  }

  void refine_all(const std::vector<Eigen::VectorXd>& starts) {
    std::vector<Refined> results(starts.size());
    executor_.run(starts.size(), [&](std::size_t i) {
      FitObjective::State state = objective_.make_state();
      results[i] = refine(objective_, starts[i], state);
    });
    for (Refined& result : results) {
      objectives_.push_back(result.status == FitStatus::kFailed ? INFINITY : result.objective);
      if (is_lower(result, best_)) best_ = std::move(result);
    }
    report_.tried += starts.size();
  }

  // The recipe's values, the others solved for around the middle of their ranges.
  Eigen::VectorXd given_start() const {
    Seeding::State seeds = seeding_.make_state();
    Eigen::VectorXd free =
        seeding_.candidate(std::vector<double>(seeding_.dimensions(), 0.5), seeds);
    for (std::size_t j = 0; j < objective_.free().size(); ++j) {
      const FreeCoefficient& coefficient = objective_.free()[j];
      const auto given =
          objective_.recipe().start.find(objective_.law().coefficients()[coefficient.index].name);
      if (given != objective_.recipe().start.end())
        free[static_cast<Eigen::Index>(j)] =
            std::clamp(given->second, coefficient.range.low, coefficient.range.high);
    }
    return free;
  }

  std::vector<Eigen::VectorXd> random_starts(std::size_t count) const {
    std::vector<Eigen::VectorXd> starts(count);
    for (std::size_t i = 0; i < count; ++i) {
      starts[i].resize(static_cast<Eigen::Index>(objective_.free().size()));
      for (std::size_t j = 0; j < objective_.free().size(); ++j)
        starts[i][static_cast<Eigen::Index>(j)] = spread(
            objective_.free()[j],
            uniform(objective_.recipe().seed, kRandomStream, i * objective_.free().size() + j));
    }
    return starts;
  }

  // The product of the published starts of the free coefficients.
  Result<std::vector<Eigen::VectorXd>> published_grid() const {
    std::vector<Eigen::VectorXd> grid = {
        Eigen::VectorXd(static_cast<Eigen::Index>(objective_.free().size()))};
    for (std::size_t j = 0; j < objective_.free().size(); ++j) {
      const FreeCoefficient& free = objective_.free()[j];
      const Coefficient& coefficient = objective_.law().coefficients()[free.index];
      if (coefficient.starts.empty())
        return error(
            "--starts grid: no grid of starts was published for '{}' of {}: use auto or "
            "random:COUNT",
            coefficient.name, objective_.law().key());
      std::vector<Eigen::VectorXd> longer;
      for (const Eigen::VectorXd& point : grid) {
        for (const double start : coefficient.starts) {
          longer.push_back(point);
          longer.back()[static_cast<Eigen::Index>(j)] =
              std::clamp(start, free.range.low, free.range.high);
        }
      }
      grid = std::move(longer);
    }
    return grid;
  }

  SearchResult finish() {
    if (best_.status == FitStatus::kLimit) {
      FitObjective::State state = objective_.make_state();
      best_ = refine(objective_, best_.free, state, kLastIterations);
    }
    for (const double value : objectives_)
      if (value <= best_.objective * (1 + kSameObjective)) ++report_.reached_best;
    return {std::move(best_), report_};
  }

  const FitObjective& objective_;
  Seeding seeding_;
  Executor& executor_;
  Refined best_;
  std::vector<double> objectives_;
  SearchReport report_;
};

}  // namespace

Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor) {
  return Search(objective, table, executor).run();
}

}  // namespace isoflop
