#include "fit/check.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"
#include "base/spelling.h"
#include "isoflop/output.h"
#include "law/definition.h"

namespace isoflop {

namespace {

class RecipeCheck {
 public:
  RecipeCheck(const Law& law, const Recipe& recipe, Problems& problems)
      : law_(law), recipe_(recipe), problems_(problems) {}

  void run() {
    check_loss();
    check_stopping_rule();
    for (const auto& [name, range] : recipe_.range) check_range(name, range);
    for (const auto& [name, value] : recipe_.fix) check_value("recipe.fix", name, value);
    for (const auto& [name, value] : recipe_.start) {
      check_value("recipe.start", name, value);
      if (recipe_.fix.contains(name) || recipe_.tie.contains(name))
        problem("recipe.start", "'{}' does not move, as it is fixed or tied: leave its start out",
                name);
    }
    for (const auto& [name, other] : recipe_.tie) check_tie(name, other);
  }

 private:
  template <class... Args>
  void problem(const char* where, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add({where, 0, 0}, format, std::forward<Args>(args)...);
  }

  void check_loss() {
    const RobustLoss& loss = recipe_.loss;
    if (loss.is_automatic() && recipe_.solver != Solver::kDefault)
      problem("recipe.loss",
              "the default solver finds the delta of {}: give one, such as huber:1e-3",
              to_text(loss));
    if (loss_kind(loss).has_delta() && !loss.is_automatic() &&
        !(loss.delta > 0 && std::isfinite(loss.delta)))
      problem("recipe.loss", "a delta of {} must be above 0, such as 1e-3", loss.delta);
    if (!(loss.level > 0 && loss.level < 1))
      problem("recipe.loss", "a quantile of {} must be above 0 and below 1, such as 0.1",
              loss.level);
    if (!(loss.over > 0 && std::isfinite(loss.over)))
      problem("recipe.loss", "over={} must be above 0, such as 10", loss.over);
    if (recipe_.starts.kind == Starts::Kind::kRandom && recipe_.starts.count == 0)
      problem("recipe.starts", "0 random starts find nothing: ask for 1 or more");
    if (recipe_.starts.kind == Starts::Kind::kGiven && recipe_.start.empty())
      problem("recipe.starts", "nothing is given to start from: give recipe.start=NAME=VALUE");
  }

  void check_stopping_rule() {
    check_tolerance("recipe.decrease_tolerance", recipe_.decrease_tolerance,
                    kLargestDecreaseTolerance);
    check_tolerance("recipe.step_tolerance", recipe_.step_tolerance, kLargestStepTolerance);
    if (recipe_.max_iterations == 0)
      problem("recipe.max_iterations", "0 iterations find nothing: allow 1 or more");
  }

  void check_tolerance(const char* where, double tolerance, double most) {
    if (!(tolerance >= 0 && tolerance <= most))
      problem(where, "a tolerance of {} must be from 0 to {}", tolerance, most);
  }

  // The coefficient of that name, or none and a problem.
  const Coefficient* find(const char* where, const std::string& name) {
    if (const auto index = law_.coefficient_index(name)) return &law_.coefficients()[*index];
    const std::vector<std::string> names = coefficient_names(law_.definition());
    problem(where, "{} has no coefficient '{}'; it has {}{}", law_.key(), name,
            fmt::join(names, ", "), did_you_mean(name, names));
    return nullptr;
  }

  void check_range(const std::string& name, const Range& range) {
    find("recipe.range", name);
    if (!std::isfinite(range.low) || !std::isfinite(range.high))
      problem("recipe.range", "the range of '{}' must be finite", name);
    else if (range.low > range.high)
      problem("recipe.range", "the range of '{}' runs from {} down to {}: swap them", name,
              range.low, range.high);
    else if (range.low == range.high)
      problem("recipe.range", "the range of '{}' is the one value {}: fix it there instead", name,
              range.low);
  }

  void check_value(const char* where, const std::string& name, double value) {
    const Coefficient* coefficient = find(where, name);
    if (coefficient == nullptr) return;
    const Range range = range_in(recipe_, *coefficient);
    if (!range.contains(value))
      problem(where, "{} = {} is outside its range, {} to {}: change one of them", name,
              format_number(value), format_number(range.low), format_number(range.high));
  }

  void check_tie(const std::string& name, const std::string& other) {
    const Coefficient* a = find("recipe.tie", name);
    const Coefficient* b = find("recipe.tie", other);
    if (name == other)
      problem("recipe.tie", "'{}' is tied to itself: tie it to another coefficient", name);
    else if (recipe_.tie.contains(other))
      problem("recipe.tie", "'{}' is tied to '{}', which is tied itself: tie both to one", name,
              other);
    if (recipe_.fix.contains(name))
      problem("recipe.tie", "'{}' is both tied and fixed: choose one", name);
    if (a == nullptr || b == nullptr) return;
    const Range mine = range_in(recipe_, *a), theirs = range_in(recipe_, *b);
    if (mine.low > theirs.high || theirs.low > mine.high)
      problem("recipe.tie", "the ranges of '{}' and '{}' have no value in common", name, other);
    const auto fixed = recipe_.fix.find(other);
    if (fixed != recipe_.fix.end() && !mine.contains(fixed->second))
      problem("recipe.tie", "'{}' is fixed at {}, outside the range of '{}'", other,
              format_number(fixed->second), name);
  }

  const Law& law_;
  const Recipe& recipe_;
  Problems& problems_;
};

class TableCheck {
 public:
  TableCheck(const Law& law, const Table& table, const Recipe& recipe, Problems& problems)
      : law_(law), table_(table), recipe_(recipe), problems_(problems) {}

  void run() {
    if (table_.rows() == 0)
      return problems_.add({"table", 0, 0}, "there are no rows to fit {} to", law_.key());
    check_weights();
    for (const Input& input : law_.inputs()) {
      if (!table_.has(input.name))
        problems_.add({"table", 0, 0}, "{} needs a column {}{}{}; the columns are: {}", law_.key(),
                      input.name, input.meaning.empty() ? "" : ", ", input.meaning,
                      fmt::join(table_.names(), ", "));
      check_column(input.name);
    }
    if (!table_.has("loss"))
      problems_.add({"table", 0, 0}, "there is no column 'loss' to fit; the columns are: {}",
                    fmt::join(table_.names(), ", "));
    check_column("loss");
    if (recipe_.residual == Residual::kLog) check_logarithms();
  }

 private:
  [[nodiscard]] bool counts(std::size_t row) const {
    const std::span<const double> weights = table_.column("weight");
    return weights.empty() || weights[row] != 0;
  }

  void check_weights() {
    const std::span<const double> weights = table_.column("weight");
    double total = 0;
    for (std::size_t row = 0; row < weights.size(); ++row) {
      if (!(weights[row] >= 0) || !std::isfinite(weights[row]))
        problems_.add({"table", 0, 0}, "{}: a weight of {} must be 0 or more",
                      table_.row_label(row), weights[row]);
      total += weights[row];
    }
    if (!weights.empty() && total == 0)
      problems_.add({"table", 0, 0}, "all weights are 0: there is nothing to fit");
  }

  void check_column(const std::string& name) {
    const std::span<const double> column = table_.column(name);
    for (std::size_t row = 0; row < column.size(); ++row)
      if (counts(row) && !std::isfinite(column[row]))
        problems_.add({"table", 0, 0}, "{}: {} is not a finite number", table_.row_label(row),
                      name);
  }

  void check_logarithms() {
    const std::span<const double> loss = table_.column("loss");
    for (std::size_t row = 0; row < loss.size(); ++row)
      if (counts(row) && loss[row] <= 0)
        problems_.add({"table", 0, 0}, "{}: {} {} has no logarithm: use recipe.residual=linear",
                      table_.row_label(row), output_of(law_).name, loss[row]);
  }

  const Law& law_;
  const Table& table_;
  const Recipe& recipe_;
  Problems& problems_;
};

}  // namespace

Result<void> check_fit(const Law& law, const Table& table, const Recipe& recipe) {
  Problems problems;
  RecipeCheck(law, recipe, problems).run();
  TableCheck(law, table, recipe, problems).run();
  return problems.result();
}

Result<void> check_clusters(const Table& table) {
  const std::span<const double> cluster = table.column("cluster");
  if (cluster.empty()) return {};
  const auto [least, most] = std::ranges::minmax(cluster);
  if (least < most) return {};
  return error_at({"mapping.cluster"},
                  "all runs are of one cluster: name a column that tells clusters apart");
}

}  // namespace isoflop
