#include "isoflop/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/named_progress.h"
#include "base/numbers.h"
#include "fit/solve.h"
#include "isoflop/predict.h"
#include "judge/judge_law.h"
#include "judge/rank.h"

namespace isoflop {

namespace {

constexpr double kMostOfTable = 0.75;    // folds:4 and finer
constexpr double kSameObjective = 1e-7;  // as SearchReport::reached_best counts

template <class T>
void keep_known(const Law& law, std::map<std::string, T>& named) {
  std::erase_if(named, [&](const auto& entry) { return !law.coefficient_index(entry.first); });
}

template <class T>
void check(std::span<const Candidate> laws, const std::map<std::string, T>& named, const char* flag,
           Problems& problems) {
  for (const auto& [name, value] : named)
    if (std::ranges::none_of(laws, [&](const Candidate& candidate) {
          return candidate.law.coefficient_index(name).has_value();
        }))
      problems.add({flag}, "none of the laws has a coefficient '{}': check its spelling", name);
}

// Minus twice the logarithm of the likelihood of residuals at their most likely scale s: normal, or
// Laplace's for absolute values; of a robust loss Huber's least favourable density, normal up to
// 1.345 s and exponential beyond (Huber 1964, Ann. Math. Statist. 35:73), whose tails outliers fit.
// There n = sum_i min(u_i^2, c |u_i|), u = r/s, which the iteration approaches from above. Where a
// loss weighs the sides of 0 differently, so do the exponents of these densities.
double deviance(std::span<const double> residuals, const RobustLoss& of) {
  constexpr double kCorner = 1.345;
  constexpr int kSteps = 200;
  const auto rows = static_cast<double>(residuals.size());
  const double over = of.over_weight(), under = of.under_weight();
  const auto side = [&](double residual) { return residual > 0 ? over : under; };
  double squares = 0, sizes = 0;
  for (const double residual : residuals) {
    squares += side(residual) * residual * residual;
    sizes += side(residual) * std::abs(residual);
  }
  // Of residuals that are all 0 the likelihood has no bound; the smallest double stands for it.
  constexpr double kLeast = std::numeric_limits<double>::min();
  double variance = std::max(squares / rows, kLeast);
  if (of.kind == RobustLoss::Kind::kSquare)
    return rows * (std::log(2 * std::numbers::pi * variance) + 1);
  if (of.is_pointed()) {
    const double mass = 1 / over + 1 / under;  // of exp(-rho)
    return 2 * rows * (std::log(mass * std::max(sizes / rows, std::sqrt(kLeast))) + 1);
  }
  double loss = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double scale = std::sqrt(variance);
    double next = loss = 0;
    for (const double residual : residuals) {
      const double u = std::abs(residual) / scale, weight = side(residual);
      next += weight * std::min(residual * residual, kCorner * scale * std::abs(residual)) / rows;
      loss += weight * (u <= kCorner ? u * u / 2 : kCorner * u - kCorner * kCorner / 2);
    }
    if (!(next > kLeast) || std::exchange(variance, next) - next <= 1e-12 * next) break;
  }
  const auto mass_of_side = [&](double weight) {
    return std::sqrt(std::numbers::pi / (2 * weight)) *
               std::erf(kCorner * std::sqrt(weight) / std::numbers::sqrt2) +
           std::exp(-weight * kCorner * kCorner / 2) / (weight * kCorner);
  };
  const double mass = mass_of_side(over) + mass_of_side(under);
  return rows * std::log(mass * mass * variance) + 2 * loss;
}

// The residuals that the recipe's likelihood is about, of rows that count.
std::vector<double> residuals(std::span<const double> predicted, const Table& table,
                              Residual kind) {
  const std::span<const double> measured = table.column("loss"), weights = table.column("weight");
  double total = 0;
  std::vector<double> residuals;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    if (weight == 0) continue;
    total += weight;
    const double residual =
        kind == Residual::kLog ? std::log(predicted[i] / measured[i]) : predicted[i] - measured[i];
    residuals.push_back(std::sqrt(weight) * residual);
  }
  const double scale = std::sqrt(static_cast<double>(residuals.size()) / total);
  for (double& residual : residuals) residual *= scale;
  return residuals;
}

Result<Fit> usable(Result<Fit> fitted) {
  if (fitted && !fitted->usable) return work_error("{}", fitted->message);
  return fitted;
}

// Fits a law to folds. A fold of most runs is refined from the optima of the whole, where a search
// may take a thousand starts. The first such fold is searched as well: a lower optimum that it
// finds is one more to start from, also for the whole.
class FoldFits {
 public:
  FoldFits(const Candidate& candidate, std::size_t folds, const Table& table, const Recipe& recipe,
           Executor& executor, Progress& progress)
      : candidate_(candidate),
        folds_(folds),
        table_(table),
        recipe_(recipe),
        executor_(executor),
        progress_(progress) {}

  Result<Fit> whole() {
    if (!whole_) whole_ = search(table_, candidate_.name);
    return *whole_;
  }

  Result<Fit> fold(const Table& training, const std::string& name) {
    const bool most =
        static_cast<double>(training.rows()) >= kMostOfTable * static_cast<double>(table_.rows());
    if (folds_ == 1 || !most || !whole()) return search(training, name);
    Result<Fit> refined = usable(fit_part(**whole_, training));
    if (refined && std::exchange(tried_, true)) return refined;
    Result<Fit> searched = search(training, name);
    if (!refined || !searched) return searched;
    if (!(searched->objective.sum < refined->objective.sum * (1 - kSameObjective))) return refined;
    const auto values = searched->law.values();
    (*whole_)->search.optima.push_back(
        {.objective = searched->objective.sum, .coefficients = {values.begin(), values.end()}});
    if (Result<Fit> again = fit_part(**whole_, table_);
        again && again->usable && again->objective.sum < (*whole_)->objective.sum) {
      again->search.optima = (*whole_)->search.optima;
      whole_ = std::move(again);
    }
    return searched;
  }

 private:
  Result<Fit> search(const Table& table, const std::string& name) {
    NamedProgress named(name, progress_);
    return usable(fit(candidate_.law, table, recipe_, executor_, named));
  }

  const Candidate& candidate_;
  std::size_t folds_;
  const Table& table_;
  const Recipe& recipe_;
  Executor& executor_;
  Progress& progress_;
  std::optional<Result<Fit>> whole_;
  bool tried_ = false;  // a search of a fold against its refinement
};

// "fold 2 of 5: ...", where there are several.
std::unexpected<Error> in_fold(Error error, std::size_t fold, std::size_t count) {
  if (count > 1)
    for (Problem& problem : error.problems)
      problem.what = fmt::format("fold {} of {}: {}", fold + 1, count, problem.what);
  return std::unexpected(std::move(error));
}

Result<void> measure(ComparedLaw& compared, const Table& training, const Table& held_out) {
  const Fit& fit = compared.fit;
  const Result<std::vector<double>> fitted = predict(fit.law, training);
  if (!fitted) return std::unexpected(fitted.error());
  compared.held_out =
      loss_errors(compared.predicted, held_out.column("loss"), held_out.column("weight"));
  compared.free = free_coefficients(fit.law, fit.recipe);
  compared.criteria = information_criteria(residuals(*fitted, training, fit.recipe.residual),
                                           compared.free, fit.recipe.loss);
  return {};
}

bool weigh_nothing(const Table& table) {
  return table.has("weight") &&
         std::ranges::all_of(table.column("weight"), [](double weight) { return weight == 0; });
}

std::size_t candidate_free(const Candidate& candidate, const Recipe& recipe) {
  return free_coefficients(candidate.law, recipe_for(candidate.law, recipe));
}

// Without windows that have too few rows before them for one of the laws, as far as the last window
// has enough for it: a law that wants more is judged by none.
Folds judged_folds(std::span<const Candidate> laws, Folds folds, const Recipe& recipe) {
  if (!folds.windows) return folds;
  std::size_t most = 0;
  for (const Candidate& candidate : laws)
    if (const std::size_t free = candidate_free(candidate, recipe);
        least_rows_before(free) <= folds.folds.back().training.size())
      most = std::max(most, free);
  if (most > 0) drop_short_windows(folds, most);
  return folds;
}

// Why windows judge a law by nothing; "" where they do not.
std::string too_few_before(const Candidate& candidate, const Folds& folds, const Recipe& recipe) {
  const std::size_t free = candidate_free(candidate, recipe), least = least_rows_before(free),
                    rows = folds.folds.front().training.size();
  if (!folds.windows || rows >= least) return "";
  return fmt::format("{} coefficients want {} rows before a window, and there are {}", free, least,
                     rows);
}

// Fits the law to each fold, predicts what is held out there, and measures both. The error says in
// which fold the fit or the prediction failed.
Result<JudgedLaw> judge(const Candidate& candidate, const Table& table, const Folds& folds,
                        const Recipe& recipe, bool to_end, Executor& executor, Progress& progress) {
  const Recipe own = recipe_for(candidate.law, recipe);
  const std::size_t count = folds.folds.size();
  FoldFits fits(candidate, count, table, own, executor, progress);
  std::vector<double> predicted;
  std::vector<OneStepRefit> refits;
  std::optional<Fit> last;
  for (std::size_t i = 0; i < count; ++i) {
    const Fold& fold = folds.folds[i];
    if (!to_end && progress.stop_asked()) return not_reached();
    const Result<Fit> fitted = fits.fold(
        table.select(fold.training),
        count == 1 ? candidate.name : fmt::format("{} fold {}/{}", candidate.name, i + 1, count));
    if (!fitted) return in_fold(fitted.error(), i, count);
    const Result<std::vector<double>> losses = predict(fitted->law, table.select(fold.held_out));
    if (!losses) return in_fold(losses.error(), i, count);
    predicted.insert(predicted.end(), losses->begin(), losses->end());
    refits.push_back(one_step_refit(*fitted, table, fold));
    last = *fitted;
  }
  const Table training = count == 1 ? table.select(folds.folds[0].training) : table;
  if (count > 1) {
    Result<Fit> whole = fits.whole();
    if (!whole) return std::unexpected(whole.error());
    last = *std::move(whole);
  }
  ComparedLaw compared{
      .name = candidate.name, .fit = *std::move(last), .predicted = std::move(predicted)};
  if (const auto done = measure(compared, training, judging_table(table, folds)); !done)
    return std::unexpected(done.error());
  return JudgedLaw{std::move(compared), std::move(refits)};
}

}  // namespace

std::unexpected<Error> not_reached() { return error("stopped before it was fitted"); }

InformationCriteria information_criteria(std::span<const double> residuals, std::size_t free,
                                         const RobustLoss& loss) {
  const auto rows = static_cast<double>(residuals.size());
  const auto parameters = static_cast<double>(free + 1);
  const double spare = rows - parameters - 1, misfit = deviance(residuals, loss);
  return {.aicc = spare > 0 ? misfit + 2 * parameters * rows / spare : kInfinity,
          .bic = misfit + parameters * std::log(rows)};
}

Recipe recipe_for(const Law& law, Recipe recipe) {
  keep_known(law, recipe.fix);
  keep_known(law, recipe.range);
  keep_known(law, recipe.start);
  keep_known(law, recipe.tie);
  std::erase_if(recipe.tie, [&](const auto& tie) { return !law.coefficient_index(tie.second); });
  return recipe;
}

std::size_t free_coefficients(const Law& law, const Recipe& recipe) {
  return law.coefficients().size() - recipe.fix.size() - recipe.tie.size();
}

Result<void> check_names(std::span<const Candidate> laws, const Recipe& recipe) {
  Problems problems;
  check(laws, recipe.fix, "recipe.fix", problems);
  check(laws, recipe.tie, "recipe.tie", problems);
  check(laws, recipe.range, "recipe.range", problems);
  check(laws, recipe.start, "recipe.start", problems);
  return problems.result();
}

std::vector<std::size_t> held_out_rows(const Folds& folds) {
  std::vector<std::size_t> rows;
  for (const Fold& fold : folds.folds)
    rows.insert(rows.end(), fold.held_out.begin(), fold.held_out.end());
  return rows;
}

Table judging_table(const Table& table, const Folds& folds) {
  Table judging = table.select(held_out_rows(folds));
  std::vector<double> weights(judging.rows(), 1);
  if (judging.has("weight")) std::ranges::copy(judging.column("weight"), weights.begin());
  const auto count = static_cast<double>(folds.folds.size());
  const double share = std::accumulate(weights.begin(), weights.end(), 0.0) / count;
  auto first = weights.begin();
  for (const Fold& fold : folds.folds) {
    const auto end = first + static_cast<std::ptrdiff_t>(fold.held_out.size());
    const double sum = std::accumulate(first, end, 0.0);
    if (sum > 0 && count > 1)
      std::for_each(first, end, [&](double& weight) { weight *= share / sum; });
    first = end;
  }
  (void)judging.set("weight", std::move(weights));
  return judging;
}

Result<void> check_comparison(std::span<const Candidate> laws, const Table& table,
                              const Folds& folds, const Recipe& recipe) {
  if (const auto ok = check_names(laws, recipe); !ok) return ok;
  if (weigh_nothing(table.select(held_out_rows(judged_folds(laws, folds, recipe)))))
    return error_at({"holdout.text"},
                    "all rows that are held out have the weight 0: hold out others");
  return {};
}

Result<JudgedLaw> judge_law(std::span<const Candidate> laws, std::size_t which, const Table& table,
                            const Folds& folds, const Recipe& recipe, bool to_end,
                            Executor& executor, Progress& progress) {
  const Candidate& candidate = laws[which];
  const Folds used = judged_folds(laws, folds, recipe);
  if (const std::string reason = too_few_before(candidate, used, recipe); !reason.empty())
    return error("{}", reason);
  return judge(candidate, table, used, recipe, to_end, executor, progress);
}

Result<Comparison> compare_judged(std::span<const Candidate> laws,
                                  std::vector<Result<JudgedLaw>> judged, bool stopped,
                                  const Table& table, const Folds& folds, const Recipe& recipe,
                                  Executor& executor, Progress& progress) {
  const Folds used = judged_folds(laws, folds, recipe);
  Comparison comparison{.notes = used.notes,
                        .rows = table.rows(),
                        .held_out_rows = held_out_rows(used).size(),
                        .folds = used.folds.size(),
                        .seed = recipe.seed,
                        .stopped = stopped};
  std::vector<JudgedLaw> usable;
  for (std::size_t i = 0; i < laws.size(); ++i)
    if (judged[i])
      usable.push_back(*std::move(judged[i]));
    else
      comparison.unusable.push_back({laws[i].name, judged[i].error().problems[0].what});
  if (usable.empty())
    return error("{}: {}", comparison.unusable[0].name, comparison.unusable[0].reason);
  rank(std::move(usable), comparison, table, used, executor, progress);
  return comparison;
}

Result<Comparison> compare(std::span<const Candidate> laws, const Table& table, const Folds& folds,
                           const Recipe& recipe, Executor& executor, Progress& progress) {
  if (const auto ok = check_comparison(laws, table, folds, recipe); !ok)
    return std::unexpected(ok.error());
  std::vector<Result<JudgedLaw>> judged;
  bool any = false, stopped = false;
  for (std::size_t i = 0; i < laws.size(); ++i) {
    judged.push_back(stopped ? not_reached()
                             : judge_law(laws, i, table, folds, recipe, !any, executor, progress));
    any = any || judged.back();
    stopped = stopped || progress.stop_asked();
  }
  return compare_judged(laws, std::move(judged), stopped, table, folds, recipe, executor, progress);
}

Result<Comparison> compare(std::span<const Candidate> laws, const Table& table,
                           std::string_view holdout, const Recipe& recipe) {
  const Result<Folds> folds = make_folds(holdout, table, recipe.seed);
  if (!folds) return std::unexpected(folds.error());
  SerialExecutor executor;
  Progress silent;
  return compare(laws, table, *folds, recipe, executor, silent);
}

}  // namespace isoflop
