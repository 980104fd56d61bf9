#include "slow/best_known/variables.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/random.h"

namespace isoflop::test {

namespace {

using Kind = Variable::Kind;
constexpr std::uint64_t kSeed = 20;
constexpr double kLeastLog = -60;  // exp of it is as good as 0
constexpr double kDecades = 1e15;
constexpr Range kTerm{-7, 3};  // logarithm of a term's size, in units of the loss
constexpr Range kEither{-3, 3};

double middle(const std::vector<Run>& runs, double Run::* field) {
  double sum = 0;
  for (const Run& run : runs) sum += run.*field;
  return sum / static_cast<double>(runs.size());
}

// What the study knows of each law; a range that is {0, 0} here is that of the coefficient.
std::vector<Variable> layout(const std::string& key, const std::vector<Run>& runs) {
  const double N = middle(runs, &Run::ln_N), P = middle(runs, &Run::ln_P),
               D = middle(runs, &Run::ln_D);
  double least = runs[0].loss;
  for (const Run& run : runs) least = std::min(least, run.loss);
  const Range constant{0, least};
  const auto exponent = [](const char* name) { return Variable{name, Kind::kExponent, {}}; };
  if (key == "hoffmann2022")
    return {{"E", Kind::kConstant, constant},
            {"A", Kind::kLog, kTerm, 3, N},
            {"B", Kind::kLog, kTerm, 4, D},
            exponent("alpha"),
            exponent("beta")};
  if (key == "frantar2023")
    return {{"aS", Kind::kLog, kTerm, 3, N},     exponent("bS"),
            {"cS", Kind::kLog, kTerm, 3, N},     exponent("bN"),
            {"aD", Kind::kLog, {-20, 5}, -1, D}, exponent("bD"),
            {"c", Kind::kConstant, constant}};
  if (key == "hossain2025")
    return {{"e", Kind::kConstant, constant},
            {"a", Kind::kLog, kTerm, 4, P},
            {"b", Kind::kLog, kTerm, 5, D},
            {"c", Kind::kSigned, kEither, 4, N},
            exponent("alpha"),
            exponent("beta"),
            exponent("gamma")};
  if (key == "abnar2025")
    return {{"a", Kind::kLog, kTerm, 1, P},
            exponent("alpha"),
            {"b", Kind::kLog, kTerm, 3, D},
            exponent("beta"),
            {"c", Kind::kSigned, kEither},
            exponent("lambda"),
            {"d", Kind::kLog, kTerm, 8, P},
            exponent("delta"),
            exponent("gamma"),
            {"e", Kind::kConstant, constant}};
  return {{"a", Kind::kExponent, {-0.3, 0}},  {"b", Kind::kExponent, {-0.5, 0}},
          {"c", Kind::kExponent, {0, 0.05}},  {"d", Kind::kConstant, {0, 3}},
          {"Es", Kind::kConstant, {0.5, 20}}, {"Em", Kind::kLog, {3.92, 13.8}}};
}

double uniform_in(Range range, double u) { return range.low + u * (range.high - range.low); }

// As the library draws its own random starts.
double from_range(const Variable& variable, double u) {
  const Range& range = variable.range;
  if (variable.kind == Kind::kExponent || range.low < 0) return uniform_in(range, u);
  const double low = std::max(range.low, range.high / kDecades);
  return low * std::pow(range.high / low, u);
}

}  // namespace

std::vector<Variable> variables_of(const Law& law, const std::vector<Run>& runs, bool centred) {
  std::vector<Variable> variables = layout(law.key(), runs);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    Variable& variable = variables[i];
    if (variables.size() != law.coefficients().size() ||
        variable.name != law.coefficients()[i].name) {
      std::fprintf(stderr, "%s is not the law that was written by hand\n", law.key().c_str());
      std::exit(2);
    }
    variable.range = law.coefficients()[i].range;
    if (variable.kind == Kind::kExponent && variable.plausible.low == variable.plausible.high)
      variable.plausible = variable.range;
    if (!centred) variable.with = -1;
    if (!centred) variable.centre = 0;
  }
  return variables;
}

Range box_of(const Variable& variable) {
  if (variable.kind != Kind::kLog) return variable.range;
  return {variable.range.low > 0 ? std::log(variable.range.low) : kLeastLog,
          std::log(variable.range.high)};
}

std::vector<double> to_variables(const std::vector<Variable>& variables,
                                 const std::vector<double>& coefficients) {
  std::vector<double> v = coefficients;
  for (std::size_t i = 0; i < v.size(); ++i) {
    const Variable& variable = variables[i];
    const double shift =
        variable.centre *
        (variable.with < 0 ? 1 : coefficients[static_cast<std::size_t>(variable.with)]);
    if (variable.kind == Kind::kLog) v[i] = std::max(std::log(v[i]), kLeastLog) - shift;
    if (variable.kind == Kind::kSigned) v[i] *= std::exp(-shift);
  }
  return v;
}

std::vector<double> random_coefficients(const std::vector<Variable>& centred, std::size_t index) {
  std::vector<double> start;
  for (std::size_t i = 0; i < centred.size(); ++i) {
    const double u = uniform(kSeed, index, i);
    start.push_back(index % 2 == 0 ? from_range(centred[i], u)
                                   : uniform_in(centred[i].plausible, u));
  }
  if (index % 2 == 0) return start;
  std::vector<double> coefficients(start.size());
  to_coefficients(centred, start.data(), coefficients.data());
  return coefficients;
}

}  // namespace isoflop::test
