#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "base/numbers.h"
#include "isoflop/optimizer.h"

namespace isoflop {

namespace {

using Kind = Parameter::Kind;

constexpr double kLargestCount = 9007199254740992;  // 2^53

bool is_whole(double x) { return x == std::floor(x) && std::abs(x) <= kLargestCount; }

class SpaceCheck {
 public:
  explicit SpaceCheck(std::span<const Parameter> parameters) : parameters_(parameters) {}

  Result<void> run() {
    if (parameters_.empty()) return error("a space needs a parameter to search over");
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Parameter& parameter = parameters_[i];
      if (position(parameter.name) < i)
        problem(parameter, "there are two of this name: rename one");
      if (parameter.kind == Kind::kCategorical)
        check_choices(parameter);
      else
        check_range(parameter);
      if (parameter.only_if) check_condition(i, *parameter.only_if);
    }
    return problems_.result();
  }

 private:
  template <class... Args>
  void problem(const Parameter& at, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add({at.name, 0, 0}, format, std::forward<Args>(args)...);
  }

  std::size_t position(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::find(parameters_, name, &Parameter::name) -
                                    parameters_.begin());
  }

  void check_range(const Parameter& parameter) {
    const auto [low, high] = parameter.range;
    if (!std::isfinite(low) || !std::isfinite(high))
      problem(parameter, "a range from {} to {} must be finite", low, high);
    else if (!(low < high))
      problem(parameter, "a range from {} to {} is empty: the first must be below the second",
              format_number(low), format_number(high));
    if (parameter.log && !(low > 0))
      problem(parameter, "a range from {} has no logarithm there: it must be above 0",
              format_number(low));
    if (parameter.kind == Kind::kInteger && (!is_whole(low) || !is_whole(high)))
      problem(parameter, "whole numbers from {} to {}: both ends must be whole, to 2^53",
              format_number(low), format_number(high));
  }

  void check_choices(const Parameter& parameter) {
    if (parameter.choices.empty()) problem(parameter, "there is nothing to choose from");
    for (auto choice = parameter.choices.begin(); choice != parameter.choices.end(); ++choice)
      if (std::find(parameter.choices.begin(), choice, *choice) != choice)
        problem(parameter, "the choice '{}' is there twice", *choice);
  }

  void check_condition(std::size_t i, const Condition& condition) {
    const std::size_t parent = position(condition.parameter);
    if (parent >= i || parameters_[parent].kind != Kind::kCategorical)
      return problem(parameters_[i],
                     "its condition is on '{}', which must be a categorical parameter before it",
                     condition.parameter);
    for (const std::string& choice : condition.choices)
      if (std::ranges::find(parameters_[parent].choices, choice) ==
          parameters_[parent].choices.end())
        problem(parameters_[i], "its condition is on '{}', which '{}' cannot be", choice,
                condition.parameter);
  }

  std::span<const Parameter> parameters_;
  Problems problems_;
};

// The ends of the unit interval for a parameter, in its logarithm where it has one. A whole number
// has half a step on each side.
Range stretch(const Parameter& parameter) {
  const double half = parameter.kind == Kind::kInteger ? 0.5 : 0;
  const Range ends{parameter.range.low - half, parameter.range.high + half};
  return parameter.log ? Range{std::log(ends.low), std::log(ends.high)} : ends;
}

double value_at(const Parameter& parameter, double unit) {
  if (parameter.kind == Kind::kCategorical) {
    const auto count = static_cast<double>(parameter.choices.size());
    return std::clamp(std::floor(unit * count), 0.0, count - 1);
  }
  const Range ends = stretch(parameter);
  const double at = ends.low + unit * (ends.high - ends.low);
  const double value = parameter.log ? std::exp(at) : at;
  return std::clamp(parameter.kind == Kind::kInteger ? std::round(value) : value,
                    parameter.range.low, parameter.range.high);
}

double place_of(const Parameter& parameter, double value) {
  if (parameter.kind == Kind::kCategorical)
    return (value + 0.5) / static_cast<double>(parameter.choices.size());
  const Range ends = stretch(parameter);
  const double at = parameter.log ? std::log(value) : value;
  return std::clamp((at - ends.low) / (ends.high - ends.low), 0.0, 1.0);
}

}  // namespace

Result<SearchSpace> SearchSpace::make(std::vector<Parameter> parameters) {
  if (Result<void> ok = SpaceCheck(parameters).run(); !ok) return std::unexpected(ok.error());
  return SearchSpace(std::move(parameters));
}

bool SearchSpace::is_active(std::size_t i, const Point& point) const {
  const std::optional<Condition>& condition = parameters_[i].only_if;
  if (!condition) return true;
  for (std::size_t parent = 0; parent < i; ++parent) {
    if (parameters_[parent].name != condition->parameter) continue;
    if (std::isnan(point[parent])) return false;
    const std::string& choice =
        parameters_[parent].choices[static_cast<std::size_t>(point[parent])];
    return std::ranges::find(condition->choices, choice) != condition->choices.end();
  }
  return false;
}

bool SearchSpace::contains(const Point& point) const {
  if (point.size() != parameters_.size()) return false;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (std::isnan(point[i]) || !is_active(i, point)) {
      if (std::isnan(point[i]) != !is_active(i, point)) return false;
      continue;
    }
    if (parameter.kind != Kind::kReal && !is_whole(point[i])) return false;
    const Range range = parameter.kind == Kind::kCategorical
                            ? Range{0, static_cast<double>(parameter.choices.size()) - 1}
                            : parameter.range;
    if (!range.contains(point[i])) return false;
  }
  return true;
}

Point SearchSpace::from_unit(std::span<const double> unit) const {
  Point point(parameters_.size(), kNan);
  for (std::size_t i = 0; i < point.size(); ++i)
    if (is_active(i, point)) point[i] = value_at(parameters_[i], unit[i]);
  return point;
}

std::vector<double> SearchSpace::to_unit(const Point& point) const {
  std::vector<double> unit(parameters_.size(), 0.5);
  for (std::size_t i = 0; i < unit.size(); ++i)
    if (!std::isnan(point[i])) unit[i] = place_of(parameters_[i], point[i]);
  return unit;
}

}  // namespace isoflop
