#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "isoflop/output.h"
#include "isoflop/tune.h"
#include "judge/judge_law.h"

namespace isoflop {

namespace {

using Kind = Parameter::Kind;

constexpr Range kDelta = {1e-4, 0.1};
constexpr Range kPower = {0.05, 1};
constexpr std::size_t kPercentAStep = 5, kSteps = 6;
constexpr std::size_t kMostDropped = 10, kRowsADrop = 20;
constexpr int kDigits = 3;

// By name; nothing for a parameter that is not there or means nothing.
std::optional<double> value_of(const SearchSpace& space, const Point& point,
                               std::string_view name) {
  const auto parameters = space.parameters();
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  if (found == parameters.end()) return std::nullopt;
  const double value = point[static_cast<std::size_t>(found - parameters.begin())];
  return value == value ? std::optional(value) : std::nullopt;
}

std::size_t count_of(const SearchSpace& space, const Point& point, std::string_view name) {
  return static_cast<std::size_t>(value_of(space, point, name).value_or(0));
}

double rounded(double value) {
  return parse_plain_number(format_number(value, kDigits)).value_or(value);
}

std::vector<std::string> names_of_losses(bool with_delta_only) {
  std::vector<std::string> names;
  for (const LossKind& kind : loss_kinds())
    if (kind.kind != RobustLoss::Kind::kQuantile && (kind.has_delta() || !with_delta_only))
      names.emplace_back(kind.name);
  return names;
}

// Published boxes are of losses in nats.
bool has_box(const Law& law) { return law.box() && output_of(law).unit == Output{}.unit; }

// What the recipe says of a coefficient stays.
void take_published_ranges(const Law& law, Recipe& recipe) {
  if (!has_box(law)) return;
  for (const auto& [name, range] : law.box()->ranges)
    if (!recipe.fix.contains(name) && !recipe.tie.contains(name))
      recipe.range.try_emplace(name, range);
}

}  // namespace

Result<SearchSpace> recipe_space(const TuneTask& task) {
  std::vector<Parameter> parameters;
  if (task.laws.size() > 1) {
    Parameter law{.name = "law", .kind = Kind::kCategorical};
    for (const Candidate& candidate : task.laws) law.choices.push_back(candidate.name);
    parameters.push_back(std::move(law));
  }
  parameters.insert(
      parameters.end(),
      {{.name = "residual", .kind = Kind::kCategorical, .choices = {"log", "linear"}},
       {.name = "loss", .kind = Kind::kCategorical, .choices = names_of_losses(false)},
       {.name = "delta",
        .range = kDelta,
        .log = true,
        .only_if = Condition{.parameter = "loss", .choices = names_of_losses(true)}},
       {.name = "drop_smallest", .kind = Kind::kInteger, .range = {0, kSteps}}});
  if (std::ranges::any_of(task.laws, [](const Candidate& each) { return has_box(each.law); }))
    parameters.push_back(
        {.name = "ranges", .kind = Kind::kCategorical, .choices = {"law", "published"}});
  const std::size_t most = std::min(kMostDropped, task.table.rows() / kRowsADrop);
  if (most > 0)
    parameters.push_back(
        {.name = "drop_highest", .kind = Kind::kInteger, .range = {0, static_cast<double>(most)}});
  // A power of what is not above 0 is no weight.
  if (std::ranges::min(task.growth) > 0)
    parameters.insert(
        parameters.end(),
        {{.name = "weights", .kind = Kind::kCategorical, .choices = {"given", "growth"}},
         {.name = "power",
          .range = kPower,
          .log = true,
          .only_if = Condition{.parameter = "weights", .choices = {"growth"}}}});
  return SearchSpace::make(std::move(parameters));
}

RecipeChoice choice_at(const TuneTask& task, const SearchSpace& space, const Point& point) {
  RecipeChoice choice{.law = count_of(space, point, "law"), .recipe = task.recipe};
  choice.recipe = recipe_for(task.laws[choice.law].law, task.recipe);
  choice.recipe.residual =
      count_of(space, point, "residual") == 0 ? Residual::kLog : Residual::kLinear;
  choice.recipe.loss.kind = loss_kinds()[count_of(space, point, "loss")].kind;
  if (const auto delta = value_of(space, point, "delta"))
    choice.recipe.loss.delta = rounded(*delta);
  choice.published_ranges =
      count_of(space, point, "ranges") > 0 && has_box(task.laws[choice.law].law);
  if (choice.published_ranges) take_published_ranges(task.laws[choice.law].law, choice.recipe);
  if (const auto power = value_of(space, point, "power")) choice.weight_power = rounded(*power);
  choice.drop_smallest = kPercentAStep * count_of(space, point, "drop_smallest");
  choice.drop_highest = count_of(space, point, "drop_highest");
  return choice;
}

std::size_t RecipeSearch::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(trials, [](const Trial& trial) { return trial.failed(); }));
}

Result<Optimizer> recipe_optimizer(const TuneTask& task) {
  const Result<SearchSpace> space = recipe_space(task);
  if (!space) return std::unexpected(space.error());
  // Most parameters are choices and whole numbers, in which a forest splits as they are.
  return Optimizer::make(*space, {.surrogate = Surrogate::kRandomForest,
                                  .acquisition = {.kind = Acquisition::Kind::kLowerConfidenceBound},
                                  .seed = task.recipe.seed});
}

RecipeSearch recipe_search(const Optimizer& optimizer, std::size_t evaluations) {
  const auto parameters = optimizer.space().parameters();
  const auto trials = optimizer.trials();
  return {.parameters = {parameters.begin(), parameters.end()},
          .trials = {trials.begin(), trials.end()},
          .evaluations = evaluations};
}

Result<RecipeSearch> search_recipes(const TuneTask& task, std::size_t evaluations, Journal& journal,
                                    Executor& executor, Progress& progress) {
  if (evaluations == 0) return error("a search needs an evaluation: ask for one or more");
  Result<Optimizer> optimizer = recipe_optimizer(task);
  if (!optimizer) return std::unexpected(optimizer.error());
  const auto evaluate = [&](const Point& point) {
    SerialExecutor serial;  // the other threads have recipes of their own
    return search_error(task, choice_at(task, optimizer->space(), point), serial);
  };
  if (Result<void> done =
          run_study(*optimizer, {.evaluations = evaluations, .batch = kRecipesAtOnce}, evaluate,
                    journal, executor, progress);
      !done)
    return std::unexpected(done.error());
  return recipe_search(*optimizer, evaluations);
}

}  // namespace isoflop
