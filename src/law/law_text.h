// How a law's formula, ranges and values are written on every page: console, Markdown, JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isoflop/law.h"

namespace isoflop {

// Digits of a predicted loss: what data of this kind determines.
inline constexpr int kLossDigits = 6;

// The loss and the parts of its formula: {"L", "A/N_eff^alpha"}, {"N_eff", "N*share"}, as the
// formula language and as LaTeX.
std::vector<Part> formula_lines(const Law& law);
std::vector<Part> latex_lines(const Law& law);
// "  L     = A/N_eff^alpha\n  N_eff = N*share\n"
std::string formula_text(const Law& law);

// "0 to 1e15", of a coefficient.
std::string range_text(const Range& range);
// Of an input: shares and small numbers as they are, counts with a suffix.
std::string input_text(double value);
// "E 1.69, A 406.4"
std::string values_text(const Law& law, const CoefficientSet& set);
// "D 5B to 500B, N 44M to 16B", or that it is unknown.
std::string fitted_text(const CoefficientSet& set);

// "E 1.6 to 1.7, A 350 to 450", of a law that has a box.
std::string box_sides_text(const Law& law);

struct LawGroup {
  std::string name;
  std::vector<Law> laws;
};
// Dense models first, then pruned ones, mixtures of experts, laws of all three, precision; other
// groups in the order of their laws; "other" is for laws without one.
std::vector<LawGroup> grouped(std::span<const Law> laws);

}  // namespace isoflop
