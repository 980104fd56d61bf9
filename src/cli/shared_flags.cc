#include "cli/shared_flags.h"

#include <utility>

#include "cli/parse_value.h"
#include "isoflop/fields.h"

namespace isoflop::cli {

Flag model_flag(std::string& model) {
  return {.name = "MODEL",
          .help = "a fit file, or a law with published coefficients: KEY, KEY:SET or FILE.toml",
          .required = true,
          .read = text_into(model)};
}

Flag inputs_flag(Inputs& inputs) {
  return {.name = std::string(kNameValue),
          .help = "values of inputs: N=70B D=1.4T S=2:4 experts=64",
          .repeats = true,
          .read = entry_into(inputs, parse_input)};
}

Flag law_flag(std::string& law) {
  return {.name = "--law",
          .value = "LAW",
          .help = "a law: KEY, KEY:SET, a law file (.toml) or a formula",
          .group = "Law",
          .required = true,
          .read = text_into(law)};
}

Flag plan_budget_flag(std::optional<double>& flops) {
  return {.name = "--flops",
          .value = "C",
          .help = "budget of the plan in training FLOPs",
          .standard = "10 times the largest of the runs",
          .group = "Plan",
          .symbol = "C",
          .read = parsed_into(flops, parse_positive)};
}

Flag plan_sparsity_flag(std::optional<double>& sparsity) {
  return {.name = "--sparsity",
          .value = "S",
          .help = "sparsity of the plan",
          .standard = "that of most runs",
          .group = "Plan",
          .symbol = "S",
          .read = parsed_into(sparsity, parse_share)};
}

std::vector<Flag> mapping_flags(Mapping& mapping) {
  return in_group<Flag>(
      "Data",
      {{.name = "--columns",
        .value = "DEFS",
        .help = "inputs and loss, each as a formula of columns: "
                "'N={Model Size}, D=65536*steps'",
        .fields = {"mapping.columns"},
        .read = text_into(mapping.columns)},
       {.name = "--where",
        .value = "FILTER",
        .help = "keep only the rows where this holds: 'loss < 5 && C >= 1e18'",
        .fields = {"mapping.where"},
        .read = text_into(mapping.where)},
       {.name = "--skip-missing",
        .help = "leave out rows with an empty, NaN or infinite value in a column that is read",
        .fields = {"mapping.skip_missing"},
        .read = switch_into(mapping.skip_missing)}});
}

std::vector<Flag> recipe_flags(Recipe& recipe) {
  return in_group<Flag>(
      "Fit",
      {
          {.name = "--loss",
           .value = "LOSS",
           .help = "robust loss of the residuals",
           .standard = to_text(recipe.loss),
           .choices = choices_of_loss(),
           .fields = {"recipe.loss"},
           .read = parsed_into(recipe.loss, parse_loss)},
          {.name = "--residual",
           .value = "KIND",
           .help = "residual of a run",
           .standard = to_text(recipe.residual),
           .choices = {{"log", "ln predicted - ln measured"}, {"linear", "predicted - measured"}},
           .fields = {"recipe.residual"},
           .read = parsed_into(recipe.residual, parse_residual)},
          {.name = "--starts",
           .value = "STARTS",
           .help = "starting points of the search",
           .standard = to_text(recipe.starts),
           .choices = {{"auto", "batches, until further ones find no better optimum"},
                       {"grid", "the published grid of the law"},
                       {"random:COUNT", "COUNT points at random"},
                       {"given", "the point that --start gives, alone"}},
           .fields = {"recipe.starts"},
           .read = parsed_into(recipe.starts, parse_starts)},
          {.name = "--seed",
           .value = "N",
           .help = "random seed",
           .standard = std::to_string(recipe.seed),
           .fields = {"recipe.seed"},
           .read = parsed_into(recipe.seed, parse_count)},
          {.name = "--fix",
           .value = "NAME=V",
           .help = "hold a coefficient at this value",
           .repeats = true,
           .fields = {"recipe.fix"},
           .read = entry_into(recipe.fix, parse_assignment)},
          {.name = "--tie",
           .value = "A=B",
           .help = "set coefficient A equal to coefficient B",
           .repeats = true,
           .fields = {"recipe.tie"},
           .read = entry_into(recipe.tie, parse_tie)},
          {.name = "--range",
           .value = "NAME=LOW:HIGH",
           .help = "range of a coefficient, in place of the law's",
           .repeats = true,
           .fields = {"recipe.range"},
           .read = entry_into(recipe.range, parse_named_range)},
          {.name = "--start",
           .value = "NAME=V",
           .help = "one more starting point, with this value",
           .repeats = true,
           .fields = {"recipe.start"},
           .read = entry_into(recipe.start, parse_assignment)},
      });
}

Flag runs_flag(std::string& runs) {
  return {.name = "RUNS",
          .help = "a table of runs, CSV or JSON, gzipped or not; or - for standard input",
          .required = true,
          .read = text_into(runs)};
}

Flag output_flag(std::string& file, std::string help) {
  return {.name = "-o,--output",
          .value = "FILE",
          .help = std::move(help),
          .group = "Output",
          .read = text_into(file)};
}

Flag required(Flag flag) {
  flag.required = true;
  return flag;
}

Flag drop_flag(Mapping& mapping, std::string help) {
  return {.name = "--drop-highest-loss",
          .value = "K",
          .help = std::move(help),
          .standard = std::to_string(mapping.drop_highest_loss),
          .group = "Data",
          .fields = {"mapping.drop_highest_loss"},
          .read = parsed_into(mapping.drop_highest_loss, parse_count)};
}

Flag weights_flag(Mapping& mapping) {
  return {.name = "--weights",
          .value = "COLUMN",
          .help = "weight of each run: a column or a formula of columns",
          .group = "Data",
          .fields = {"mapping.weights"},
          .read = text_into(mapping.weights)};
}

Flag threads_flag(std::uint64_t& threads) {
  return {.name = "--threads",
          .value = "N",
          .help = "0 uses every core; the result is the same for any number",
          .standard = std::to_string(threads),
          .group = "Other",
          .read = parsed_into(threads, parse_count)};
}

Flag json_flag(bool& json) {
  return {.name = "--json",
          .help = "print one JSON object and nothing else on standard output",
          .group = "Output",
          .read = switch_into(json)};
}

}  // namespace isoflop::cli
