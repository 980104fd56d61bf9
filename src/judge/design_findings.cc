#include "judge/design_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/listed.h"
#include "base/number_text.h"
#include "data/derive.h"
#include "isoflop/identifiability.h"

namespace isoflop {

namespace {

// Runs that are meant to have one ratio, one size or one budget have it but for rounding of steps
// and sizes.
constexpr double kOneRatio = 0.05;  // from the mean of ln D/N
constexpr double kOneValue = 0.05;  // of ln of the largest over the smallest
constexpr double kOneBudget = 0.1;  // the same
constexpr double kVaries = 0.5;     // of ln N, at least, for a ratio to say something
// Over a factor of two a power changes by so little that a constant, or another power, stands in.
constexpr double kNarrowFactor = 2.1;
constexpr std::size_t kFewRepeats = 3;  // rows an input, from which on there are few inputs

// ln of the largest over the smallest; of shares, of what they leave of 1.
double log_span(std::string_view name, std::span<const double> values) {
  const auto [least, most] = std::ranges::minmax(values);
  if (is_share(name)) return std::log((1 - least) / (1 - most));
  return least == most ? 0 : std::log(most / least);
}

class DesignFinder {
 public:
  explicit DesignFinder(const Fit& fit) : fit_(fit) {
    for (const Input& input : fit.law.inputs())
      if (!fit.table.column(input.name).empty()) inputs_.push_back(input.name);
  }

  std::vector<Finding> run() {
    proportional();
    constant();
    one_budget();
    narrow();
    not_identified();
    at_edge();
    few_inputs();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::span<const double> column(std::string_view name) const {
    return fit_.table.column(name);
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::find(inputs_, name) != inputs_.end();
  }
  [[nodiscard]] std::string_view size() const { return has("N") || !has("P") ? "N" : "P"; }

  void add(FindingKind kind, std::vector<std::string> names, std::string text) {
    found_.push_back({.kind = kind, .names = std::move(names), .text = std::move(text)});
  }

  // D is a multiple of N in every row, though both vary.
  void proportional() {
    const std::string name(size());
    const std::span<const double> N = column(name), D = column("D");
    if (N.empty() || D.empty() || !(log_span(name, N) > kVaries)) return;
    double mean = 0;
    for (std::size_t i = 0; i < N.size(); ++i) mean += std::log(D[i] / N[i]);
    mean /= static_cast<double>(N.size());
    for (std::size_t i = 0; i < N.size(); ++i)
      if (!(std::abs(std::log(D[i] / N[i]) - mean) < kOneRatio)) return;
    degenerate_ = true;
    add(FindingKind::kProportional, {"D", name},
        fmt::format("D is {} {} in every row: size and data cannot be told apart, so that nothing "
                    "is known of other ratios",
                    format_number(std::exp(mean), 3), name));
  }

  void constant() {
    const bool grows = !column("D").empty() && log_span("D", column("D")) > kVaries;
    for (const std::string& name : inputs_) {
      const std::span<const double> values = column(name);
      if (!(log_span(name, values) < kOneValue)) continue;
      constant_.insert(name);
      degenerate_ = true;
      const auto [least, most] = std::ranges::minmax(values);
      const std::string value = is_share(name) ? format_share(most) : format_count(most);
      const std::string where =
          fmt::format("{} is {}{} in every row", name, least == most ? "" : "about ", value);
      if (name == size() && grows && has("D"))
        add(FindingKind::kCheckpoints, {name, "D"},
            fmt::format("{}, and D grows: checkpoints of one run are not independent, and the data "
                        "cannot tell the terms of {} from a constant",
                        where, name));
      else
        add(FindingKind::kConstant, {name},
            fmt::format("{}: the data cannot tell its terms from a constant", where));
    }
  }

  void one_budget() {
    if (!has("D") || !has(size()) || constant_.contains("D")) return;
    const std::vector<double> C = column_of(fit_.law, fit_.table, "C");
    if (C.empty() || !(log_span("C", C) < kOneBudget)) return;
    add(FindingKind::kOneBudget, {"C"},
        fmt::format("all runs cost about {} FLOPs: they do not show how the loss falls with the "
                    "budget, so that little is known of others",
                    format_flops(std::ranges::max(C))));
  }

  void narrow() {
    for (const std::string_view name : {size(), std::string_view("D")}) {
      if (!has(name) || constant_.contains(std::string(name))) continue;
      const std::span<const double> values = column(name);
      if (!(log_span(name, values) < std::log(kNarrowFactor))) continue;
      const auto [least, most] = std::ranges::minmax(values);
      add(FindingKind::kNarrow, {std::string(name)},
          fmt::format("{0} goes from {1} to {2} only: its term is hardly told from a constant, so "
                      "that little is known of other {0}",
                      name, format_count(least), format_count(most)));
    }
  }

  // Of coefficients that the findings above do not explain.
  void not_identified() {
    const Result<Identifiability> of = identifiability(fit_);
    if (degenerate_ || !of) return;
    for (const WeakDirection& weak : of->weak)
      if (std::isinf(weak.relative_error))
        add(FindingKind::kNotIdentified, weak.coefficients, weak.text);
  }

  void at_edge() {
    if (fit_.at_bound.empty()) return;
    const bool one = fit_.at_bound.size() == 1;
    add(FindingKind::kAtEdge, fit_.at_bound,
        fmt::format("{} {} at the edge of {} range: standard errors take {} as known",
                    listed(fit_.at_bound), one ? "is" : "are", one ? "its" : "their",
                    one ? "it" : "them"));
  }

  void few_inputs() {
    std::set<std::vector<double>> distinct;
    const std::size_t rows = fit_.table.rows();
    for (std::size_t row = 0; row < rows; ++row) {
      std::vector<double> point;
      for (const std::string& name : inputs_) point.push_back(column(name)[row]);
      distinct.insert(std::move(point));
      if (kFewRepeats * distinct.size() > rows) return;
    }
    add(FindingKind::kFewInputs, inputs_,
        fmt::format(
            "{0} rows hold {1} distinct inputs: rows that repeat an input show the noise, and "
            "nothing more of the law; mapping.best_of='{2}' keeps the best of each, "
            "mapping.mean_of='{2}' their mean",
            rows, distinct.size(), fmt::join(inputs_, ", ")));
  }

  const Fit& fit_;
  std::vector<std::string> inputs_;  // of the law, that the table has
  std::set<std::string> constant_;
  bool degenerate_ = false;  // a finding says why coefficients are not identified
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> design_findings(const Fit& fit) { return DesignFinder(fit).run(); }

}  // namespace isoflop
