#include "fit/search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "fit/seeding.h"
#include "fit/starts.h"

namespace isoflop {

namespace {

// A batch has, for each dimension of the candidates, so many of them in so many groups; the best of
// each group is refined. The best of all would tend to stand in one basin.
constexpr std::size_t kGroupsPerDimension = 4;
constexpr std::size_t kCandidatesPerGroup = 12;
constexpr std::size_t kQuietBatches = 3;
constexpr std::size_t kMostBatches = 40;
constexpr std::size_t kManyRows =
    8192;  // from here on the search looks at a part of the rows first
constexpr std::size_t kPartRows = 2048;
constexpr std::size_t kFromPart = 3;           // optima of the part from which the whole is refined
constexpr std::size_t kAtOnce = 256;           // starts that are held in memory together
constexpr std::size_t kSmoothIterations = 60;  // at a wider loss, to tell where a start leads
constexpr std::size_t kLastIterations = 5000;  // for the best optimum, if it needs them

constexpr double kSameObjective = 1e-7;
constexpr double kSameCoefficient = 1e-4;
constexpr double kNegligibleResidual = 1e-13;  // of the loss: what rounding makes of a perfect fit

struct Candidate {
  Eigen::VectorXd free;
  double objective = 0;
};

// An optimum of the widest loss, and where the way leads from there.
struct Basin {
  Refined smooth;
  Refined end;
};

bool is_same(const Refined& a, const Refined& b) {
  if (a.status == FitStatus::kFailed || b.status == FitStatus::kFailed) return false;
  const Eigen::ArrayXd apart = (a.free - b.free).array().abs();
  return std::abs(a.objective - b.objective) <= kSameObjective * a.objective &&
         (apart <= kSameCoefficient * (a.free.array().abs() + kSameCoefficient)).all();
}

class Search {
 public:
  Search(const FitObjective& objective, const Table& table, Executor& executor)
      : objective_(objective), seeding_(objective, table), executor_(executor) {}

  Result<SearchResult> run() {
    if (Result<void> ok = find_optima(); !ok) return std::unexpected(ok.error());
    return finish();
  }

  // For a table of many rows: the lowest optima of a part of its rows are where its own are looked
  // for.
  Result<SearchResult> run_from(Search& part) {
    if (Result<void> ok = part.find_optima(); !ok) return std::unexpected(ok.error());
    std::vector<Refined> ends = std::move(part.ends_);
    std::ranges::sort(ends, {}, &Refined::objective);
    ends.resize(std::min(ends.size(), kFromPart));
    refine_all(ends.size(), [&](std::size_t i) { return ends[i].free; });
    report_ = part.report_;
    return finish();
  }

 private:
  Result<void> find_optima() {
    const Recipe& recipe = objective_.recipe();
    if (objective_.free().empty()) {
      look_at_only_point();
      return {};
    }
    if (!recipe.start.empty()) refine_all(1, [&](std::size_t) { return given_start(); });
    if (recipe.starts.kind == Starts::Kind::kAuto) run_batches();
    if (recipe.starts.kind == Starts::Kind::kRandom)
      refine_all(recipe.starts.count, [&](std::size_t i) { return random_start(objective_, i); });
    if (recipe.starts.kind == Starts::Kind::kGrid) {
      const Result<std::size_t> size = published_grid_size(objective_);
      if (!size) return std::unexpected(size.error());
      refine_all(*size, [&](std::size_t i) { return published_grid_point(objective_, i); });
    }
    return {};
  }

  // Nothing is free: there is one point, and it is the answer.
  void look_at_only_point() {
    FitObjective::State state = objective_.make_state();
    Refined point;
    point.free = Eigen::VectorXd(0);
    point.objective = objective_.value(objective_.coefficients(point.free), state);
    if (std::isfinite(point.objective)) point.status = FitStatus::kConverged;
    count(point);
  }

  std::vector<Candidate> make_candidates(std::size_t first, std::size_t count) const {
    std::vector<Candidate> candidates(count);
    const std::size_t tasks = count / kCandidatesPerGroup;
    executor_.run(tasks, [&](std::size_t task) {
      Seeding::State seeds = seeding_.make_state();
      FitObjective::State state = objective_.make_state();
      for (std::size_t i = task * kCandidatesPerGroup; i < (task + 1) * kCandidatesPerGroup; ++i) {
        candidates[i].free = seeding_.candidate(
            spread_point(seeding_.dimensions(), first + i, objective_.recipe().seed), seeds);
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
      return refine_all(1, [&](std::size_t) { return seeding_.candidate({}, seeds); });
    }
    const std::size_t size = seeding_.dimensions() * kGroupsPerDimension * kCandidatesPerGroup;
    std::size_t quiet = 0;
    for (std::size_t batch = 0; batch < kMostBatches && !is_done(quiet); ++batch) {
      const std::vector<Candidate> candidates = make_candidates(batch * size, size);
      report_.candidates += size;
      std::vector<Eigen::VectorXd> starts;
      for (std::size_t first = 0; first < size; first += kCandidatesPerGroup) {
        const auto group = std::span(candidates).subspan(first, kCandidatesPerGroup);
        starts.push_back(std::ranges::min_element(group, {}, &Candidate::objective)->free);
      }
      const Refined before = best_;
      refine_new(starts);
      quiet = before.status != FitStatus::kFailed && is_as_low(before.objective) ? quiet + 1 : 0;
    }
  }

  // Enough is known when there is little left to find: w optima seen in n starts make
  // w (n - 1)/(n - w - 2) likely in all (Boender and Rinnooy Kan 1987, Math. Programming 37:59).
  // With many optima that takes too long; then when some batches found nothing lower, and the
  // lowest was reached more than once.
  [[nodiscard]] bool is_done(std::size_t quiet) const {
    const auto n = static_cast<double>(report_.tried), w = static_cast<double>(ends_.size());
    const bool all_seen = n > w + 2 && w * (n - 1) < (w + 0.5) * (n - w - 2);
    return all_seen || (quiet >= kQuietBatches && report_.reached_best > 1);
  }

  void refine_all(std::size_t count, const std::function<Eigen::VectorXd(std::size_t)>& start) {
    for (std::size_t first = 0; first < count; first += kAtOnce) {
      std::vector<Refined> results(std::min(kAtOnce, count - first));
      executor_.run(results.size(), [&](std::size_t i) {
        FitObjective::State state = objective_.make_state();
        results[i] = refine(objective_, start(first + i), state);
      });
      for (const Refined& result : results) this->count(result);
    }
  }

  // Like refine_all, but a start whose optimum at the widest loss has been seen before is known to
  // end where that ended: from there on the way is the same.
  void refine_new(const std::vector<Eigen::VectorXd>& starts) {
    if (!widest_) {
      FitObjective::State state = objective_.make_state();
      widest_ = widest_delta(objective_, starts[0], state);
    }
    if (*widest_ == 0) return refine_all(starts.size(), [&](std::size_t i) { return starts[i]; });
    std::vector<Refined> smooth(starts.size());
    executor_.run(starts.size(), [&](std::size_t i) {
      FitObjective::State state = objective_.make_state();
      smooth[i] =
          refine(objective_, starts[i], state,
                 {.widest = widest_, .widest_alone = true, .most_iterations = kSmoothIterations});
    });
    const std::size_t known = basins_.size();
    std::vector<std::size_t> basin;
    for (Refined& optimum : smooth) {
      const auto same = std::ranges::find_if(
          basins_, [&](const Basin& other) { return is_same(other.smooth, optimum); });
      basin.push_back(static_cast<std::size_t>(same - basins_.begin()));
      if (same == basins_.end()) basins_.push_back({std::move(optimum), {}});
    }
    executor_.run(basins_.size() - known, [&](std::size_t i) {
      FitObjective::State state = objective_.make_state();
      Basin& fresh = basins_[known + i];
      fresh.end = refine(objective_, fresh.smooth.free, state,
                         {.widest = next_delta(objective_, *widest_)});
    });
    for (const std::size_t i : basin) count(basins_[i].end);
  }

  void count(const Refined& result) {
    ++report_.tried;
    if (result.status == FitStatus::kFailed) return;
    const auto known = [&](const Refined& end) { return is_near(result.objective, end.objective); };
    if (ends_.size() < kAtOnce && std::ranges::none_of(ends_, known)) ends_.push_back(result);
    if (best_.status == FitStatus::kFailed || !is_near(best_.objective, result.objective)) {
      if (best_.status != FitStatus::kFailed && best_.objective < result.objective) return;
      report_.reached_best = 0;
    }
    ++report_.reached_best;
    if (best_.status == FitStatus::kFailed || result.objective < best_.objective) best_ = result;
  }

  // Whether two objectives differ by no more than rounding.
  [[nodiscard]] bool is_near(double a, double b) const {
    const double residual = kNegligibleResidual * objective_.loss_size();
    return std::abs(a - b) <=
           kSameObjective * std::min(a, b) + objective_.weights().sum() * residual * residual;
  }
  // Whether an objective is as low as the best.
  [[nodiscard]] bool is_as_low(double value) const {
    return value <= best_.objective || is_near(value, best_.objective);
  }

  // The recipe's values, the others solved for around the middle of their ranges.
  Eigen::VectorXd given_start() const {
    Seeding::State seeds = seeding_.make_state();
    Eigen::VectorXd free =
        seeding_.candidate(std::vector<double>(seeding_.dimensions(), 0.5), seeds);
    for (std::size_t j = 0; j < objective_.free().size(); ++j) {
      const std::size_t index = objective_.free()[j].index;
      const auto given =
          objective_.recipe().start.find(objective_.law().coefficients()[index].name);
      if (given != objective_.recipe().start.end())
        free[static_cast<Eigen::Index>(j)] = given->second;
    }
    return free;
  }

  SearchResult finish() {
    if (best_.status == FitStatus::kLimit) {
      FitObjective::State state = objective_.make_state();
      const Refined last =
          refine(objective_, best_.free, state, {.widest = 0, .most_iterations = kLastIterations});
      if (!is_near(last.objective, best_.objective)) report_.reached_best = 1;
      best_ = last;
    }
    return {std::move(best_), report_};
  }

  const FitObjective& objective_;
  Seeding seeding_;
  Executor& executor_;
  Refined best_;
  std::optional<double> widest_;  // delta at which starts are compared
  std::vector<Basin> basins_;
  std::vector<Refined> ends_;  // the distinct optima seen
  SearchReport report_;
};

}  // namespace

Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor) {
  Search whole(objective, table, executor);
  if (table.rows() < kManyRows || objective.recipe().starts.kind != Starts::Kind::kAuto ||
      objective.free().empty())
    return whole.run();
  std::vector<std::size_t> rows(kPartRows);
  for (std::size_t i = 0; i < kPartRows; ++i) rows[i] = i * table.rows() / kPartRows;
  const Table part = table.select(rows);
  const Result<FitObjective> part_objective =
      FitObjective::make(objective.law(), part, objective.recipe());
  if (!part_objective) return std::unexpected(part_objective.error());
  Search of_part(*part_objective, part, executor);
  return whole.run_from(of_part);
}

}  // namespace isoflop
