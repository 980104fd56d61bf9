// The library as a project outside this one uses it: public headers alone.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "isoflop/isoflop.h"

namespace isoflop {
namespace {

// Runs near hoffmann2022, with a text column, as columns and as the CSV of the same digits.
struct Runs {
  std::vector<DataColumn> columns;
  std::string csv;
};

Runs runs() {
  std::vector<double> sizes, flops, losses;
  std::vector<std::string> kinds;
  std::string csv = "Model Size,C,val-loss,kind\n";
  for (int i = 0; i < 40; ++i) {
    const double N = 1e7 * std::pow(1.9, i % 8), D = 3e9 * std::pow(2.3, i / 8);
    sizes.push_back(N);
    flops.push_back(6 * N * D);
    losses.push_back(1.69 + 406.4 / std::pow(N, 0.34) + 410.7 / std::pow(D, 0.28) +
                     0.01 * std::sin(7.0 * i));
    kinds.emplace_back(i % 5 == 0 ? "other" : "dense");
    csv += fmt::format("{},{},{},{}\n", N, flops.back(), losses.back(), kinds.back());
  }
  return {.columns = {{"Model Size", sizes}, {"C", flops}, {"val-loss", losses}, {"kind", kinds}},
          .csv = csv};
}

const Mapping kMapping{.columns = "N = {Model Size}, loss = {val-loss}",
                       .where = "kind == 'dense' && C > 1e17",
                       .weights = "1 + N/1e9",
                       .cluster = "kind",
                       .drop_highest_loss = 2};

Law law() { return *find_law("hoffmann2022"); }

Table table() { return map_table(runs().columns, law(), kMapping)->table; }

std::string problem(const auto& result) { return result ? "none" : result.error().text(); }

// The formulas and filters are the same, so the answer must be: whoever moves from files to data
// frames must not get another fit.
TEST(PublicApi, ATableInMemoryGivesTheFitOfItsFileBitForBit) {
  const Runs given = runs();
  const Result<MappedTable> memory = map_table(given.columns, law(), kMapping),
                            file = read_table(given.csv, "runs.csv", law(), kMapping);
  ASSERT_TRUE(memory) << memory.error().text();
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(memory->rows_read, file->rows_read);
  EXPECT_EQ(memory->left_out.filtered, file->left_out.filtered);
  EXPECT_EQ(memory->left_out.dropped, file->left_out.dropped);
  EXPECT_EQ(memory->notes, file->notes);
  EXPECT_GT(memory->left_out.filtered, 0u);
  // The header is the first line of the file.
  const auto& rows = memory->table.row_names()->numbers;
  const auto& lines = file->table.row_names()->numbers;
  ASSERT_EQ(rows.size(), lines.size());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i] + 1, lines[i]);
  const Result<Fit> one = fit(law(), memory->table), other = fit(law(), file->table);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->coefficients(), other->coefficients());
  EXPECT_EQ(one->objective.sum, other->objective.sum);
}

TEST(PublicApi, MappingATableInMemorySaysWhatIsWrong) {
  const Law law = isoflop::law();
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<DataColumn> columns = {{"N", std::vector{1e8, none, 1e9}},
                                           {"D", std::vector<std::string>{"2e9", "x", ""}},
                                           {"loss", std::vector{3.0, 2.0, -HUGE_VAL}}};
  EXPECT_EQ(
      problem(map_table(columns, law, {})),
      "table: row 2: column \"N\": \"nan\" is not a finite number; mapping.skip_missing "
      "leaves such rows out\n"
      "table: row 2: column \"D\": \"x\" is not a number; a text can only be compared, as in "
      "mapping.where=\"{D} == 'x'\"\n"
      "table: row 3: column \"D\": the cell is empty; fill it in, or leave such rows out with "
      "mapping.skip_missing\n"
      "table: row 3: column \"loss\": \"-inf\" is not a finite number; mapping.skip_missing "
      "leaves such rows out");
  EXPECT_EQ(problem(map_table(columns, law, {.columns = "N = M"})),
            "mapping.columns:5: nothing provides M; the columns are: N, D, loss");
  EXPECT_EQ(problem(map_table({}, law, {})), "table: there are no rows below the names; add runs");
  const std::vector<DataColumn> uneven = {{"N", std::vector{1e8}}, {"D", std::vector{1e9, 1e9}}};
  EXPECT_EQ(problem(map_table(uneven, law, {})),
            "table: the column \"D\" has 2 rows, and \"N\" has 1: give all as many");
}

TEST(PublicApi, AFormulaIsEvaluatedOverATable) {
  Table table;
  ASSERT_TRUE(table.set("N", {1e9, 2e9}) && table.set("D", {2e10, 1e10}) &&
              table.set("x", {-1, 4}));
  EXPECT_EQ(*evaluate("N/1B + sqrt(x^2)", table), (std::vector{2.0, 6.0}));
  EXPECT_EQ(*evaluate("D > 15B", table), (std::vector{1.0, 0.0}));
  EXPECT_EQ(*evaluate("C", table), (std::vector{6e9 * 2e10, 12e9 * 1e10})) << "derived";
  EXPECT_TRUE(std::isnan((*evaluate("log(x)", table))[0]));
  EXPECT_EQ(problem(evaluate("2*(N", table)),
            "formula:5: the text ends where an operator or ')' should follow");
  EXPECT_EQ(problem(evaluate("y + N", table, "--weights")),
            "--weights:1: nothing provides y; the columns are: N, D, x");
}

TEST(PublicApi, FoldsAreMadeFromAText) {
  const Table runs = table();
  const Result<Folds> top = make_folds("top:25%:C", runs, 1);
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(top->folds.size(), 1u);
  double largest = 0, least = HUGE_VAL;
  for (const std::size_t row : top->folds[0].training)
    largest = std::max(largest, (*evaluate("C", runs))[row]);
  for (const std::size_t row : top->folds[0].held_out)
    least = std::min(least, (*evaluate("C", runs))[row]);
  EXPECT_LT(largest, least);
  EXPECT_EQ(make_folds("folds:5", runs, 1)->folds.size(), 5u);
  EXPECT_EQ(make_folds("rolling:3", runs, 1)->folds.size(), 3u) << "of C, which is derived";
  const std::span<const double> sizes = runs.column("N");
  EXPECT_EQ(make_folds("group:N", runs, 1)->folds.size(),
            (std::set<double>(sizes.begin(), sizes.end()).size()));
  EXPECT_EQ(problem(make_folds("top:20%:kind", runs, 1)).substr(0, 38),
            "holdout.text:9: nothing provides kind;");
  EXPECT_EQ(problem(make_folds("top:20%:log(loss - 100)", runs, 1)),
            "holdout.text: log(loss - 100) has no value in row \"3\"");
}

TEST(PublicApi, LawsAreComparedByAHoldOutInText) {
  const Candidate laws[] = {{"hoffmann2022", law()},
                            {"power", *Law::from_formula("E + A/(N*D)^alpha")}};
  const Table runs = table();
  const Result<Comparison> comparison = compare(laws, runs, "top:25%:C");
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_EQ(comparison->laws[0].name, "hoffmann2022");
  SerialExecutor executor;
  Progress silent;
  EXPECT_EQ(comparison->laws[0].held_out.rmse,
            compare(laws, runs, *make_folds("top:25%:C", runs, 1), {}, executor, silent)
                ->laws[0]
                .held_out.rmse);

  const std::string text =
      write_comparison_file({.comparison = *comparison, .holdout = "top:25%:C"});
  EXPECT_TRUE(is_comparison_file(text));
  const Result<ComparisonSummary> back = read_comparison_file(text, "comparison.json");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->holdout, "top:25%:C");
  EXPECT_EQ(back->answer, verdict_text(*comparison));
  EXPECT_EQ(back->laws[1].held_out.rmse, comparison->laws[1].held_out.rmse);
}

TEST(PublicApi, AFitIsWrittenAndReadBackWithItsIntervals) {
  FitRecord record{.fit = *fit(law(), table())};
  record.bootstrap = {.draws = *bootstrap(record.fit, {.replicates = 20}), .level = 0.9};
  record.bootstrap->uncertainties = uncertainties(record.fit, record.bootstrap->draws, 0.9);
  const std::string text = write_fit_file(record);
  const Result<FitRecord> back = read_fit_file(text, "fit.json");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->fit.coefficients(), record.fit.coefficients());
  EXPECT_EQ(back->fit.coefficients().at("alpha"), record.fit.law.values()[3]);
  EXPECT_EQ(back->bootstrap->draws.values, record.bootstrap->draws.values);
  EXPECT_EQ(back->fit.table.rows(), record.fit.table.rows());
  EXPECT_FALSE(back->version.empty());
  EXPECT_EQ(write_fit_file(*back), text);
  EXPECT_EQ(plan(back->fit.law, {.flops = 1e22})->run->N,
            plan(record.fit.law, {.flops = 1e22})->run->N);
  EXPECT_EQ(problem(read_fit_file("{}", "fit.json")).substr(0, 42),
            "fit.json: this is not a fit file: it has n");
}

TEST(PublicApi, ResultsAreJson) {
  const Law published = *find_law("hoffmann2022:besiroglu");
  const FitRecord record{.fit = *fit(law(), table())};
  for (const std::string& text :
       {to_json(published), to_json(record),
        to_json(published, *predict(published, {{"N", 1e9}, {"D", 2e10}})),
        to_json(published, *plan(published, {.flops = 1e22}))}) {
    EXPECT_TRUE(text.starts_with("{\n") && text.ends_with("}\n")) << text;
    EXPECT_NE(text.find("\"version\""), std::string::npos) << text;
  }
  EXPECT_NE(to_json(record).find("\"alpha\""), std::string::npos);
}

}  // namespace
}  // namespace isoflop
