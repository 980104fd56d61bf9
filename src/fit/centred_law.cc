#include "fit/centred_law.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"
#include "fit/starts.h"
#include "law/ast.h"
#include "law/definition.h"

namespace isoflop {

namespace {

constexpr std::size_t kRows = 64;  // enough to see that two functions of the inputs agree
// Derivatives are products of a few powers, each rounded by 1e-16 times its logarithm.
constexpr double kAgree = 1e-9;

// Derivatives of the loss by the free coefficients, on some rows.
class Derivatives {
 public:
  Derivatives(const FitObjective& objective, const Table& table)
      : objective_(objective), count_(static_cast<Eigen::Index>(objective.free().size())) {
    const std::size_t rows = std::min(kRows, table.rows());
    const Table part = table.select(spread_rows(table.rows(), rows, objective.recipe().seed));
    const Definition& definition = objective.law().definition();
    LawGraph law = build_graph(definition, {objective.recipe().tie, objective.recipe().range});
    std::vector<NodeId> symbols;
    for (const FreeCoefficient& free : objective.free())
      symbols.push_back(law.coefficients[free.index]);
    const std::vector<NodeId> outputs = law.graph.gradient(law.loss, symbols);
    program_.emplace_back(compile(law.graph, outputs, coefficient_names(definition)), rows,
                          [&](std::string_view name) { return part.column(name); });
  }

  // A column a coefficient.
  [[nodiscard]] Eigen::ArrayXXd at(const Eigen::VectorXd& free) const {
    const Prepared& program = program_[0];
    Prepared::Scratch scratch = program.make_scratch();
    const AlignedDoubles out = allocate_doubles(program.outputs() * program.padded_rows());
    program.run(objective_.coefficients(free), out.get(), scratch);
    const auto stride = static_cast<Eigen::Index>(program.padded_rows());
    return Eigen::Map<const Eigen::ArrayXXd>(out.get(), stride, count_)
        .topRows(static_cast<Eigen::Index>(program.rows()));
  }

 private:
  const FitObjective& objective_;
  Eigen::Index count_;
  std::vector<Prepared> program_;
};

// Where exponentials of exponentials are neither 0 nor infinite.
Eigen::VectorXd moderate_point(const FitObjective& objective, std::size_t number) {
  const std::size_t count = objective.free().size();
  const std::vector<double> unit = SpreadPoints(count, objective.recipe().seed).at(number);
  Eigen::VectorXd free(static_cast<Eigen::Index>(count));
  for (std::size_t j = 0; j < count; ++j) {
    const auto& [index, range, role] = objective.free()[j];
    const double size = (role == Role::kExponent ? 0.03 : 0.1) * (0.5 + unit[j]);
    free[static_cast<Eigen::Index>(j)] = std::clamp(size, range.low, range.high);
  }
  return free;
}

double clamped(double value, const Range& range) {
  return std::isfinite(value) ? std::clamp(value, range.low, range.high) : range.low;
}

bool agree(const Eigen::ArrayXd& a, const Eigen::ArrayXd& b) {
  return a.allFinite() && b.allFinite() && ((a - b).abs() <= kAgree * (1 + a.abs())).all();
}

}  // namespace

// a multiplies a power of what b is added to, whatever the formula around them, where
// (dL/da)/(dL/db) is X^k: the same at other values of all but k, and with a logarithm proportional
// to k.
std::vector<CentredLaw::Term> CentredLaw::find_terms(const FitObjective& objective,
                                                     const Table& table,
                                                     std::span<const std::size_t> scales,
                                                     std::span<const std::size_t> exponents) {
  std::vector<Term> terms;
  const Derivatives derivatives(objective, table);
  const Eigen::VectorXd here = moderate_point(objective, 0);
  const Eigen::ArrayXXd at_here = derivatives.at(here);
  for (const std::size_t k : exponents) {
    const auto column = static_cast<Eigen::Index>(k);
    Eigen::VectorXd other = moderate_point(objective, 1), half = moderate_point(objective, 2);
    other[column] = here[column];
    half[column] = here[column] / 2;
    const Eigen::ArrayXXd at_other = derivatives.at(other), at_half = derivatives.at(half);
    const auto find_term = [&](std::size_t a) -> std::optional<Term> {
      for (std::size_t b = 0; b < objective.free().size(); ++b) {
        const auto is_taken = [&](const Term& term) {
          return term.scale == a || term.constant == b;
        };
        if (a == b || b == k || std::ranges::any_of(terms, is_taken)) continue;
        const auto power = [&](const Eigen::ArrayXXd& at) -> Eigen::ArrayXd {
          const auto column_of = [&](std::size_t j) {
            return at.col(static_cast<Eigen::Index>(j));
          };
          return (column_of(a) / column_of(b)).log();
        };
        const Eigen::ArrayXd input = power(at_here) / here[column];  // ln X
        if (!(input.maxCoeff() - input.minCoeff() > kAgree)) continue;
        if (agree(power(at_here), power(at_other)) && agree(power(at_here), 2 * power(at_half)))
          return Term{a, b, k, input.mean()};
      }
      return std::nullopt;
    };
    for (const std::size_t a : scales)
      if (const std::optional<Term> term = find_term(a)) {
        terms.push_back(*term);
        break;
      }
  }
  return terms;
}

std::optional<CentredLaw> CentredLaw::find(const FitObjective& objective, const Table& table,
                                           const Seeding& seeding) {
  const Recipe& recipe = objective.recipe();
  if (!recipe.tie.empty()) return std::nullopt;
  std::vector<std::size_t> scales, exponents;
  for (std::size_t j = 0; j < seeding.dimensions(); ++j) {
    const std::size_t free = seeding.coordinate(j);
    const auto& [index, range, role] = objective.free()[free];
    if (role != Role::kExponent)
      scales.push_back(free);
    else if (range.low < 0 && range.high > 0)
      exponents.push_back(free);
  }
  if (scales.empty() || exponents.empty()) return std::nullopt;
  std::vector<Term> terms = find_terms(objective, table, scales, exponents);
  if (terms.empty()) return std::nullopt;

  // The names of a and b stay, and stand for s and c.
  const Definition& definition = objective.law().definition();
  const auto name = [&](std::size_t free) -> const std::string& {
    return definition.coefficients[objective.free()[free].index].name;
  };
  Recipe centred = recipe;
  centred.start.clear();
  for (const Coefficient& coefficient : definition.coefficients)
    if (!recipe.fix.contains(coefficient.name))
      centred.range[coefficient.name] = range_in(recipe, coefficient);
  std::vector<NamedFormula> replaced;
  for (const Term& term : terms) {
    const std::string &a = name(term.scale), &b = name(term.constant), &k = name(term.exponent);
    replaced.push_back(
        {a, *parse_formula(fmt::format("{}*exp(-({:.17g})*{})/{}", a, term.centre, k, k), a)});
    replaced.push_back({b, *parse_formula(fmt::format("{} - {}/{}", b, a, k), b)});
    const Range& range = centred.range[b];
    const double size = std::max(std::abs(range.low), std::abs(range.high));
    centred.range[a] = centred.range[b] = {-size, size};
  }
  Ast formula = definition.expression;
  substitute(formula, replaced);
  std::vector<std::string> inputs;
  for (const Input& input : definition.inputs) inputs.push_back(input.name);
  const Result<Law> law = Law::from_formula(print(formula), inputs);
  if (!law) return std::nullopt;
  Result<FitObjective> made = FitObjective::make(*law, table, centred);
  if (!made) return std::nullopt;
  std::vector<std::size_t> places;
  std::vector<Range> ranges;
  for (const FreeCoefficient& free : objective.free()) {
    const std::string& wanted = definition.coefficients[free.index].name;
    const auto same = [&](const FreeCoefficient& other) {
      return law->coefficients()[other.index].name == wanted;
    };
    const auto found = std::ranges::find_if(made->free(), same);
    if (found == made->free().end()) return std::nullopt;
    ranges.push_back(free.range);
    places.push_back(static_cast<std::size_t>(found - made->free().begin()));
  }
  return CentredLaw(std::move(*made), std::move(terms), std::move(places), std::move(ranges));
}

std::vector<std::size_t> CentredLaw::centred_terms() const {
  std::vector<std::size_t> free;
  for (const Term& term : terms_) {
    free.push_back(places_[term.scale]);
    free.push_back(places_[term.constant]);
  }
  return free;
}

std::vector<Eigen::VectorXd> CentredLaw::originals(const Eigen::VectorXd& centred) const {
  Eigen::VectorXd free(centred.size());
  for (std::size_t i = 0; i < places_.size(); ++i)
    free[static_cast<Eigen::Index>(i)] = centred[static_cast<Eigen::Index>(places_[i])];
  std::vector<Eigen::VectorXd> all{free};
  for (const Term& term : terms_) {
    const auto at_a = static_cast<Eigen::Index>(term.scale);
    const auto at_b = static_cast<Eigen::Index>(term.constant);
    const auto at_k = static_cast<Eigen::Index>(term.exponent);
    const double slope = free[at_a], value = free[at_b], exponent = free[at_k];
    const Range &scales = ranges_[term.scale], &constants = ranges_[term.constant];
    const auto scale = [&](double k) { return slope / k * std::exp(-k * term.centre); };
    std::vector<double> exponents{exponent};
    if (!scales.contains(scale(exponent)) || !constants.contains(value - slope / exponent))
      exponents = {slope / (value - constants.low), slope / (value - constants.high)};
    std::vector<Eigen::VectorXd> further;
    for (Eigen::VectorXd& known : all)
      for (const double k : exponents) {
        known[at_k] = clamped(k, ranges_[term.exponent]);
        known[at_a] = clamped(scale(k), scales);
        known[at_b] = clamped(value - slope / k, constants);
        further.push_back(known);
      }
    all = std::move(further);
  }
  return all;
}

}  // namespace isoflop
