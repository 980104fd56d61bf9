#include "fit/search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "fit/refine_starts.h"
#include "fit/seeding.h"
#include "fit/starts.h"

namespace isoflop {

namespace {

// A batch has, for each dimension of the candidates, this many groups of candidates, and refines
// one of each. Best of 12 costs 12 values of F, less than half of one refinement (about 21 points
// with derivatives).
constexpr std::size_t kGroupsPerDimension = 4;
constexpr std::size_t kCandidatesPerGroup = 12;
// Batches without a lower optimum before a search with several ends: with fewer, abnar2025 on ViT
// ended above the lowest one in 11 of 100 seeds.
constexpr std::size_t kQuietBatches = 3;
constexpr std::size_t kMostBatches = 40;  // to end in any case

// From here on a part of the rows is searched first. A part of 2048 rows determines a law's
// coefficients to a few times their error in the whole, near enough for its optima to be starts;
// below 8192 rows it would save little.
constexpr std::size_t kManyRows = 8192;
constexpr std::size_t kPartRows = 2048;
constexpr std::size_t kFromPart = 3;  // optima of the part that may be the whole's lowest

// Starts that are refined before the search reports and asks whether to stop, fewer for many rows.
constexpr std::size_t kAtOnce = 256;
constexpr std::size_t kStartRowsAtOnce = 1 << 18;
constexpr std::size_t kMostEnds = 256;      // the lowest that are remembered
constexpr std::size_t kContinuations = 25;  // of the best optimum, if it needs them: see recipe.h

constexpr double kNone = std::numeric_limits<double>::infinity();
// Ends are one optimum where F differs by no more: far above the stopping rule's tolerance, far
// below the differences between optima.
constexpr double kSameEnds = 1e-7;

struct Candidate {
  Eigen::VectorXd free;
  double objective = 0;
};

// An optimum, or where starts stalled; told apart by the objective.
struct End {
  Refined lowest;
  std::size_t reached = 0;
};

class Search {
 public:
  Search(const FitObjective& objective, const Table& table, Executor& executor, Progress& progress)
      : objective_(objective),
        table_(table),
        refiner_(objective, executor),
        executor_(executor),
        progress_(progress) {}

  Result<SearchResult> run() {
    if (Result<void> ok = find_optima(); !ok) return std::unexpected(ok.error());
    return finish();
  }

  // For a table of many rows: from the lowest optima of a part of its rows.
  Result<SearchResult> run_from(Search& part) {
    if (Result<void> ok = part.find_optima(); !ok) return std::unexpected(ok.error());
    std::span<const End> ends = part.ends_;
    ends = ends.first(std::min(ends.size(), kFromPart));
    const std::vector<Refined> results =
        refiner_.refine_all(ends.size(), [&](std::size_t i) { return ends[i].lowest.free; });
    for (std::size_t i = 0; i < ends.size(); ++i) count(results[i], ends[i].reached);
    report_ = part.report_;
    return finish();
  }

 private:
  Result<void> find_optima() {
    const Recipe& recipe = objective_.recipe();
    if (objective_.free().empty()) {
      evaluate_only_point();
      return {};
    }
    seeding_.emplace(objective_, table_);
    if (!recipe.start.empty()) refine_all(1, [&](std::size_t) { return given_start(); });
    if (recipe.starts.kind == Starts::Kind::kAuto) run_batches();
    if (recipe.starts.kind == Starts::Kind::kRandom) {
      planned_ = report_.tried + recipe.starts.count;
      refine_all(recipe.starts.count, [&](std::size_t i) { return random_start(objective_, i); });
    }
    if (recipe.starts.kind == Starts::Kind::kGrid) {
      const Result<std::size_t> size = published_grid_size(objective_);
      if (!size) return std::unexpected(size.error());
      planned_ = report_.tried + *size;
      refine_all(*size, [&](std::size_t i) { return published_grid_point(objective_, i); });
    }
    return {};
  }

  // Nothing is free: there is one point, and it is the answer.
  void evaluate_only_point() {
    FitObjective::State state = objective_.make_state();
    Refined point;
    point.free = Eigen::VectorXd(0);
    point.objective = objective_.value(objective_.coefficients(point.free), state);
    if (std::isfinite(point.objective)) point.status = FitStatus::kConverged;
    count(point, 1);
  }

  std::vector<Candidate> make_candidates(std::size_t first, std::size_t count) const {
    std::vector<Candidate> candidates(count);
    const std::size_t tasks = count / kCandidatesPerGroup;
    executor_.run(tasks, [&](std::size_t task) {
      Seeding::State seeds = seeding_->make_state();
      FitObjective::State state = objective_.make_state();
      for (std::size_t i = task * kCandidatesPerGroup; i < (task + 1) * kCandidatesPerGroup; ++i) {
        candidates[i].free = seeding_->candidate(
            spread_point(seeding_->dimensions(), first + i, objective_.recipe().seed), seeds);
        candidates[i].objective =
            objective_.value(objective_.coefficients(candidates[i].free), state);
      }
    });
    return candidates;
  }

  void run_batches() {
    if (seeding_->dimensions() == 0) {
      report_.candidates = 1;
      Seeding::State seeds = seeding_->make_state();
      return refine_all(1, [&](std::size_t) { return seeding_->candidate({}, seeds); });
    }
    const std::size_t size = seeding_->dimensions() * kGroupsPerDimension * kCandidatesPerGroup;
    std::size_t quiet = 0;
    for (std::size_t batch = 0; batch < kMostBatches && !is_done(batch, quiet) && !is_stopped();
         ++batch) {
      const std::vector<Candidate> candidates = make_candidates(batch * size, size);
      report_.candidates += size;
      std::vector<Eigen::VectorXd> starts;
      for (std::size_t first = 0; first < size; first += kCandidatesPerGroup) {
        const auto group = std::span(candidates).subspan(first, kCandidatesPerGroup);
        starts.push_back(std::ranges::min_element(group, {}, &Candidate::objective)->free);
      }
      const double before = lowest();
      refine_all(starts.size(), [&](std::size_t i) { return starts[i]; });
      continue_best();
      quiet = before < kNone && is_near(before, lowest()) ? quiet + 1 : 0;
    }
  }

  // If n starts found one optimum, the expected number of optima is (n - 1)/(n - 3) (Boender and
  // Rinnooy Kan 1987): enough is known when that is nearer to 1 than to 2. If they found several, a
  // lower one may be seldom reached. Then the search ends after some batches that found nothing
  // lower, at least as many as it took to find the lowest, which must also be reached more than
  // once: with many coefficients to search, more often. Nothing is lower than a perfect fit.
  [[nodiscard]] bool is_done(std::size_t batches, std::size_t quiet) const {
    if (is_near(lowest(), 0)) return true;
    const auto n = static_cast<double>(report_.tried);
    const bool is_only = ends_.size() == 1 && n - 1 < 1.5 * (n - 3);
    const bool quiet_enough = quiet >= std::max(kQuietBatches, batches - quiet);
    const std::size_t often = std::max<std::size_t>(2, (seeding_->dimensions() + 1) / 2);
    return is_only || (quiet_enough && report_.reached_best >= often);
  }

  // Reports progress, and asks whether to stop; not before the first start is finished.
  bool is_stopped() {
    progress_.report("starts", report_.tried, planned_);
    return report_.stopped = report_.tried > 0 && progress_.stop_asked();
  }

  void refine_all(std::size_t count, const StartFunction& start) {
    const std::size_t at_once =
        std::clamp<std::size_t>(kStartRowsAtOnce / objective_.rows(),
                                std::min<std::size_t>(executor_.threads(), kAtOnce), kAtOnce);
    for (std::size_t first = 0; first < count && !is_stopped(); first += at_once) {
      const std::vector<Refined> results = refiner_.refine_all(
          std::min(at_once, count - first), [&](std::size_t i) { return start(first + i); });
      for (const Refined& result : results) this->count(result, 1);
    }
  }

  void count(const Refined& result, std::size_t times) {
    report_.tried += times;
    if (result.status == FitStatus::kFailed) return;
    const auto objective = [](const End& end) { return end.lowest.objective; };
    auto at = std::ranges::lower_bound(ends_, result.objective, {}, objective);
    if (at != ends_.begin() && is_near(objective(at[-1]), result.objective)) --at;
    if (at == ends_.end() || !is_near(objective(*at), result.objective))
      at = ends_.insert(at, {result, 0});
    at->reached += times;
    if (result.objective < objective(*at)) at->lowest = result;
    if (ends_.size() > kMostEnds) ends_.pop_back();
    report_.reached_best = ends_.front().reached;
  }

  [[nodiscard]] double lowest() const {
    return ends_.empty() ? kNone : ends_.front().lowest.objective;
  }

  // Whether two objectives differ by no more than rounding.
  [[nodiscard]] bool is_near(double a, double b) const {
    return std::abs(a - b) <= kSameEnds * std::min(a, b) + objective_.negligible();
  }

  // The recipe's values; of the others, those that enter non-linearly at the middle of their ranges
  // and the linear ones solved for.
  Eigen::VectorXd given_start() const {
    Seeding::State seeds = seeding_->make_state();
    const std::vector<double> middle(seeding_->dimensions(), 0.5);
    const Eigen::VectorXd start =
        seeding_->projected(with_given(seeding_->candidate(middle, seeds)), seeds);
    return with_given(start);
  }

  Eigen::VectorXd with_given(Eigen::VectorXd free) const {
    const std::map<std::string, double>& start = objective_.recipe().start;
    for (std::size_t j = 0; j < objective_.free().size(); ++j) {
      const std::size_t index = objective_.free()[j].index;
      const auto given = start.find(objective_.law().coefficients()[index].name);
      if (given != start.end()) free[static_cast<Eigen::Index>(j)] = given->second;
    }
    return free;
  }

  // More iterations for the best, where those of a start were not enough for it; the starts that
  // came as far would have come with it.
  void continue_best() {
    if (ends_.empty()) return;
    Refined& best = ends_.front().lowest;
    if (best.status != FitStatus::kLimit || best.objective == continued_) return;
    FitObjective::State state = objective_.make_state();
    for (std::size_t i = 0; i < kContinuations && best.status == FitStatus::kLimit; ++i) {
      if (is_stopped()) return;
      Refined further = refine(objective_, best.free, state, RefineStages::kFinal);
      further.iterations += best.iterations;
      if (!(further.objective < best.objective) && further.status == FitStatus::kLimit) break;
      best = std::move(further);
    }
    continued_ = best.objective;
  }

  SearchResult finish() {
    if (ends_.empty()) return {{}, report_, planned_};
    continue_best();
    Refined& best = ends_.front().lowest;
    report_optima();
    if (report_.stopped) best.status = FitStatus::kLimit;
    return {std::move(best), report_, planned_};
  }

  // The best, and the other ends that are optima: not those where the iterations were used up.
  void report_optima() {
    for (const End& end : ends_) {
      if (&end != &ends_.front() && end.lowest.status == FitStatus::kLimit) continue;
      if (report_.optima.size() == SearchReport::kMostOptima) return;
      report_.optima.push_back(
          {end.lowest.objective, end.reached, objective_.coefficients(end.lowest.free)});
    }
  }

  const FitObjective& objective_;
  const Table& table_;
  std::optional<Seeding> seeding_;  // of a table whose own starts are looked for
  StartRefiner refiner_;
  Executor& executor_;
  Progress& progress_;
  std::vector<End> ends_;     // the distinct ones seen, lowest first
  double continued_ = kNone;  // objective of the last best that was given more iterations
  std::size_t planned_ = 0;   // starts that the recipe asks for, 0 where the search decides
  SearchReport report_;
};

}  // namespace

Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor,
                            Progress& progress) {
  Search whole(objective, table, executor, progress);
  if (table.rows() < kManyRows || objective.recipe().starts.kind != Starts::Kind::kAuto ||
      objective.free().empty())
    return whole.run();
  const Table part = table.select(spread_rows(table.rows(), kPartRows, objective.recipe().seed));
  const Result<FitObjective> part_objective =
      FitObjective::make(objective.law(), part, objective.recipe());
  if (!part_objective) return std::unexpected(part_objective.error());
  Search of_part(*part_objective, part, executor, progress);
  return whole.run_from(of_part);
}

}  // namespace isoflop
