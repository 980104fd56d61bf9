// What the independent solvers move instead of the coefficients themselves, and where they start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "slow/best_known/hand_laws.h"

namespace isoflop::test {

// How a coefficient follows from its variable v. `centre` is the logarithm of an input at the
// middle of the table, times the coefficient `with` where there is one: so v is the size of a term
// there, which takes away most of the correlation of a scale with its exponent.
struct Variable {
  enum class Kind : std::uint8_t {
    kExponent,  // v
    kConstant,  // v
    kLog,       // exp(v + centre [* with])
    kSigned,    // v * exp(centre * with)
  };
  std::string name;
  Kind kind = Kind::kConstant;
  Range plausible;  // of v, about where an optimum may be
  int with = -1;    // index of a coefficient
  double centre = 0;
  Range range{};  // of the coefficient
};

// The variables of a law of hand_laws.h for a table. Without `centred`, centre is 0: then a
// coefficient's range is a range of its variable.
std::vector<Variable> variables_of(const Law& law, const std::vector<Run>& runs, bool centred);

// The range of each variable, where they are not centred.
Range box_of(const Variable& variable);

// The coefficients, inside their ranges always: what would leave one stays at its edge.
template <class T>
void to_coefficients(const std::vector<Variable>& variables, const T* v, T* k) {
  using std::exp;
  // A coefficient that scales may lean on an exponent anywhere in the list: exponents first.
  for (std::size_t i = 0; i < variables.size(); ++i)
    if (variables[i].kind <= Variable::Kind::kConstant) k[i] = v[i];
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Variable& variable = variables[i];
    if (variable.kind <= Variable::Kind::kConstant) continue;
    const T shift = variable.with < 0 ? T(variable.centre) : k[variable.with] * variable.centre;
    k[i] = variable.kind == Variable::Kind::kLog ? exp(v[i] + shift) : v[i] * exp(shift);
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (k[i] < variables[i].range.low) k[i] = T(variables[i].range.low);
    if (k[i] > variables[i].range.high) k[i] = T(variables[i].range.high);
  }
}

std::vector<double> to_variables(const std::vector<Variable>& variables,
                                 const std::vector<double>& coefficients);

// The coefficients of random start number `index`: even ones from the ranges (exponents evenly,
// what else is positive evenly in logarithm over 15 decades), odd ones from what is plausible.
std::vector<double> random_coefficients(const std::vector<Variable>& centred, std::size_t index);

}  // namespace isoflop::test
