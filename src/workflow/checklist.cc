#include "workflow/checklist.h"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <string_view>

#include "base/listed.h"
#include "base/number_text.h"
#include "isoflop/fields.h"
#include "law/law_text.h"
#include "store/document.h"
#include "workflow/figure_parts.h"

namespace isoflop {

namespace {

std::string names_of_inputs(const Law& law) {
  return joined(law.inputs(), "; ", [](const Input& input) {
    return fmt::format("{}: {}", input.name,
                       input.meaning.empty() ? "not described" : input.meaning);
  });
}

std::string ranges_text(const Law& law) {
  return joined(law.fitted_on(), ", ", [](const auto& input) {
    const auto& [name, range] = input;
    return fmt::format("{} from {} to {}", name, input_text(range.low), input_text(range.high));
  });
}

std::string excluded_text(const DataSource& data) {
  std::string text = left_out_text(data.left_out);
  if (text.empty()) return "none";
  const Mapping& mapping = data.mapping;
  for_each_field(mapping, [&](const auto& field) {
    if constexpr (std::same_as<const std::string&, decltype((mapping.*field.kMember))>)
      if (!(mapping.*field.kMember).empty() && std::string_view(field.name) != "columns" &&
          std::string_view(field.name) != "loss_unit")
        text += fmt::format("; mapping.{}='{}'", field.name, mapping.*field.kMember);
  });
  return text;
}

std::string search_text(const Fit& fit) {
  return fmt::format(
      "{} starts, {} descents, {} of which reached the best objective; {} distinct optima",
      fit.search.tried, fit.search.descents, fit.search.reached_best,
      std::max<std::size_t>(1, fit.search.optima.size()));
}

std::string uncertainty_text(const FitRecord& record) {
  std::string text;
  if (record.confidence && record.fit.recipe.loss.kind != RobustLoss::Kind::kQuantile)
    text = fmt::format("{} % intervals of a robust (sandwich) covariance{}",
                       format_number(100 * record.confidence->level),
                       record.confidence->profile.empty() ? "" : " and of profile likelihoods");
  if (record.bootstrap)
    text += fmt::format("{}{} refits to resampled {}, {} % intervals", text.empty() ? "" : "; ",
                        record.bootstrap->draws.size(), to_text(record.bootstrap->draws.how.by),
                        format_number(100 * record.bootstrap->level));
  return text.empty() ? "none: fit with bootstrap.replicates=1000" : text;
}

std::string ranges_of_coefficients(const Fit& fit) {
  return joined(fit.law.coefficients(), ", ", [&](const Coefficient& each) {
    return fmt::format("{} {}", each.name, range_text(range_in(fit.recipe, each)));
  });
}

// Of the same law and the same bytes of data.
std::string held_out_text(const FitRecord& record, std::span<const ComparisonSummary> comparisons) {
  std::string text;
  for (const ComparisonSummary& comparison : comparisons)
    for (const LawSummary& law : comparison.laws)
      if (comparison.sha256 == record.data.sha256 && law.name == record.fit.law.key())
        text += fmt::format(
            "{}{} of {} rows ({}): root mean square of the loss's error {}, {} {} to {}",
            text.empty() ? "" : "; ", comparison.held_out_rows, comparison.rows, comparison.holdout,
            format_number(law.held_out.rmse, 3), percent(comparison.level),
            format_number(law.held_out_interval.low, 3),
            format_number(law.held_out_interval.high, 3));
  return text;
}

}  // namespace

std::vector<ChecklistItem> checklist(const FitReport& report,
                                     std::span<const ComparisonSummary> comparisons) {
  const FitRecord& record = report.fit;
  const Fit& fit = record.fit;
  const Law& law = fit.law;
  return {
      {"form", "the formula, and how many of its coefficients are fitted",
       fmt::format("{} = {}; {} of {} coefficients", formula_lines(law)[0].name, law.formula(),
                   law.coefficients().size() - fit.recipe.fix.size() - fit.recipe.tie.size(),
                   law.coefficients().size())},
      {"form", "the variables and their units", names_of_inputs(law)},
      {"form", "which parameters sizes count", to_text(law.parameter_count())},
      {"data", "how many runs, from where",
       fmt::format("{} of {} rows of {}", report.runs, record.data.rows_read,
                   file_name(record.data.source))},
      {"data", "the ranges of the variables", ranges_text(law)},
      {"data", "runs left out, and why", excluded_text(record.data)},
      {"data", "how tokens and repeated data are counted", ""},
      {"data", "whether points are final losses or checkpoints of longer runs", ""},
      {"training", "architecture, optimizer, learning-rate schedule and batch size of the runs",
       ""},
      {"training", "how hyperparameters were chosen for each size", ""},
      {"training", "data set and tokenizer", ""},
      {"fit", "what is minimised",
       fmt::format("the sum of {} over {} residuals{}", to_text(fit.recipe.loss),
                   to_text(fit.recipe.residual),
                   record.data.mapping.weights.empty()
                       ? ""
                       : ", weighted by " + record.data.mapping.weights)},
      {"fit", "the optimizer and its starts", search_text(fit)},
      {"fit", "the best objective", format_number(fit.objective.sum, 7)},
      {"fit", "bounds of the coefficients", ranges_of_coefficients(fit)},
      {"fit", "code and version", fmt::format("isoflop {}: {}", record.version, record.command)},
      {"validation", "how sure the coefficients are", uncertainty_text(record)},
      {"validation", "how well the law fits",
       fmt::format(
           "root mean square of {}: {}",
           report.residuals.logarithmic ? "ln predicted - ln measured" : "predicted - measured",
           residual_text(fit.law, report.residuals, report.rms))},
      {"validation", "runs held out of the fit, and the error on them",
       held_out_text(record, comparisons)}};
}

}  // namespace isoflop
