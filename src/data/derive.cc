#include "data/derive.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/number_text.h"
#include "isoflop/predict.h"

namespace isoflop {

namespace {

constexpr double kTolerance = 1e-3;  // relative

constexpr std::array<Rule, 6> kRules = {{
    {"N", {"P", "S"}, "P (1 - S)", [](double p, double s) { return p * (1 - s); }},
    {"P", {"N", "S"}, "N/(1 - S)", [](double n, double s) { return n / (1 - s); }},
    {"S", {"N", "P"}, "1 - N/P", [](double n, double p) { return 1 - n / p; }},
    {"D", {"C", "N"}, "C/(6 N)", [](double c, double n) { return c / (6 * n); }},
    {"N", {"C", "D"}, "C/(6 D)", [](double c, double d) { return c / (6 * d); }},
    {"C", {"N", "D"}, "6 N D", [](double n, double d) { return 6 * n * d; }},
}};
constexpr std::array<const Rule*, 2> kIdentities = {&kRules[0], &kRules[5]};

constexpr std::array<Rule, 2> kStandIns = {{
    {"Sx", {"S", ""}, "S", [](double s, double) { return s; }},
    {"S", {"Sx", ""}, "Sx", [](double s, double) { return s; }},
}};

struct Domain {
  std::string_view name;
  bool (*contains)(double);
  std::string_view problem;
};
bool any_number(double x) { return std::isfinite(x); }
bool above_zero(double x) { return x > 0 && std::isfinite(x); }
bool not_negative(double x) { return x >= 0 && std::isfinite(x); }
bool at_least_one(double x) { return x >= 1 && std::isfinite(x); }
bool in_share(double x) { return x >= 0 && x < 1; }
constexpr std::string_view kAboveZero = "must be above 0";
constexpr std::string_view kShare = "must lie in [0, 1): 0 is dense";
constexpr std::array<Domain, 10> kDomains = {{
    {"N", above_zero, kAboveZero},
    {"P", above_zero, kAboveZero},
    {"D", above_zero, kAboveZero},
    {"U", above_zero, kAboveZero},
    {"C", above_zero, kAboveZero},
    {"G", above_zero, kAboveZero},
    {"S", in_share, kShare},
    {"Sx", in_share, kShare},
    {"experts", at_least_one, "must be 1 or more: 1 is dense"},
    {"weight", not_negative, "must be 0 or more"},
}};

// Inputs that give another, the one that most users have first.
using Way = std::vector<std::string_view>;

std::vector<Way> ways_to(std::string_view name) {
  std::vector<Way> ways;
  for (const Rule& rule : kRules)
    if (rule.gives == name) ways.push_back({rule.from[0], rule.from[1]});
  // The size may itself be derived.
  for (const Rule& rule : kRules) {
    const bool by_size = rule.gives == name && (rule.from[0] == "N" || rule.from[1] == "N");
    if (!by_size) continue;
    for (const Rule& size : kRules)
      if (size.gives == "N" && size.from[0] != name && size.from[1] != name)
        ways.push_back({rule.from[rule.from[0] == "N" ? 1 : 0], size.from[0], size.from[1]});
  }
  for (const Rule& rule : kStandIns)
    if (rule.gives == name) ways.push_back({rule.from[0]});
  return ways;
}

using Known = std::function<bool(std::string_view)>;

void check_domains(const Inputs& inputs, Problems& problems) {
  for (const auto& [name, value] : inputs)
    if (const auto problem = domain_problem(name, value))
      problems.add({}, "{} is {}; it {}", name, format_number(value, 6), *problem);
}

void check_identities(const Inputs& inputs, Problems& problems) {
  for (const Rule* rule : identities()) {
    const auto gives = inputs.find(std::string(rule->gives));
    const auto first = inputs.find(std::string(rule->from[0]));
    const auto second = inputs.find(std::string(rule->from[1]));
    if (gives == inputs.end() || first == inputs.end() || second == inputs.end()) continue;
    const double expected = rule->value(first->second, second->second);
    if (!agree(gives->second, expected))
      problems.add({}, "{} is {}, but {} is {}: give two of {}, {} and {}", rule->gives,
                   format_number(gives->second, 8), rule->formula, format_number(expected, 8),
                   rule->gives, rule->from[0], rule->from[1]);
  }
}

}  // namespace

std::vector<const Rule*> derivations(const Known& given, const Law* law) {
  std::vector<const Rule*> steps;
  std::set<std::string_view> derived;
  const auto known = [&](std::string_view name) { return given(name) || derived.contains(name); };
  const auto take = [&](const Rule& rule) {
    steps.push_back(&rule);
    derived.insert(rule.gives);
  };
  const auto take_all = [&] {
    for (bool again = true; std::exchange(again, false);)
      for (const Rule& rule : kRules)
        if (!known(rule.gives) && known(rule.from[0]) && known(rule.from[1])) {
          take(rule);
          again = true;
        }
  };
  take_all();
  for (const Rule& rule : kStandIns)
    if (law != nullptr && law->has_input(rule.gives) && !known(rule.gives) && known(rule.from[0]))
      take(rule);
  take_all();
  return steps;
}

std::map<std::string, std::vector<double>> with_derived(const Law& law, const Table& table) {
  std::map<std::string, std::vector<double>> columns;
  for (const std::string& name : table.names()) {
    const std::span<const double> column = table.column(name);
    columns[name].assign(column.begin(), column.end());
  }
  const auto given = [&table](std::string_view name) { return table.has(name); };
  for (const Rule* rule : derivations(given, &law)) {
    const std::vector<double>& first = columns[std::string(rule->from[0])];
    const std::vector<double>& second =
        rule->stands_in() ? first : columns[std::string(rule->from[1])];
    std::vector<double>& column = columns[std::string(rule->gives)];
    for (std::size_t row = 0; row < table.rows(); ++row)
      column.push_back(rule->value(first[row], second[row]));
  }
  return columns;
}

std::vector<double> column_of(const Law& law, const Table& table, const std::string& input) {
  std::map<std::string, std::vector<double>> columns = with_derived(law, table);
  const auto found = columns.find(input);
  // Plans count so; a measured C is no budget of theirs.
  if (input == "C" && columns.contains("N") && columns.contains("D")) {
    std::vector<double> flops;
    for (std::size_t row = 0; row < table.rows(); ++row)
      flops.push_back(6 * columns["N"][row] * columns["D"][row]);
    return flops;
  }
  if (found != columns.end()) return std::move(found->second);
  // Of a dense model all parameters are active.
  if (input == "P" && !columns.contains("S")) return std::move(columns["N"]);
  if (input == "S" && columns.contains("Sx")) return std::move(columns["Sx"]);
  return {};
}

std::span<const Rule* const> identities() { return kIdentities; }

bool agree(double a, double b) { return std::abs(a - b) <= kTolerance * std::abs(b); }

std::string expert_sparsity_note(const Law& law) {
  return law.has_input("Sx") ? describe(kStandIns[0]) : "";
}

std::string describe(const Rule& rule) {
  if (rule.stands_in())
    return fmt::format("{0} stands in for {1}, which is another number: give {1} where it is known",
                       rule.from[0], rule.gives);
  return fmt::format("{} is derived: {}", rule.gives, rule.formula);
}

std::string ways_to_give(std::string_view name) {
  std::string text;
  for (const Way& way : ways_to(name)) {
    text += fmt::format(", or {}", way[0]);
    if (way.size() > 1) text += fmt::format(" with {}", way[1]);
    if (way.size() > 2) text += fmt::format(" and {}", way[2]);
  }
  return text.empty() ? "" : fmt::format("it needs {}{}", name, text);
}

std::string last_missing(std::string_view name, const Inputs& given) {
  std::set<std::string_view> there, missing;
  for (const Way& way : ways_to(name)) {
    const auto is_given = [&](std::string_view part) { return given.contains(std::string(part)); };
    if (way.size() == 1 || std::ranges::count_if(way, is_given) + 1 != std::ssize(way)) continue;
    for (const std::string_view part : way) (is_given(part) ? there : missing).insert(part);
  }
  if (there.empty()) return "";
  return fmt::format("; besides {} give {}", fmt::join(there, " and "), fmt::join(missing, " or "));
}

std::optional<std::string_view> domain_problem(std::string_view name, double value) {
  if (!std::isfinite(value)) return "must be a finite number";
  const auto domain = std::ranges::find(kDomains, name, &Domain::name);
  if (domain != kDomains.end() && !domain->contains(value)) return domain->problem;
  return std::nullopt;
}

bool (*domain_of(std::string_view name))(double) {
  const auto domain = std::ranges::find(kDomains, name, &Domain::name);
  return domain == kDomains.end() ? any_number : domain->contains;
}

bool is_share(std::string_view name) { return name == "S" || name == "Sx"; }

double settled(std::string_view name, double value) {
  return is_share(name) && value < 0 && value > -kTolerance ? 0 : value;
}

Result<std::vector<std::string>> derive_inputs(const Law& law, Inputs& inputs) {
  Inputs all = inputs;
  for (auto& [name, value] : all) value = settled(name, value);
  Problems problems;
  check_domains(all, problems);
  if (!problems.empty()) return problems.take();

  std::vector<std::string> notes;
  const auto given = [&](std::string_view name) { return inputs.contains(std::string(name)); };
  for (const Rule* rule : derivations(given, &law)) {
    const auto second = all.find(std::string(rule->from[1]));
    all[std::string(rule->gives)] = settled(
        rule->gives,
        rule->value(all.at(std::string(rule->from[0])), second == all.end() ? 0 : second->second));
    if (rule->stands_in()) notes.push_back(describe(*rule));
  }
  check_domains(all, problems);
  if (problems.empty()) check_identities(all, problems);
  if (!problems.empty()) return problems.take();
  inputs = std::move(all);
  return notes;
}

}  // namespace isoflop
