// What follows from what among the inputs of a run, in one place for single points and for tables.
//
//   N = P (1 - S)         any two of the three give the third
//   C = 6 N D             likewise
//   Sx for S, S for Sx    where a law has the one as an input and only the other is given
//
// N active, P total parameters; S parameter sparsity, Sx expert sparsity; D tokens; C training
// FLOPs. See predict.h for derive_inputs(), which applies this to one point; read_table() applies
// it to columns.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "isoflop/table.h"

namespace isoflop {

struct Rule {
  std::string_view gives;
  std::array<std::string_view, 2> from;  // a stand-in has only the first
  std::string_view formula;              // for people: "C/(6 N)"
  double (*value)(double, double);

  [[nodiscard]] bool stands_in() const { return from[1].empty(); }
};

// The rules that give what `given` does not, in an order in which they can be applied. Stand-ins
// come only where `law` wants them and nothing better gives that input; none come without a law.
std::vector<const Rule*> derivations(const std::function<bool(std::string_view)>& given,
                                     const Law* law);

// The columns of a table and those that follow from them, by name.
std::map<std::string, std::vector<double>> with_derived(const Law& law, const Table& table);

// The column of an input in a table of a law's runs, or what follows for it from the others there;
// empty where nothing gives it. C is 6 N D where that is known, as plans count it, beside what the
// table may have as measured.
std::vector<double> column_of(const Law& law, const Table& table, const std::string& input);

// The rules that must hold where all their three inputs are known.
std::span<const Rule* const> identities();
// Whether the two sides of an identity agree to 1e-3, relative: model cards
// round (P = 671B, N = 37B, S = 0.945).
bool agree(double a, double b);

// "D is derived: C/(6 N)", "S stands in for Sx, ...".
std::string describe(const Rule& rule);
// The same of Sx, for a law that wants it where only S is known; "" for others.
std::string expert_sparsity_note(const Law& law);
// "it needs D, or C with N, or C with P and S"; empty for a name that no rule gives.
std::string ways_to_give(std::string_view name);
// What is missing where some of `given` go one of these ways but for one step: "; besides C and P
// give N or S"; or nothing.
std::string last_missing(std::string_view name, const Inputs& given);
// Whether an input is a share, in [0, 1).
bool is_share(std::string_view name);
// The value, but 0 for a share that is below 0 by no more than rounding: 1 - N/P of a dense model.
double settled(std::string_view name, double value);
// Whether the value of an input, `loss` or `weight` may be so.
bool (*domain_of(std::string_view name))(double);
// What is wrong with the value of an input, `loss` or `weight`: "must be above 0"; nothing where it
// may be so.
std::optional<std::string_view> domain_problem(std::string_view name, double value);

}  // namespace isoflop
