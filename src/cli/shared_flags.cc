#include "cli/shared_flags.h"

#include <algorithm>
#include <concepts>
#include <map>
#include <utility>

#include "base/number_text.h"
#include "cli/parse_value.h"
#include "isoflop/fields.h"

namespace isoflop::cli {

namespace {

// A value as the texts that its flag reads.
template <class T>
std::vector<std::string> flag_texts(const T& value) {
  if constexpr (std::same_as<T, bool>)
    return value ? std::vector<std::string>{"true"} : std::vector<std::string>();
  else if constexpr (std::same_as<T, std::string>)
    return {value};
  else if constexpr (std::unsigned_integral<T>)
    return {std::to_string(value)};
  else if constexpr (std::same_as<T, double>)
    return {format_exact(value)};
  else if constexpr (std::same_as<T, Range>)
    return {format_exact(value.low) + ":" + format_exact(value.high)};
  else
    return {to_text(value)};
}

template <class T>
std::vector<std::string> flag_texts(const std::map<std::string, T>& named) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : named) texts.push_back(name + "=" + flag_texts(value)[0]);
  return texts;
}

// What a project says of a field; nothing where that is the default.
template <auto Member>
std::vector<std::string> project_texts(const Project& project, const StructField<Member>& /*of*/) {
  using Struct = typename StructField<Member>::Struct;
  const Struct* from = nullptr;
  if constexpr (std::same_as<Struct, Mapping>)
    from = &project.mapping;
  else
    from = &project.recipe;
  const std::vector<std::string> texts = flag_texts(from->*Member);
  return texts == flag_texts(Struct{}.*Member) ? std::vector<std::string>() : texts;
}

template <class T, auto Member>
void read_into(T& target, const StructField<Member>& field, Flag& flag) {
  if constexpr (std::same_as<T, bool>) {
    flag.read = switch_into(target);
  } else if constexpr (std::same_as<T, std::string>) {
    flag.read = text_into(target);
  } else if constexpr (std::unsigned_integral<T>) {
    flag.standard = std::to_string(target);
    flag.read = parsed_into(target, parse_count);
  } else if constexpr (std::same_as<T, double>) {
    flag.standard = format_exact(target);
    flag.read = parsed_into(target, parse_positive);
  } else {
    flag.standard = to_text(target);
    flag.read = parsed_into(target, field.parse);
  }
}

// Each flag adds one entry.
template <class T, auto Member>
void read_into(std::map<std::string, T>& target, const StructField<Member>& /*field*/, Flag& flag) {
  flag.repeats = true;
  if constexpr (std::same_as<T, double>)
    flag.read = entry_into(target, parse_assignment);
  else if constexpr (std::same_as<T, std::string>)
    flag.read = entry_into(target, parse_tie);
  else
    flag.read = entry_into(target, parse_named_range);
}

// The flags of those fields of `target` whose names are `wanted`: --skip-missing of skip_missing.
// `path` names the struct in messages.
template <class Struct, class Wanted>
std::vector<Flag> field_flags(Struct& target, const std::string& path, const Wanted& wanted) {
  std::vector<Flag> flags;
  for_each_field(target, [&](const auto& field) {
    if (!wanted(field.name)) return;
    std::string name = field.name;
    std::ranges::replace(name, '_', '-');
    Flag flag("--" + name, field.value, field.help, {},
              {.choices = field.choices, .fields = {path + "." + field.name}});
    read_into(target.*field.kMember, field, flag);
    flag.from_project = [field](const Project& project) { return project_texts(project, field); };
    flags.push_back(std::move(flag));
  });
  return flags;
}

}  // namespace

void add_project_flags(std::vector<Flag>& flags) {
  if (std::ranges::none_of(flags, [](const Flag& flag) { return flag.from_project != nullptr; }))
    return;
  const Flag::Read ignored = [](std::string_view) { return Result<void>(); };
  append(flags,
         in_group<Flag>("Other",
                        {Flag("--project", "FILE", "project file, which says what is not given",
                              ignored, {.standard = "isoflop.toml, if it is there"}),
                         Flag("--no-project", "", "read no project file", ignored)}));
}

std::vector<std::string> file_of_project(const Project& project) {
  return project.runs.empty() ? std::vector<std::string>() : std::vector{project.source};
}

Flag model_flag(std::string& model) {
  return Flag("MODEL", "",
              "a fit file, or a law with published coefficients: KEY, KEY:SET or FILE.toml; or a "
              "project file or a table in a known layout, for the fit of its runs",
              text_into(model), {.required = true, .from_project = file_of_project});
}

Flag inputs_flag(Inputs& inputs) {
  return Flag(std::string(kNameValue), "", "values of inputs: N=70B D=1.4T S=2:4 experts=64",
              entry_into(inputs, parse_input), {.repeats = true});
}

std::vector<std::string> law_of_project(const Project& project) {
  return project.law.empty() ? std::vector<std::string>() : std::vector{project.law};
}

Flag law_flag(std::string& law) {
  return Flag("--law", "LAW", "a law: KEY, KEY:SET, a law file (.toml) or a formula",
              text_into(law), {.group = "Law", .required = true, .from_project = law_of_project});
}

Flag plan_budget_flag(std::optional<double>& flops) {
  return Flag("--flops", "C", "budget of the plan in training FLOPs",
              parsed_into(flops, parse_positive),
              {.standard = "10 times the largest of the runs", .group = "Plan", .symbol = "C"});
}

Flag plan_sparsity_flag(std::optional<double>& sparsity) {
  return Flag("--sparsity", "S", "sparsity of the plan", parsed_into(sparsity, parse_share),
              {.standard = "that of most runs", .group = "Plan", .symbol = "S"});
}

std::vector<Flag> mapping_flags(Mapping& mapping, std::initializer_list<std::string_view> without) {
  return in_group("Data", field_flags(mapping, "mapping", [&](std::string_view name) {
                    return name != "cluster" && std::ranges::find(without, name) == without.end();
                  }));
}

Flag mapping_flag(Mapping& mapping, std::string_view name) {
  return field_flags(mapping, "mapping", [&](std::string_view each) { return each == name; })[0];
}

std::vector<Flag> recipe_flags(Recipe& recipe) {
  return in_group("Fit", field_flags(recipe, "recipe", [](std::string_view name) {
                    return name != "solver" && name != "evaluations";
                  }));
}

Flag recipe_flag(Recipe& recipe, std::string_view name) {
  return field_flags(recipe, "recipe", [&](std::string_view each) { return each == name; })[0];
}

Flag runs_flag(std::vector<std::string>& runs) {
  return Flag(
      "RUNS", "",
      "a table of runs, CSV or JSON, gzipped or not; or - for standard input; several, or a "
      "pattern 'runs/*.csv', are one table",
      texts_into(runs),
      {.required = true, .repeats = true, .from_project = [](const Project& project) {
         return project.runs;
       }});
}

Flag output_flag(std::string& file, std::string help) {
  return Flag("-o,--output", "FILE", std::move(help), text_into(file),
              {.group = "Output", .writes = true});
}

Flag required(Flag flag) {
  flag.required = true;
  return flag;
}

Flag intervals_flag(bool& profile, std::string help) {
  return choice_flag<bool>(
      Flag("--intervals", "KIND", std::move(help), {},
           {.standard = "sandwich", .group = "Uncertainty", .fields = {"request.intervals"}}),
      profile,
      {{{"sandwich", "from the sandwich (robust) covariance"}, false},
       {{"profile", "from the profile likelihood as well; slower"}, true}});
}

Flag arch_flag(std::string& path, std::string what) {
  return Flag("--arch", "CONFIG", "config.json of a model, which gives " + std::move(what),
              text_into(path), {.fields = {"request.architecture"}});
}

std::vector<Flag> flops_flags(FlopsOptions& flops) {
  return {Flag("--keys", "KEYS", "attention scores that count", parsed_into(flops.keys, parse_keys),
               {.standard = to_text(flops.keys),
                .choices = {{"causal", "those of earlier tokens"},
                            {"whole", "those of the whole context"}}}),
          Flag("--embeddings", "WHICH", "embedding products that count",
               parsed_into(flops.embeddings, parse_embeddings),
               {.standard = to_text(flops.embeddings),
                .choices = {{"head", "output head"},
                            {"both", "output head and input table"},
                            {"neither", "no embedding products"}}}),
          Flag("--recompute", "WHAT", "activations that the backward pass recomputes",
               parsed_into(flops.recompute, parse_recompute),
               {.standard = to_text(flops.recompute),
                .choices = {{"nothing"}, {"attention"}, {"layers"}}})};
}

Flag threads_flag(std::uint64_t& threads) {
  return Flag("--threads", "N", "0 uses every core; the result is the same for any number",
              parsed_into(threads, parse_count),
              {.standard = std::to_string(threads), .group = "Other"});
}

Flag json_flag(bool& json) {
  return Flag("--json", "", "print one JSON object and nothing else on standard output",
              switch_into(json), {.group = "Output"});
}

}  // namespace isoflop::cli
