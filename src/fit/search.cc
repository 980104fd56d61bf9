#include "fit/search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "fit/centred_law.h"
#include "fit/refine_starts.h"
#include "fit/robust_loss.h"
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
// Optima of a part of the rows, or of a law in other coefficients, that may be the lowest.
constexpr std::size_t kFromOther = 3;
// The law in other coefficients knows no ranges of a and b, so that its optimum is a bound. One
// within the ranges that is above it by less than this share is taken for the lowest.
constexpr double kEdgeCost = 1e-2;

// Starts that are refined before the search reports and asks whether to stop, fewer for many rows.
constexpr std::size_t kAtOnce = 256, kLeastAtOnce = 8;
constexpr std::size_t kStartRowsAtOnce = 1 << 18;
constexpr std::size_t kMostEnds = 256;      // the lowest that are remembered
constexpr std::size_t kContinuations = 25;  // of the best optimum, if it needs them: see recipe.h

// Starts that go down at the recipe's own loss as well, the lowest: a share of the first block, at
// least 2, so that one may fail; of each later block the fewest.
constexpr std::size_t kStraightShare = 4;
constexpr std::size_t kFewestStraight = 2, kMostStraight = 8;
constexpr std::size_t kMostJudged = 64;  // starts of a block among which these are chosen
constexpr int kReweighted = 2;           // solutions for their linear coefficients

// Other values of a coefficient that are tried beside the best of the others, over its range: half
// as far apart as the exponents of a term and of one that could stand in its place, 0.25 in [0, 2].
constexpr std::size_t kProbes = 8;
// Rounds of these, each from a lower optimum than the one before: to end in any case.
constexpr std::size_t kMostRounds = 6;

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
  std::size_t arrivals = 0;  // starts and descents without least squares that led here
  std::size_t descents = 0;  // distinct ones at the recipe's loss
};

// The progress of a search within another one, which does not show.
class StopAlone final : public Progress {
 public:
  explicit StopAlone(Progress& outer) : outer_(outer) {}
  bool stop_asked() override { return outer_.stop_asked(); }

 private:
  Progress& outer_;
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

 private:
  using ToHere = std::function<std::vector<Eigen::VectorXd>(const Eigen::VectorXd&)>;

  Result<void> find_optima() {
    const Recipe& recipe = objective_.recipe();
    if (objective_.free().empty()) {
      evaluate_only_point();
      return {};
    }
    if (recipe.starts.kind == Starts::Kind::kAuto && table_.rows() >= kManyRows)
      return search_part();
    seeding_.emplace(objective_, table_);
    for (std::size_t j = 0; j < seeding_->dimensions(); ++j)
      if (std::ranges::find(unsearched_, seeding_->coordinate(j)) == unsearched_.end())
        searched_.push_back(j);
    if (!recipe.start.empty()) refine_all(1, [&](std::size_t) { return given_start(); });
    if (recipe.starts.kind == Starts::Kind::kAuto && !search_centred()) run_batches();
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

  // The lowest optima of a part of the rows are the starts.
  Result<void> search_part() {
    const Table part =
        table_.select(spread_rows(table_.rows(), kPartRows, objective_.recipe().seed));
    const Result<FitObjective> objective =
        FitObjective::make(objective_.law(), part, objective_.recipe());
    if (!objective) return std::unexpected(objective.error());
    Search search(*objective, part, executor_, progress_);
    if (Result<void> ok = search.find_optima(); !ok) return ok;
    search.improve();
    start_from(search, [](const Eigen::VectorXd& free) { return std::vector{free}; });
    return {};
  }

  // The optima of the law in other coefficients (centred_law.h), which are the law's own where they
  // are within the ranges. False where there are none, or the lowest is beyond.
  bool search_centred() {
    const std::optional<CentredLaw> centred = CentredLaw::find(objective_, table_, *seeding_);
    if (!centred) return false;
    Search search(centred->objective(), table_, executor_, progress_);
    search.unsearched_ = centred->centred_terms();
    if (!search.find_optima() || search.ends_.empty()) return false;
    search.improve();
    start_from(search, [&](const Eigen::VectorXd& free) { return centred->originals(free); });
    is_improved_ = false;  // the law's own coefficients and ranges have optima of their own
    return lowest() <= (1 + kEdgeCost) * search.lowest() || is_near(lowest(), search.lowest()) ||
           report_.stopped;
  }

  void start_from(const Search& other, const ToHere& to_here) {
    const SearchReport before = report_;
    do_starts_agree_ = other.ends_.size() == 1;
    for (std::size_t i = 0; i < std::min(other.ends_.size(), kFromOther); ++i) {
      const End& end = other.ends_[i];
      const std::vector<Eigen::VectorXd> starts = to_here(end.lowest.free);
      const std::vector<Refined> results = refiner_.descend_all(
          starts.size(), [&](std::size_t j) { return starts[j]; },
          RefineStages::kAfterLeastSquares);
      const auto lowest = std::ranges::min_element(results, {}, [](const Refined& result) {
        return result.status == FitStatus::kFailed ? kNone : result.objective;
      });
      count(*lowest, end.arrivals, end.descents);
    }
    report_.tried = before.tried + other.report_.tried;
    report_.descents = before.descents + other.report_.descents;
    report_.candidates = before.candidates + other.report_.candidates;
    report_.stopped = other.report_.stopped;
    is_improved_ = true;
  }

  [[nodiscard]] Eigen::VectorXd within_ranges(Eigen::VectorXd free) const {
    for (std::size_t j = 0; j < objective_.free().size(); ++j) {
      const Range& range = objective_.free()[j].range;
      double& value = free[static_cast<Eigen::Index>(j)];
      value = std::isfinite(value) ? std::clamp(value, range.low, range.high) : range.low;
    }
    return free;
  }

  // Nothing is free: there is one point, and it is the answer.
  void evaluate_only_point() {
    FitObjective::State state = objective_.make_state();
    Refined point;
    point.free = Eigen::VectorXd(0);
    point.objective = objective_.value(objective_.coefficients(point.free), state);
    if (std::isfinite(point.objective)) point.status = FitStatus::kConverged;
    count(point, 1, 1);
  }

  // Of a point in the ranges that are searched: the others are in the middle of theirs.
  [[nodiscard]] std::vector<double> unit_of(std::span<const double> searched) const {
    std::vector<double> unit(seeding_->dimensions(), 0.5);
    for (std::size_t i = 0; i < searched_.size(); ++i) unit[searched_[i]] = searched[i];
    return unit;
  }

  // Calls look(0) ... look(count - 1), a group of them with the same States at a time.
  using Look = std::function<void(std::size_t, FitObjective::State&, Seeding::State&)>;
  void for_each_point(std::size_t count, const Look& look) const {
    executor_.run((count + kCandidatesPerGroup - 1) / kCandidatesPerGroup, [&](std::size_t task) {
      FitObjective::State state = objective_.make_state();
      Seeding::State seeds = seeding_->make_state();
      const std::size_t end = std::min(count, (task + 1) * kCandidatesPerGroup);
      for (std::size_t i = task * kCandidatesPerGroup; i < end; ++i) look(i, state, seeds);
    });
  }

  std::vector<Candidate> make_candidates(const SpreadPoints& points, std::size_t first,
                                         std::size_t count) const {
    std::vector<Candidate> candidates(count);
    for_each_point(count, [&](std::size_t i, FitObjective::State& state, Seeding::State& seeds) {
      candidates[i].free = seeding_->candidate(unit_of(points.at(first + i)), seeds);
      candidates[i].objective =
          objective_.value(objective_.coefficients(candidates[i].free), state);
    });
    return candidates;
  }

  void run_batches() {
    if (searched_.empty()) {
      report_.candidates = 1;
      Seeding::State seeds = seeding_->make_state();
      return refine_all(1, [&](std::size_t) { return seeding_->candidate(unit_of({}), seeds); });
    }
    const SpreadPoints points(searched_.size(), objective_.recipe().seed);
    const std::size_t size = searched_.size() * kGroupsPerDimension * kCandidatesPerGroup;
    std::size_t quiet = 0;
    for (std::size_t batch = 0; batch < kMostBatches && !is_done(batch, quiet) && !is_stopped();
         ++batch) {
      const std::vector<Candidate> candidates = make_candidates(points, batch * size, size);
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

  [[nodiscard]] bool is_square() const {
    return objective_.recipe().loss.kind == RobustLoss::Kind::kSquare;
  }

  void descend_all(std::span<const Eigen::VectorXd> starts, RefineStages stages) {
    const std::vector<Refined> results =
        refiner_.descend_all(starts.size(), [&](std::size_t i) { return starts[i]; }, stages);
    for (const Refined& result : results) count(result, 0, 1);
  }

  // A start with its linear coefficients solved for with weights that diverged runs do not have.
  Candidate reweighted(Eigen::VectorXd free, FitObjective::State& state,
                       Seeding::State& seeds) const {
    for (int round = 0; round < kReweighted; ++round) {
      const Eigen::VectorXd share = robust_share(free, state);
      free = seeding_->projected_for(share, std::move(free), seeds);
    }
    const double value = objective_.value(objective_.coefficients(free), state);
    return {std::move(free), value};
  }

  // Diverged runs pull all optima of least squares away: some starts go to the recipe's loss by
  // themselves, those that are lowest by it when reweighted.
  void descend_lowest(std::span<const Eigen::VectorXd> starts) {
    std::vector<double> values(starts.size());
    std::vector<Candidate> robust(is_square() ? 0 : std::min(starts.size(), kMostJudged));
    const auto judge = [&](std::size_t i, FitObjective::State& state, Seeding::State& seeds) {
      values[i] = objective_.value(objective_.coefficients(starts[i]), state);
      if (i < robust.size()) robust[i] = reweighted(starts[i], state, seeds);
    };
    for_each_point(starts.size(), judge);
    for (std::size_t i = 0; i < starts.size(); ++i) know(starts[i], values[i]);
    std::ranges::sort(robust, {}, &Candidate::objective);
    std::vector<Eigen::VectorXd> chosen;
    const bool first = report_.tried <= starts.size();
    const std::size_t count =
        first ? std::clamp(starts.size() / kStraightShare, kFewestStraight, kMostStraight)
              : kFewestStraight;
    for (Candidate& candidate : std::span(robust).first(std::min(count, robust.size())))
      chosen.push_back(std::move(candidate.free));
    descend_all(chosen, RefineStages::kFinal);
  }

  // A point that the result must not be above.
  void know(const Eigen::VectorXd& free, double objective) {
    if (objective < known_objective_) {
      known_ = free;
      known_objective_ = objective;
    }
  }

  void know_given_points() {
    FitObjective::State state = objective_.make_state();
    const auto is_given = [&](const FreeCoefficient& free) {
      return objective_.recipe().start.contains(objective_.law().coefficients()[free.index].name);
    };
    if (std::ranges::all_of(objective_.free(), is_given)) {
      const Eigen::VectorXd start =
          with_given(Eigen::VectorXd::Zero(static_cast<Eigen::Index>(objective_.free().size())));
      know(start, objective_.value(objective_.coefficients(start), state));
    }
    for (const CoefficientSet& set : objective_.law().sets()) {
      const Eigen::VectorXd free = objective_.free_of(set.values);
      if (free == within_ranges(free))
        know(free, objective_.value(objective_.coefficients(free), state));
    }
  }

  // A law contains simpler ones, whose optima are found more surely. Where all starts agree there
  // is no need.
  void know_special_cases() {
    const Recipe& recipe = objective_.recipe();
    if (ends_.size() < 2) return;
    for (const std::map<std::string, double>& special :
         objective_.law().definition().special_cases) {
      const auto is_free = [&](const auto& fixed) {
        return !recipe.fix.contains(fixed.first) && !recipe.tie.contains(fixed.first);
      };
      if (!std::ranges::all_of(special, is_free) || is_stopped()) continue;
      Recipe simpler = recipe;
      simpler.fix.insert(special.begin(), special.end());
      simpler.starts = {};
      const Result<FitObjective> objective = FitObjective::make(objective_.law(), table_, simpler);
      if (!objective) continue;
      StopAlone progress(progress_);
      Search search(*objective, table_, executor_, progress);
      if (!search.find_optima() || search.ends_.empty()) continue;
      const Refined& best = search.ends_.front().lowest;
      know(within_ranges(objective_.free_of(objective->coefficients(best.free))), best.objective);
    }
  }

  // What is lower than all ends, if anything is.
  void improve() {
    continue_best();
    if (ends_.empty() || report_.stopped) return;
    know_given_points();
    if (searches()) know_special_cases();
    if (known_objective_ < lowest() && !is_near(known_objective_, lowest()))
      descend_all({{known_}}, RefineStages::kFinal);
    continue_best();
    if (searches()) reconsider();
  }

  // Or else the starts are given, or were found by a search that did all this.
  [[nodiscard]] bool searches() const {
    return objective_.recipe().starts.kind != Starts::Kind::kGiven && !is_improved_;
  }

  // By which rows count less the more they are off, with the weights of a sum of absolute residuals
  // beyond the median: square roots of them, for Seeding::projected_for().
  Eigen::VectorXd robust_share(const Eigen::VectorXd& free, FitObjective::State& state) const {
    const auto rows = static_cast<Eigen::Index>(objective_.rows());
    if (is_square()) return Eigen::VectorXd::Ones(rows);
    const Eigen::VectorXd residuals = objective_.residuals_at(objective_.coefficients(free), state);
    const double size = median_size({residuals.data(), objective_.rows()});
    Eigen::VectorXd share = (size / residuals.array().abs().max(size)).sqrt();
    const RobustLoss& loss = objective_.recipe().loss;
    if (!loss.is_symmetric())
      for (Eigen::Index row = 0; row < rows; ++row)
        share[row] *= std::sqrt(residuals[row] > 0 ? loss.over_weight() : loss.under_weight());
    return share.allFinite() ? share : Eigen::VectorXd::Ones(rows);
  }

  // Of each coefficient that enters non-linearly, other values are tried beside the best of the
  // others, the linear ones solved for.
  void reconsider() {
    if (!seeding_ || ends_.empty()) return;
    FitObjective::State state = objective_.make_state();
    Seeding::State seeds = seeding_->make_state();
    for (std::size_t round = 0; round < kMostRounds && !is_stopped(); ++round) {
      const Refined& best = ends_.front().lowest;
      const double before = best.objective;
      if (is_near(before, 0)) return;
      const Eigen::VectorXd share = robust_share(best.free, state);
      std::vector<Eigen::VectorXd> starts;
      for (std::size_t j = 0; j < seeding_->dimensions(); ++j) {
        const std::size_t at = seeding_->coordinate(j);
        double lowest = kNone;
        Eigen::VectorXd chosen;
        for (std::size_t i = 0; i < kProbes; ++i) {
          Eigen::VectorXd free = best.free;
          free[static_cast<Eigen::Index>(at)] =
              spread(objective_.free()[at], (static_cast<double>(i) + 0.5) / kProbes);
          free = seeding_->projected_for(share, std::move(free), seeds);
          const double value = objective_.value(objective_.coefficients(free), state);
          if (value < lowest) {
            lowest = value;
            chosen = std::move(free);
          }
        }
        if (lowest < kNone) starts.push_back(std::move(chosen));
      }
      descend_all(starts, RefineStages::kAfterLeastSquares);
      continue_best();
      if (is_near(before, this->lowest())) return;
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
    const std::size_t often = std::max<std::size_t>(2, (searched_.size() + 1) / 2);
    return is_only || (quiet_enough && ends_.front().arrivals >= often);
  }

  // Reports progress, and asks whether to stop; not before the first start is finished.
  bool is_stopped() {
    progress_.report("starts", report_.tried, planned_);
    return report_.stopped = report_.tried > 0 && progress_.stop_asked();
  }

  void refine_all(std::size_t count, const StartFunction& start) {
    const std::size_t at_once =
        std::clamp(kStartRowsAtOnce / objective_.rows(), kLeastAtOnce, kAtOnce);
    for (std::size_t first = 0; first < count && !is_stopped(); first += at_once) {
      std::vector<Eigen::VectorXd> starts;
      for (std::size_t i = first; i < std::min(count, first + at_once); ++i)
        starts.push_back(start(i));
      for (const StartEnd& result :
           refiner_.refine_all(starts.size(), [&](std::size_t i) { return starts[i]; }))
        this->count(result.end, 1, result.is_first ? 1 : 0);
      descend_lowest(starts);
    }
  }

  void count(const Refined& result, std::size_t starts, std::size_t descents) {
    report_.tried += starts;
    report_.descents += descents;
    if (result.status == FitStatus::kFailed) return;
    const auto objective = [](const End& end) { return end.lowest.objective; };
    auto at = std::ranges::lower_bound(ends_, result.objective, {}, objective);
    if (at != ends_.begin() && is_near(objective(at[-1]), result.objective)) --at;
    if (at == ends_.end() || !is_near(objective(*at), result.objective))
      at = ends_.insert(at, {result, 0, 0});
    at->arrivals += std::max(starts, descents);
    at->descents += descents;
    if (result.objective < objective(*at)) at->lowest = result;
    if (ends_.size() > kMostEnds) ends_.pop_back();
    report_.reached_best = ends_.front().descents;
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
    if (ends_.empty()) return {{}, report_, planned_, do_starts_agree_};
    do_starts_agree_ = do_starts_agree_ && ends_.size() == 1;
    improve();
    Refined& best = ends_.front().lowest;
    report_optima();
    if (report_.stopped) best.status = FitStatus::kLimit;
    return {std::move(best), report_, planned_, do_starts_agree_};
  }

  // The best, and the other ends that are optima: not those where the iterations were used up.
  void report_optima() {
    for (const End& end : ends_) {
      if (&end != &ends_.front() && end.lowest.status == FitStatus::kLimit) continue;
      if (report_.optima.size() == SearchReport::kMostOptima) return;
      report_.optima.push_back(
          {end.lowest.objective, end.descents, objective_.coefficients(end.lowest.free)});
    }
  }

  const FitObjective& objective_;
  const Table& table_;
  std::optional<Seeding> seeding_;     // of a table whose own starts are looked for
  std::vector<std::size_t> searched_;  // coordinates of it
  std::vector<std::size_t>
      unsearched_;  // free coefficients that start in the middle of their range
  StartRefiner refiner_;
  Executor& executor_;
  Progress& progress_;
  std::vector<End> ends_;     // the distinct ones seen, lowest first
  double continued_ = kNone;  // objective of the last best that was given more iterations
  Eigen::VectorXd known_;     // the lowest point that was seen besides ends
  double known_objective_ = kNone;
  bool is_improved_ = false;
  bool do_starts_agree_ = true;
  std::size_t planned_ = 0;  // starts that the recipe asks for, 0 where the search decides
  SearchReport report_;
};

}  // namespace

Result<SearchResult> search(const FitObjective& objective, const Table& table, Executor& executor,
                            Progress& progress) {
  return Search(objective, table, executor, progress).run();
}

}  // namespace isoflop
