#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/number_text.h"
#include "isoflop/output.h"
#include "law/law_text.h"
#include "report/console/console.h"
#include "report/console/text_table.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

constexpr std::size_t kMostInfluential = 5;  // runs that are shown also where none is an outlier
constexpr std::size_t kMostShown = 15;

std::string change_text(double ratio) {
  return fmt::format("{}{} %", ratio < 1 ? "-" : "+", format_number(100 * std::abs(ratio - 1), 2));
}

// Without the rounding of sums: an exponent of equal sizes, a residual that a loss with a kink has
// brought to 0.
double rounded(double value) { return std::abs(value) < 1e-9 ? 0 : value; }

double pull(const RunInfluence& run) {
  return run.size_ratio ? std::abs(std::log(*run.size_ratio)) : 0;
}

bool is_odd(const RunInfluence& run) { return run.outlier() || run.undertrained || run.repeats; }

std::string oddity_text(const RunInfluence& run, const Table& table) {
  std::vector<std::string> words;
  if (run.outlier()) words.emplace_back("outlier");
  if (run.undertrained) words.emplace_back("undertrained");
  if (run.high_leverage) words.emplace_back("high leverage");
  if (run.repeats) words.push_back("inputs of " + table.row_label(*run.repeats));
  return fmt::format("{}", fmt::join(words, ", "));
}

// What is odd, and what moves the plan most; the strongest pull first.
std::vector<std::size_t> shown_runs(const std::vector<RunInfluence>& runs) {
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < runs.size(); ++row) order.push_back(row);
  std::ranges::sort(order, {}, [&](std::size_t row) { return std::pair(-pull(runs[row]), row); });
  std::vector<std::size_t> shown;
  for (std::size_t place = 0; place < order.size(); ++place)
    if (place < kMostInfluential || is_odd(runs[order[place]])) shown.push_back(order[place]);
  return shown;
}

// The table's own columns, so that a run is found in the file.
std::vector<std::string> shown_inputs(const Fit& fit) {
  std::vector<std::string> names;
  for (const Input& input : fit.law.inputs()) names.push_back(input.name);
  names.emplace_back("loss");
  return names;
}

std::string run_lines(const CheckRecord& record) {
  const std::vector<RunInfluence>& runs = record.influence.runs;
  const Fit& fit = record.fit.fit;
  const std::vector<std::size_t> shown = shown_runs(runs);
  const std::vector<std::string> inputs = shown_inputs(fit);
  const RowNames* names = fit.table.row_names();
  const bool lines = names != nullptr && names->kind == RowNames::Kind::kLine;
  std::vector<std::string> header = {lines ? "line" : "row"};
  header.insert(header.end(), inputs.begin(), inputs.end());
  std::ranges::replace(header, std::string("loss"), output_of(fit.law).name);
  header.insert(header.end(), {"residual", "robust z", "leverage", "N without it", "what is odd"});
  TextTable table(header);
  for (std::size_t i = 0; i < std::min(shown.size(), kMostShown); ++i) {
    const RunInfluence& run = runs[shown[i]];
    std::vector<std::string> row = {fit.table.row_name(shown[i])};
    for (const std::string& name : inputs) {
      const double value = fit.table.column(name)[shown[i]];
      row.push_back(name == "loss" ? format_number(value, 4) : input_text(value));
    }
    row.insert(row.end(), {record.influence.logarithmic ? format_percent(rounded(run.residual))
                                                        : format_number(rounded(run.residual), 3),
                           format_number(run.z, 3), format_number(run.leverage, 2),
                           run.size_ratio ? change_text(*run.size_ratio) : "not tried",
                           oddity_text(run, fit.table)});
    table.add(std::move(row));
  }
  std::string text = table.text();
  if (shown.size() > kMostShown)
    text += fmt::format("  and {} more odd ones; the JSON has all\n", shown.size() - kMostShown);
  return text;
}

std::size_t count_of(const std::vector<RunInfluence>& runs, bool (*holds)(const RunInfluence&)) {
  return static_cast<std::size_t>(std::ranges::count_if(runs, holds));
}

std::string counts_line(const std::vector<RunInfluence>& runs) {
  return fmt::format(
      "{} runs: {} outliers (robust z beyond {}), {} undertrained (below {} of the planned "
      "tokens), "
      "{} with the inputs of an earlier one\n",
      runs.size(), count_of(runs, [](const RunInfluence& run) { return run.outlier(); }),
      format_number(kOutlier, 3),
      count_of(runs, [](const RunInfluence& run) { return run.undertrained; }),
      format_number(kUndertrained, 3),
      count_of(runs, [](const RunInfluence& run) { return run.repeats.has_value(); }));
}

std::string variant_cell(const PlanVariant& variant) {
  if (!variant.plan) return "none";
  return format_count(variant.plan->N) + (variant.status == FitStatus::kConverged ? "" : "*");
}

// One line a residual and loss, one column an exclusion.
std::string sensitivity_lines(const Sensitivity& all) {
  std::vector<std::string> header = {"residual", "loss"};
  for (const Exclusion& each : all.exclusions)
    header.push_back(each.rows.empty() ? "all runs"
                                       : fmt::format("{} out ({})", each.name, each.rows.size()));
  TextTable table(header);
  std::vector<std::vector<std::string>> lines;
  bool marked = false;
  for (const PlanVariant& variant : all.variants) {
    const std::string residual = to_text(variant.residual), loss = to_text(variant.loss);
    auto line = std::ranges::find_if(
        lines, [&](const auto& each) { return each[0] == residual && each[1] == loss; });
    if (line == lines.end()) {
      lines.emplace_back(header.size());
      line = lines.end() - 1;
      (*line)[0] = residual;
      (*line)[1] = loss;
    }
    (*line)[2 + variant.exclusion] = variant_cell(variant);
    marked = marked || (variant.plan && variant.status != FitStatus::kConverged);
  }
  for (std::vector<std::string>& line : lines) table.add(std::move(line));
  return table.text() + (marked ? "  * a coefficient ended at an edge of its range, or the search "
                                  "at its limit\n"
                                : "");
}

// Without a sign: 5 % either way.
std::string size_text(double ln_ratio) { return format_percent(std::expm1(std::abs(ln_ratio)), 2); }

std::string choice_text(const ChoiceEffects& effects) {
  const std::pair<double, const char*> choices[] = {{effects.residual, "the residual"},
                                                    {effects.loss, "the loss"},
                                                    {effects.exclusion, "which runs are left out"}};
  const auto most = std::ranges::max_element(
      choices, {}, [](const auto& each) { return std::isfinite(each.first) ? each.first : -1; });
  if (!std::isfinite(most->first)) return "";
  return fmt::format(" What moves it most is {}: by {} between the extremes, on average.",
                     most->second, size_text(most->first));
}

std::string answer(const CheckRecord& record) {
  const Sensitivity& all = record.sensitivity;
  if (!all.smallest) return "No other way to fit gave a plan.";
  const double low = all.variants[*all.smallest].plan->N, high = all.variants[*all.largest].plan->N;
  const double N = record.influence.plan.run->N;
  std::string text = fmt::format("Over {} ways to fit, N goes from {} to {} ({} to {}).",
                                 all.variants.size(), format_count(low), format_count(high),
                                 change_text(low / N), change_text(high / N)) +
                     choice_text(all.effects);
  const std::vector<std::size_t> shown = shown_runs(record.influence.runs);
  if (pull(record.influence.runs[shown[0]]) > 0)
    text += fmt::format(" No single run moves it by more than {} ({}).",
                        size_text(pull(record.influence.runs[shown[0]])),
                        record.fit.fit.table.row_label(shown[0]));
  if (const RobustLoss& loss = record.fit.fit.recipe.loss; !loss.is_symmetric())
    text += fmt::format(
        " The fit by {} is an envelope of the runs; the other ways to fit are about their middle.",
        to_text(loss));
  return text;
}

std::string growth_text(const std::optional<SizeGrowth>& growth) {
  if (!growth) return "none";
  std::string text = format_number(rounded(growth->exponent), 3);
  if (std::isfinite(growth->standard_error))
    text += fmt::format(" +- {}", format_number(growth->standard_error, 2));
  return text;
}

std::string bias_text(const ParabolaOptimum& budget) {
  return std::isfinite(budget.bias) ? change_text(1 + budget.bias) : "unknown";
}

std::string budgets_table(const Parabolas& parabolas) {
  TextTable table({"budget", "runs", "N of the parabola", "N of the law", "bias on the law", ""});
  std::size_t few = 0;
  for (const ParabolaOptimum& each : parabolas.budgets) {
    if (each.too_few) {
      ++few;
      continue;
    }
    const bool refused = !each.refused.empty();
    table.add({flops_text(each.flops), std::to_string(each.runs),
               refused ? "none"
                       : fmt::format("{} +- {}", format_count(each.N), size_text(each.log_error)),
               std::isfinite(each.law_N) ? format_count(each.law_N) : "none",
               refused ? "" : bias_text(each), each.refused});
  }
  return (few == parabolas.budgets.size() ? "" : table.text()) +
         fmt::format(
             "  {} budgets have too few runs or sizes for a parabola, {} runs have no other "
             "of their budget\n",
             few, parabolas.lone_runs);
}

std::string envelope_line(const Envelope& envelope) {
  if (!envelope.growth) return fmt::format("approach 1 is not applicable: {}", envelope.refused);
  return fmt::format("approach 1, the lowest of {} training curves from {} to {} FLOPs: a = {}",
                     envelope.curves, flops_text(envelope.low), flops_text(envelope.high),
                     growth_text(envelope.growth));
}

// The other two ways to the optimal size, and this one.
std::string approaches_lines(const Approaches& all) {
  const Parabolas& parabolas = all.parabolas;
  std::string text = fmt::format(
      "The other two approaches, of the runs at S = {}{}: N grows as C^a\n\n",
      format_share(all.sparsity),
      all.other_runs == 0 ? "" : fmt::format(" ({} others are left out)", all.other_runs));
  text += budgets_table(parabolas);
  text += fmt::format("\n  {}\n", envelope_line(all.envelope));
  text += fmt::format("  approach 2, a parabola a budget: a = {}", growth_text(parabolas.growth));
  if (parabolas.of_the_law && parabolas.law)
    text += fmt::format(
        "; on the law's own predictions for these runs it gives {} where the law has {}",
        format_number(parabolas.of_the_law->exponent, 3),
        format_number(parabolas.law->exponent, 3));
  return text +
         fmt::format("\n  approach 3, this fit: a = {} over the same budgets\n",
                     parabolas.law ? format_number(parabolas.law->exponent, 3) : "none") +
         (parabolas.misfit == 0
              ? ""
              : fmt::format("\nThe law misfits: the parabolas of the runs have an exponent {} "
                            "standard errors from those of the law. Expect the plan to be off.\n",
                            format_number(std::abs(parabolas.misfit), 2)));
}

}  // namespace

std::string check_page(const CheckRecord& record) {
  const PlannedRun& plan = *record.influence.plan.run;
  return fmt::format(
      "{} on {}\n\nplan for {} FLOPs at S = {}: N = {}, D = {}, {}\n\n{}\n{}\n"
      "N of the plan, by how the law is fitted\n\n{}\n{}{}\n",
      record.fit.fit.law.key(), record.fit.data.source, format_flops(plan.flops),
      format_share(plan.S), format_count(plan.N), format_count(plan.D),
      named_value(output_of(record.fit.fit.law), loss_text(plan.loss)),
      counts_line(record.influence.runs), run_lines(record), sensitivity_lines(record.sensitivity),
      record.approaches ? approaches_lines(*record.approaches) + "\n" : "", answer(record));
}

}  // namespace isoflop
