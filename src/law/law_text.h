// How a law's formula, ranges and values are written on every page: console, Markdown, JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isoflop/law.h"

namespace isoflop {

// Digits of a predicted loss: what data of this kind determines.
inline constexpr int kLossDigits = 6;

// The output, L where it is a loss, and the parts of its formula: {"L", "A/N_eff^alpha"}, {"N_eff",
// "N*share"}, as the formula language and as LaTeX.
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
// "Clark et al. 2022; D counts images": its source, whether it was refitted here, and its note.
std::string source_text(const CoefficientSet& set);
// "clark2022:hash-refit (refitted here)", so that a set of this project's own is not called
// published; "clark2022:hash" for others.
std::string marked_label(const std::string& label, bool refitted_here);
// "a, b; refitted here: c", with each name as `write` gives it; "" without sets.
std::string set_names_text(const Law& law, std::string (*write)(std::string_view name));
// "D 5B to 500B, N 44M to 16B", or that it is unknown.
std::string fitted_text(const CoefficientSet& set);

// "E 1.6 to 1.7, A 350 to 450", of a law that has a box.
std::string box_sides_text(const Law& law);

// "hoffmann2022:besiroglu, a refit of the public runs (Besiroglu et al. 2024)": a law that disputes
// another one's set.
std::string dispute_source(const Law& other);

struct LawGroup {
  std::string name;
  std::vector<Law> laws;
};
// Dense models first, then pruned ones, mixtures of experts, laws of all three, precision, data,
// allocation, hyper-parameters; other groups in the order of their laws; "other" is for laws
// without one.
std::vector<LawGroup> grouped(std::span<const Law> laws);

}  // namespace isoflop
