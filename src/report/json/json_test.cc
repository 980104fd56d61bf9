#include "report/json/json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "base/field_values.h"
#include "base/value.h"
#include "base/version.h"
#include "isoflop/fit_file.h"
#include "isoflop/part_file.h"
#include "support/paths.h"
#include "support/sample_comparison.h"
#include "support/sample_fit.h"
#include "support/sample_plan.h"
#include "support/sample_report.h"

namespace isoflop {
namespace {

std::string read_page() {
  const std::ifstream file(source_folder() / "docs/json.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct DocumentedType {
  std::string path_end;  // of a field, after its name
  std::string name;
};

template <class T>
DocumentedType documented_type(const T& /*value*/) {
  if constexpr (std::same_as<T, bool>)
    return {"", "true or false"};
  else if constexpr (std::is_arithmetic_v<T>)
    return {"", "number"};
  else if constexpr (std::same_as<T, Range>)
    return {"[]", "number"};
  else
    return {"", "text"};
}

template <class T>
DocumentedType documented_type(const std::map<std::string, T>& /*value*/) {
  const DocumentedType of = documented_type(T());
  return {".NAME" + of.path_end, of.name};
}

// The table of a struct in docs/json.md.
template <class Struct>
std::string table_of(const Struct& standard) {
  std::string table = "| field | type | default | meaning |\n|---|---|---|---|\n";
  for_each_field(standard, [&](const auto& field) {
    const auto& value = standard.*field.kMember;
    const std::string text = write_json(field_value(value), -1);
    std::string meaning = field.help, choices;
    for (const Choice& choice : field.choices)
      choices += fmt::format("{}`{}`{}", choices.empty() ? "" : ", ", choice.name,
                             choice.help.empty() ? "" : " (" + choice.help + ")");
    if (!choices.empty()) meaning += ": " + choices;
    if (field.applies != nullptr) meaning += "; null where it has no effect";
    const DocumentedType type = documented_type(value);
    table += fmt::format("| `{}{}` | {} | `{}` | {} |\n", field.name, type.path_end, type.name,
                         text, meaning);
  });
  return table;
}

template <class Struct>
void add_fields(const std::string& path, std::vector<std::string>& fields) {
  for_each_field(Struct(), [&](const auto& field) {
    fields.push_back(path + field.name + documented_type(Struct().*field.kMember).path_end);
  });
}

// The fields in the table under one heading of docs/json.md: what stands between the first
// backticks of a row. `FIELD` stands for every field of a recipe or a mapping.
std::vector<std::string> documented(const std::string& heading) {
  std::istringstream page(read_page());
  std::vector<std::string> fields;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (!inside || !line.starts_with("| `")) continue;
    const std::string field = line.substr(3, line.find('`', 3) - 3);
    const std::string path = field.substr(0, field.size() - std::min<std::size_t>(field.size(), 5));
    if (!field.ends_with(".FIELD"))
      fields.push_back(field);
    else if (field.ends_with("mapping.FIELD"))
      add_fields<Mapping>(path, fields);
    else
      add_fields<Recipe>(path, fields);
  }
  return fields;
}

// The leaves of a document as paths; an empty object or list is a leaf too.
void add_leaves(const Value& value, const std::string& path, std::set<std::string>& leaves) {
  for (const auto& [name, member] : value.members())
    add_leaves(member, path.empty() ? name : fmt::format("{}.{}", path, name), leaves);
  for (const Value& item : value.items()) add_leaves(item, path + "[]", leaves);
  if (value.members().empty() && value.items().empty()) leaves.insert(path);
}

std::vector<std::string> steps(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path);
  for (std::string part; std::getline(stream, part, '.');) parts.push_back(part);
  return parts;
}

// Whether a leaf is the field, or stands empty (or null) where the field's parents would be.
bool is_field(const std::string& leaf, const std::string& field) {
  const std::vector<std::string> seen = steps(leaf), wanted = steps(field);
  if (seen.size() > wanted.size()) return false;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const bool last = i + 1 == seen.size();
    const bool many = wanted[i].ends_with("[]");
    const std::string name = wanted[i].substr(0, wanted[i].size() - (many ? 2 : 0));
    const bool seen_many = seen[i].ends_with("[]");
    const std::string seen_name = seen[i].substr(0, seen[i].size() - (seen_many ? 2 : 0));
    if (name != "NAME" && name != seen_name) return false;
    if (many != seen_many && !(last && many)) return false;
  }
  return true;
}

void expect_documented(const std::string& heading, const std::string& json,
                       std::vector<std::string> fields) {
  const Result<Value> document = read_json(json, heading);
  ASSERT_TRUE(document) << document.error().text();
  std::set<std::string> leaves;
  add_leaves(*document, "", leaves);
  ASSERT_FALSE(fields.empty()) << "docs/json.md has no table under " << heading;
  for (const std::string& leaf : leaves)
    EXPECT_TRUE(
        std::ranges::any_of(fields, [&](const auto& field) { return is_field(leaf, field); }))
        << heading << " prints " << leaf << ", which docs/json.md does not have";
  for (const std::string& field : fields)
    EXPECT_TRUE(
        std::ranges::any_of(leaves, [&](const auto& leaf) { return is_field(leaf, field); }))
        << heading << " does not print " << field << ", which docs/json.md has";
}

void expect_documented(const std::string& heading, const std::string& json) {
  expect_documented(heading, json, documented(heading));
}

ArchRecord sample_architecture() {
  const Result<Architecture> model = read_architecture(
      R"({"model_type": "llama", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,
          "num_hidden_layers": 5, "num_attention_heads": 4, "colour": "blue"})",
      "config.json");
  EXPECT_TRUE(model);
  const ArchitectureQuestion question{.context = 4000};
  return {.source = "config.json",
          .model = *model,
          .question = question,
          .facts = *describe(*model, question)};
}

PredictedRuns predicted_runs() {
  Table table = sample_fit().fit.table;
  EXPECT_TRUE(table.set("predicted", {3.7, 2.7, 2.2}));
  return {.law = sample_law(), .data = sample_fit().data, .table = table, .notes = {}};
}

SimulatedRuns simulated_runs() {
  return {.law = sample_law(),
          .design = {.flops = {1e18, 1e20},
                     .sizes = 3,
                     .span = 4,
                     .sparsity = {0},
                     .inputs = {{"U", 2e9}}},
          .noise = 0.01,
          .seed = 3,
          .table = sample_fit().fit.table};
}

CheckRecord sample_check() {
  const PlanRecord plan = test::sample_plan();
  const RunInfluence odd{
      .residual = 0.1, .z = 5, .size_ratio = 1.1, .undertrained = true, .repeats = 0};
  return {.fit = sample_fit(),
          .influence = {.plan = plan.plan, .runs = {RunInfluence{}, odd}},
          .sensitivity = {.exclusions = {{"none", {}}, {"outliers", {1}}},
                          .variants = {{.plan = plan.plan.run, .status = FitStatus::kConverged},
                                       {.exclusion = 1, .reason = "too few rows"}}},
          .approaches = Approaches{.parabolas = {.budgets = {ParabolaOptimum{}},
                                                 .growth = SizeGrowth{},
                                                 .law = SizeGrowth{},
                                                 .of_the_law = SizeGrowth{}},
                                   .envelope = {.growth = SizeGrowth{}}}};
}

SpeedupRecord sample_speedup() {
  const CurvePart pinned{.kind = CurvePart::Kind::kPinned, .value = 1.6};
  return {.by = "optimizer",
          .speedup = {.request = {.baseline = "adamw", .asymptote = pinned, .flops = {1e21}},
                      .rows = 4,
                      .noise = 0.001,
                      .curves = {{.name = "adamw"}},
                      .variants = {{.name = "muon",
                                    .at = {{.flops = 1e21, .factor = 1.13}},
                                    .pairs = {SpeedupPair{}},
                                    .trend = 1.01,
                                    .trend_interval = {}}},
                      .test = ExponentTest{},
                      .notes = {}},
          .data = sample_fit().data,
          .notes = {"a note"}};
}

TuneRecord sample_tuning() {
  const FitRecord fit = sample_fit();
  const JudgedRecipe judged{.choice = {.law = 0, .recipe = fit.fit.recipe}};
  return {.task = {.laws = {{"small2025", sample_law()}},
                   .table = fit.fit.table,
                   .growth = {1, 2, 3},
                   .search = {.folds = {{{0}, {1}}}},
                   .last = {{0, 1}, {2}},
                   .recipe = fit.fit.recipe,
                   .notes = {"the search sees the last 1 of 2 windows"}},
          .search = {.parameters = {}, .trials = {}, .evaluations = 10},
          .tuning = {.tuned = judged,
                     .standard = judged,
                     .importances = {{"loss", 0.5}},
                     .fit = fit.fit,
                     .rows = {}},
          .fit = fit,
          .holdout = "rolling:2",
          .growth = "C",
          .flags = "--residual log",
          .unusable = {{"clark2022", "nothing provides experts"}}};
}

TEST(Json, ATuningHasItsFieldsAndThoseOfItsFit) {
  std::vector<std::string> fields = documented("isoflop tune --json");
  for (const std::string& field : documented("isoflop fit --json"))
    if (field != "seconds" && field != "output") fields.push_back("fit." + field);
  expect_documented("isoflop tune --json", tune_json(sample_tuning(), 0.5, "fit.json"), fields);
}

void add_below(const std::string& path, const std::string& heading,
               std::vector<std::string>& fields) {
  for (const std::string& field : documented(heading))
    if (field != "seconds" && field != "output") fields.push_back(path + field);
}

TEST(Json, AReportHasItsFieldsAndThoseOfItsParts) {
  const ComparisonRecord comparison = test::sample_comparison();
  Report report{.heading = {"Next run", "A", "today", "notes"},
                .fits = {test::sample_fit_report()},
                .comparisons = {test::report_of(summary_of(comparison))}};
  report.comparisons[0].document = *read_json(write_comparison_file(comparison), "");
  std::vector<std::string> fields = documented("isoflop report --json");
  add_below("fits[].fit.", "isoflop fit --json", fields);
  add_below("fits[].plans[].", "isoflop plan --json", fields);
  add_below("comparisons[].", "isoflop compare --json", fields);
  const std::string figure = "fits[].figures[].figure.";
  for (const std::string& field : documented("isoflop report --json"))
    if (field.starts_with(figure))
      fields.push_back("comparisons[].figure." + field.substr(figure.size()));
  // Of a plan the version is that of the report.
  std::erase(fields, "fits[].plans[].version");
  expect_documented("isoflop report --json", report_json(report), fields);
}

DataSet sample_data_set() {
  return {.key = "small",
          .title = "small runs",
          .file = "small.csv",
          .fits = {{.law = "small2025:first"}},
          .points = {{.law = "small2025:first", .inputs = {{"N", 200}}, .loss = 2}},
          .contests = {{.law = "small2025:first"}}};
}

Reproductions sample_reproductions() {
  const DataSet data = sample_data_set();
  const Fit fit = sample_fit().fit;
  const ReproducedCoefficient coefficient{
      .name = "E", .our_error = 0.1, .published_error = 0.2, .error_difference = -0.5};
  const Agreement agreement{.law = "small2025:first", .grid = {.flops = {1e20}, .sparsity = {0.5}}};
  Agreement on_grid = agreement;
  on_grid.grid = {.N = {1, 2}, .D = {1, 2}, .sparsity = {0.5}};
  const BudgetClaim budget{.model = "large", .inputs = {{"N", 37e9}}};
  return {.data_sets = {{.data = data,
                         .fits = {{.published = data.fits[0],
                                   .fit = fit,
                                   .coefficients = {coefficient},
                                   .draws = 2}},
                         .points = {{.published = data.points[0]}},
                         .contests = {{.published = data.contests[0],
                                       .contestants = {{.law = "small2025:first", .fit = fit}}}}}},
          .claims = {{.claims = {.key = "small2025"},
                      .agreements = {{.published = agreement, .fit = fit},
                                     {.published = on_grid, .fit = fit}},
                      .budgets = {{.published = budget, .sides = {{.law = "small2025:first"}}}}}}};
}

// Pages and Python are built on docs/json.md; a field that is only in one of the two is a bug in
// the other.
TEST(Json, PrintsTheFieldsThatTheDocumentationHas) {
  const Law law = sample_law();
  const Example example{.command = "isoflop predict small2025:first N=200",
                        .prediction = {.inputs = {{"N", 200}}, .loss = 1.6, .notes = {}}};
  expect_documented("isoflop laws --json", laws_json({&law, 1}));
  expect_documented("isoflop laws LAW --json", law_json(law, example));
  expect_documented("isoflop fit --json", fit_json(sample_fit(), 0.25, "fit.json"));
  expect_documented("isoflop fit --json", fit_json(sample_bootstrap(), 0.25, "fit.json"));
  expect_documented("isoflop predict --json", predict_json(law, example.prediction));
  expect_documented("isoflop predict --table --json", predict_table_json(predicted_runs(), ""));
  expect_documented("isoflop plan --json", plan_json(test::sample_plan()));
  expect_documented("isoflop plan --profile --json", profile_json(test::sample_profile(), ""));
  expect_documented("isoflop check --json", check_json(sample_check(), 0.5));
  expect_documented("isoflop speedup --json", speedup_json(sample_speedup(), 0.5));
  expect_documented("isoflop compare --json", compare_json(test::sample_comparison(), 0.5));
  expect_documented("isoflop reproduce --json", reproduction_json(sample_reproductions(), 0.5));
  const DataSet data = sample_data_set();
  expect_documented("isoflop datasets --json", data_sets_json({&data, 1}));
  const ProjectGuess guess{.layout = {.key = "it", .notes = {"a note"}},
                           .guesses = {{"N", "params"}},
                           .problems = {"nothing provides D"},
                           .hints = {"D: D = 524288*step"}};
  expect_documented("isoflop init --json", init_json(guess, "isoflop.toml"));
  expect_documented("isoflop simulate --json", simulate_json(simulated_runs(), "runs.csv"));
  expect_documented("isoflop arch --json", arch_json(sample_architecture()));
  expect_documented("isoflop arch --types --json", model_types_json(*published_models()));
  const std::vector<RuleAnswer> rules = *ask_rules({.N = 1e10, .D = 1e10, .C = 6e20});
  const std::string with_rules = "isoflop plan --rules, arch --tokens --json";
  for (const auto& [section, json] :
       {std::pair("isoflop plan --json", plan_json(test::sample_plan(), rules)),
        {"isoflop arch --json", arch_json(sample_architecture(), rules)}}) {
    std::vector<std::string> fields = documented(section);
    for (const std::string& field : documented(with_rules)) fields.push_back(field);
    expect_documented(with_rules, json, fields);
  }
  const SizeQuestion question{.N = 1e9, .P = 5e9};
  expect_documented(
      "isoflop arch --nearest --json",
      nearest_json({.question = question, .nearest = *nearest_architectures(question)}));
}

// The tables of docs/json.md are made here: where one differs, it is to be put into the page.
TEST(Json, ThePageHasTheTablesOfRecipesAndMappings) {
  for (const std::string& table : {table_of(Recipe()), table_of(Mapping())})
    EXPECT_TRUE(read_page().contains("\n\n" + table + "\n")) << "docs/json.md must have\n" << table;
}

TEST(Json, AFitByBayesHasTheFieldsOfAFitAndThoseOfSolvers) {
  FitRecord record = sample_fit();
  record.fit.recipe.solver = Solver::kBayesRf;
  const SolverRun run{.solver = "bayes:rf", .searched = "the box", .objective = 0.5};
  std::vector<std::string> fields = documented("isoflop fit --solver bayes --json");
  for (const std::string& field : documented("isoflop fit --json")) fields.push_back(field);
  expect_documented("isoflop fit --solver bayes --json",
                    fit_json(record, 0.25, "fit.json", {&run, 1}), fields);
}

TEST(Json, AFitFileHasTheFieldsOfAFitAndItsOwn) {
  std::vector<std::string> fields = documented("A fit file");
  for (const std::string& field : documented("isoflop fit --json"))
    if (field != "seconds" && field != "output") fields.push_back(field);
  expect_documented("A fit file", write_fit_file(sample_fit()), fields);
}

TEST(Json, APartFileHasTheFieldsOfAFitFileAndItsOwn) {
  std::vector<std::string> fields = documented("A part file");
  for (const std::string& field : documented("A fit file")) fields.push_back(field);
  for (const std::string& field : documented("isoflop fit --json"))
    if (field != "seconds" && field != "output") fields.push_back(field);
  const PartRecord part = {
      .record = sample_bootstrap(), .shard = {.index = 1, .count = 3}, .vector = "AVX2"};
  expect_documented("A part file", write_part_file(part), fields);
  const Result<PartRecord> read = read_part_file(write_part_file(part), "part.json");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(write_part_file(*read), write_part_file(part));
}

// A plan in a list has the fields that it has alone.
std::vector<std::string> with_plans(const std::string& section, const std::string& prefix) {
  std::vector<std::string> fields = documented(section);
  for (const std::string& field : documented("isoflop plan --json"))
    if (field != "version") fields.push_back(prefix + field);
  return fields;
}

TEST(Json, PlansInAListHaveTheFieldsOfAPlan) {
  const FrontierRecord frontier{.plans = {test::sample_plan()}, .exponents = {}};
  expect_documented("isoflop plan --flops LIST --json", frontier_json(frontier, ""),
                    with_plans("isoflop plan --flops LIST --json", "frontier[]."));
  const PlanAlternatives ways{.by = "law", .ways = {{"a", "what", test::sample_plan()}}, .best = 0};
  expect_documented("isoflop plan --against, --costs, --among --json", plan_ways_json(ways),
                    with_plans("isoflop plan --against, --costs, --among --json", "ways[].plan."));
}

TEST(Json, AGroupHasTheFieldsOfAFitAndItsName) {
  std::vector<std::string> fields = documented("isoflop fit --by --json");
  for (const std::string& field : documented("isoflop fit --json"))
    if (field != "seconds" && field != "output" && field != "version")
      fields.push_back("groups[]." + field);
  const FitGroups fits{.law = sample_law(), .by = "kind", .groups = {{"a", sample_fit()}}};
  expect_documented("isoflop fit --by --json", fit_groups_json(fits, 0.5), fields);
}

// The columns would be there twice otherwise: in the object and in the file.
TEST(Json, ATableIsInTheObjectOnlyWhereNoFileHasIt) {
  EXPECT_NE(simulate_json(simulated_runs(), "").find("3.75"), std::string::npos);
  EXPECT_NE(simulate_json(simulated_runs(), "runs.csv").find("\"columns\": null"),
            std::string::npos);
}

// A number in place of a value that must not be used would be used.
TEST(Json, AFitThatIsNotUsableHasNoValues) {
  FitRecord record = sample_fit();
  record.fit.usable = false;
  const Result<Value> object = read_json(fit_json(record, 0.25, ""), "fit");
  ASSERT_TRUE(object);
  EXPECT_TRUE(object->find("coefficients")->find("E")->find("value")->is(Value::Kind::kNull));
  EXPECT_TRUE(object->find("output")->is(Value::Kind::kNull));
}

TEST(Json, OnlyLossesWithADeltaShowOne) {
  FitRecord record = sample_fit();
  record.fit.recipe.loss = {RobustLoss::Kind::kSquare, 1e-3};
  const Result<Value> object = read_json(fit_json(record, 0.25, ""), "fit");
  ASSERT_TRUE(object);
  const Value& objective = *object->find("objective");
  EXPECT_EQ(objective.find("loss")->string(), "mse");
  EXPECT_TRUE(objective.find("delta")->is(Value::Kind::kNull));
}

}  // namespace
}  // namespace isoflop
