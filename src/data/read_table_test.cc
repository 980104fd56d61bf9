#include "isoflop/read_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "support/command.h"

namespace isoflop {
namespace {

const Law& dense() {
  static const Law kLaw = *Law::from_formula("E + A/N^alpha + B/D^beta");
  return kLaw;
}
const Law& sparse() {
  static const Law kLaw = *Law::from_formula("e*(1-S)^gamma + A/N^alpha + B/D^beta");
  return kLaw;
}
const Law& experts() {
  static const Law kLaw = *Law::from_formula("E + A*(1-Sx)/P^alpha + B/D^beta");
  return kLaw;
}

using Numbers = std::vector<double>;

Numbers column(const Result<MappedTable>& read, std::string_view name) {
  if (!read) {
    ADD_FAILURE() << read.error().text();
    return {};
  }
  const auto values = read->table.column(name);
  return {values.begin(), values.end()};
}
std::string problem_of(const Result<MappedTable>& read) {
  return read ? "no error" : read.error().text();
}
std::string problem_of_groups(const Result<std::vector<TableGroup>>& read) {
  return read ? "no error" : read.error().text();
}

// A test on a shared file runs where that file is.
class PublicData : public testing::Test {
 protected:
  [[nodiscard]] Result<MappedTable> read(const std::string& file, const Law& law,
                                         const Mapping& mapping) const {
    return read_table(text_, file, law, mapping);
  }
  bool load(const std::string& file) {
    const std::filesystem::path path = shared_data() / file;
    if (!std::filesystem::exists(path)) return false;
    text_ = read_text(path);
    return !text_.empty();
  }
  std::string text_;
};
#define ISOFLOP_LOAD_OR_SKIP(file) \
  if (!load(file)) GTEST_SKIP() << "../shared/data/" file " is not here"

TEST_F(PublicData, ChinchillaWithoutItsFiveHighestLosses) {
  ISOFLOP_LOAD_OR_SKIP("chinchilla_epoch2024.csv");
  Mapping mapping;
  mapping.columns = "N={Model Size}, C={Training FLOP}, loss=loss";
  const Result<MappedTable> all = read("chinchilla_epoch2024.csv", dense(), mapping);
  ASSERT_TRUE(all) << problem_of(all);
  EXPECT_EQ(all->table.names(), (std::vector<std::string>{"N", "D", "loss", "C"}));
  EXPECT_EQ(all->table.rows(), 245U);
  EXPECT_EQ(all->table.column("N")[0], 6795600349.289497);
  EXPECT_DOUBLE_EQ(all->table.column("D")[0], 9.993852799709755e+18 / (6 * 6795600349.289497));
  EXPECT_EQ(all->notes, std::vector<std::string>{"D is derived: C/(6 N)"});

  mapping.drop_highest_loss = 5;
  const Result<MappedTable> fewer = read("chinchilla_epoch2024.csv", dense(), mapping);
  ASSERT_TRUE(fewer) << problem_of(fewer);
  EXPECT_EQ(fewer->rows_read, 245U);
  EXPECT_EQ(fewer->left_out.dropped, 5U);
  ASSERT_EQ(fewer->table.rows(), 240U);
  Numbers losses = column(all, "loss");
  std::ranges::sort(losses);
  EXPECT_EQ(*std::ranges::max_element(fewer->table.column("loss")), losses[239]);
}

TEST_F(PublicData, PrunedT5) {
  ISOFLOP_LOAD_OR_SKIP("frantar2023_t5_c4.csv");
  Mapping mapping;
  mapping.columns = "P=24*12*768^2*scale, S=sparsity, D=65536*steps, loss={val-loss}";
  const Result<MappedTable> read_all = read("frantar2023_t5_c4.csv", sparse(), mapping);
  ASSERT_TRUE(read_all) << problem_of(read_all);
  ASSERT_EQ(read_all->table.rows(), 48U);
  EXPECT_EQ(read_all->table.column("N")[1], 24 * 12 * 768.0 * 768 * 0.015625 * 0.5);
  EXPECT_EQ(read_all->table.column("D")[1], 65536.0 * 250000);
  EXPECT_EQ(read_all->table.column("loss")[1], 2.8416964346902414);
  EXPECT_EQ(read_all->notes, std::vector<std::string>{"N is derived: P (1 - S)"});

  const Result<MappedTable> as_experts = read("frantar2023_t5_c4.csv", experts(), mapping);
  ASSERT_TRUE(as_experts) << problem_of(as_experts);
  EXPECT_EQ(as_experts->notes,
            std::vector<std::string>{
                "S stands in for Sx, which is another number: give Sx where it is known"});
  EXPECT_EQ(column(as_experts, "Sx"), column(read_all, "S"));
}

TEST_F(PublicData, PrunedVitFromJsonWithGapsInItsIds) {
  ISOFLOP_LOAD_OR_SKIP("frantar2023_vit_jft.json");
  Mapping mapping;
  mapping.columns = "P=12*12*768^2*scale, S=sparsity, D=total_examples, loss={val-loss}";
  const Result<MappedTable> vit = read("frantar2023_vit_jft.json", sparse(), mapping);
  ASSERT_TRUE(vit) << problem_of(vit);
  ASSERT_EQ(vit->table.rows(), 112U);
  EXPECT_EQ(vit->table.column("loss")[0], 6.7818391589);
  EXPECT_EQ(vit->table.column("loss")[111], 7.2895336554);
  EXPECT_EQ(vit->table.column("S")[111], 0.9375);
  EXPECT_EQ(vit->table.column("D")[111], 1.8e9);
}

// Blank cells in columns that are not read (loss_pile and others) do not matter.
TEST_F(PublicData, ClarkByRouter) {
  ISOFLOP_LOAD_OR_SKIP("clark2022_routing_final.csv");
  Mapping mapping;
  mapping.columns =
      "N=dense_parameter_count, P=total_parameter_count, experts=num_experts, D=130B, "
      "loss=loss_validation";
  mapping.where =
      "(router_type == 'S-Base' || router_type == 'Dense') && routing_frequency == 0.5 && k == 1 "
      "&& seed == 42";
  const Result<MappedTable> clark = read("clark2022_routing_final.csv", sparse(), mapping);
  ASSERT_TRUE(clark) << problem_of(clark);
  EXPECT_EQ(clark->rows_read, 223U);
  EXPECT_EQ(clark->table.rows(), 58U);
  EXPECT_EQ(clark->left_out.filtered, 223U - 58U);
  EXPECT_EQ(clark->table.column("D")[0], 130e9);
  EXPECT_EQ(clark->table.column("S")[0], 0) << "the first row is dense";

  mapping.where = "loss_pile < 3";
  const Result<MappedTable> blank = read("clark2022_routing_final.csv", sparse(), mapping);
  ASSERT_FALSE(blank);
  EXPECT_EQ(blank.error().problems.size(), 8U) << problem_of(blank);
  EXPECT_NE(problem_of(blank).find("column \"loss_pile\": the cell is empty"), std::string::npos);
  mapping.where = "{loss_pile} != '' && loss_pile < 3";
  EXPECT_TRUE(read("clark2022_routing_final.csv", sparse(), mapping));
}

Result<MappedTable> read_runs(std::string_view text, const Mapping& mapping,
                              const Law& law = dense()) {
  return read_table(text, "runs.csv", law, mapping);
}
Mapping columns(std::string definitions, std::string where = "") {
  Mapping mapping;
  mapping.columns = std::move(definitions);
  mapping.where = std::move(where);
  return mapping;
}

TEST(ReadTable, ColumnsThatHaveAnInputsNameNeedNoMapping) {
  const auto runs = read_runs("loss,extra,D,N\n3,x,100,10\n2,,200,20\n", {});
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(runs->table.names(), (std::vector<std::string>{"N", "D", "loss"}));
  EXPECT_EQ(column(runs, "N"), (Numbers{10, 20}));
  EXPECT_TRUE(runs->notes.empty());
}

TEST(ReadTable, DefinitionsUseEachOtherInAnyOrderAndTheFilesColumnsWithin) {
  const auto runs = read_runs("N,steps,loss\n1,5,3\n2,7,2\n",
                              columns("D = batch*steps, batch = 2*size, size = 50, N = 1e6*N"));
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(column(runs, "D"), (Numbers{500, 700}));
  EXPECT_EQ(column(runs, "N"), (Numbers{1e6, 2e6}));
}

// One mapping serves many laws: what this law does not need may have blanks, but not names that do
// not exist.
TEST(ReadTable, ADefinitionThatNothingNeedsReadsNoCells) {
  const std::string text = "N,D,e,loss\n1,2,,3\n";
  EXPECT_TRUE(read_runs(text, columns("width = e")));
  EXPECT_FALSE(read_runs(text, columns("experts = e"))) << "an input might contradict others";
  EXPECT_FALSE(read_runs(text, columns("width = f")));
}

TEST(ReadTable, AFormulaLawMayHaveMappedNamesAsInputs) {
  const std::vector<std::string> names = {"width"};
  const Law law = *Law::from_formula("E + A/width^alpha + B/D^beta", names);
  const auto runs = read_runs("w,D,loss\n64,1,3\n", columns("width = 2*w"), law);
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(column(runs, "width"), Numbers{128});
}

TEST(ReadTable, TheFilterSeesColumnsMappedNamesAndDerivedInputs) {
  const std::string text = "n,D,kind,loss\n1e9,1e10,a,3\n2e9,1e10,b,2.5\n3e9,1e10,a,2.2\n";
  EXPECT_EQ(column(read_runs(text, columns("N=n", "C >= 1.2e20")), "N"), (Numbers{2e9, 3e9}));
  EXPECT_EQ(column(read_runs(text, columns("N=n", "n == 1B || N == 3B")), "N"),
            (Numbers{1e9, 3e9}));
  EXPECT_EQ(column(read_runs(text, columns("N=n", "kind != 'a'")), "N"), Numbers{2e9});
  EXPECT_EQ(column(read_runs(text, columns("N=n, type=kind", "'a' == type && loss < 3")), "N"),
            Numbers{3e9});
  EXPECT_EQ(column(read_runs(text, columns("N = n*(1 + (kind == 'b'))")), "N"),
            (Numbers{1e9, 4e9, 3e9}));
}

TEST(ReadTable, SaysWhatIsMissingAndWhatThereIs) {
  EXPECT_EQ(
      problem_of(read_runs("Model Size,Training FLOP,loss\n1,2,3\n", columns("N={Model Size}"))),
      "mapping.columns: nothing provides D; it needs D, or C with N, or C with P and S; the "
      "columns "
      "are: Model Size, Training FLOP, loss");
  EXPECT_EQ(problem_of(read_runs("N,D,val-loss\n1,2,3\n", {})),
            "mapping.columns: nothing provides loss; did you mean {val-loss}? the columns are: N, "
            "D, val-loss");
  EXPECT_EQ(
      problem_of(read_runs("N,D,val-loss\n1,2,3\n", columns("loss = {val_loss}"))),
      "mapping.columns:8: runs.csv has no column {val_loss}; did you mean \"val-loss\"? it has "
      "N, D, val-loss");
  EXPECT_EQ(
      problem_of(read_runs("N,D,val-loss\n1,2,3\n", columns("", "layers > 3 && loss < 1"))),
      "mapping.where:1: nothing provides layers; the columns are: N, D, val-loss\n"
      "mapping.where:15: nothing provides loss; did you mean {val-loss}? the columns are: N, D, "
      "val-loss\n"
      "mapping.columns: nothing provides loss; did you mean {val-loss}? the columns are: N, D, "
      "val-loss");
}

TEST(ReadTable, MistakesInTheMappingAreFound) {
  const std::string text = "N,D,loss,kind\n1,2,3,a\n";
  EXPECT_EQ(problem_of(read_runs(text, columns("N=1, N=2"))),
            "mapping.columns:6: N is defined twice; remove one");
  EXPECT_NE(problem_of(read_runs(text, columns("N = size, size = 2*N")))
                .find("defined by itself: N needs size needs N"),
            std::string::npos);
  EXPECT_NE(problem_of(read_runs(text, columns("", "kind")))
                .find("\"a\" is not a number; a text can only be compared"),
            std::string::npos);
  EXPECT_NE(problem_of(read_runs(text, columns("", "2*N == 'a'"))).find("2*N is not a column"),
            std::string::npos);
  EXPECT_NE(problem_of(read_runs(text, columns("", "kind < 'a'"))).find("is not compared"),
            std::string::npos);
  EXPECT_NE(problem_of(read_runs("N,N,D,loss\n1,1,2,3\n", {}))
                .find("2 columns of runs.csv are called \"N\""),
            std::string::npos);
  EXPECT_TRUE(read_runs("x,x,N,D,loss\n1,1,1,2,3\n", {}))
      << "a double name that is not used does not matter";
}

TEST(ReadTable, EveryBadCellIsNamedWithItsLine) {
  EXPECT_EQ(
      problem_of(read_runs("N,D,loss\n1,2,\"2,31\"\n1,,3\n1,2,3\nx,2,nan\n", {})),
      "runs.csv:2: column \"loss\": \"2,31\" is not a number; a decimal comma?\n"
      "runs.csv:3: column \"D\": the cell is empty; fill it in, or leave such rows out with "
      "mapping.skip_missing\n"
      "runs.csv:5: column \"N\": \"x\" is not a number; a text can only be compared, as in "
      "mapping.where=\"{N} == 'x'\"\n"
      "runs.csv:5: column \"loss\": \"nan\" is not a finite number; mapping.skip_missing leaves "
      "such rows out");
  EXPECT_EQ(
      problem_of(read_runs(R"({"N": {"4": 1}, "D": {"4": 2}, "loss": {"4": null, "9": 2}})", {}))
          .substr(0, 45),
      "runs.csv: row \"4\": column \"loss\": the cell is");
  std::string many = "N,D,loss\n";
  for (int i = 0; i < 30; ++i) many += "1,2,\"3,1\"\n";
  EXPECT_TRUE(problem_of(read_runs(many, {})).ends_with("... and 10 more"));
}

// What the filter leaves out may be as broken as it likes, also in the cells that another part of
// the filter reads.
TEST(ReadTable, RowsThatTheFilterLeavesOutAreNotChecked) {
  const auto runs = read_runs("N,D,loss,state\n1,2,3,done\n1,,,failed\n-1,2,nan,failed\n",
                              columns("", "state == 'done' && loss < 5"));
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(runs->table.rows(), 1U);
  EXPECT_EQ(runs->left_out.filtered, 2U);
}

TEST(ReadTable, ValuesOutsideTheirDomainAreNamedOncePerRow) {
  EXPECT_EQ(problem_of(read_runs("P,s,D,loss\n-8,0.5,2,3\n8,1.5,2,3\n8,0.5,2,3\n8,0,0,3\n",
                                 columns("S=s"), sparse())),
            "runs.csv:2: N = P (1 - S) is -4; it must be above 0\n"
            "runs.csv:3: S = s is 1.5; it must lie in [0, 1): 0 is dense\n"
            "runs.csv:5: D is 0; it must be above 0");
  EXPECT_EQ(problem_of(read_runs("N,D,l\n1,2,-1\n", columns("loss=log(l)"))),
            "runs.csv:2: loss = log(l) is nan; it must be a finite number");
  EXPECT_TRUE(read_runs("N,D,loss\n1,2,-3\n", {}))
      << "whether a loss may be negative is the residual's affair";
}

TEST(ReadTable, ContradictionsAreErrorsOfTheirRow) {
  const std::string text = "N,P,S,D,loss\n5,10,0.5,2,3\n4,10,0.5,2,3\n";
  EXPECT_EQ(problem_of(read_runs(text, columns("P=P, S=S"), sparse())),
            "runs.csv:3: N is 4, but P (1 - S) is 5; correct one of N, P and S, or "
            "define it by the others with mapping.columns");
  EXPECT_TRUE(read_runs(text, {}, dense())) << "P and S are not read for a dense law";
}

TEST(ReadTable, DropsTheHighestLossesAndSaysWhereThereIsATie) {
  const std::string text = "N,D,loss\n1,1,3\n2,1,9\n3,1,5\n4,1,5\n5,1,2\n";
  Mapping mapping;
  mapping.drop_highest_loss = 1;
  EXPECT_EQ(column(read_runs(text, mapping), "N"), (Numbers{1, 3, 4, 5}));
  mapping.drop_highest_loss = 2;
  const auto tied = read_runs(text, mapping);
  EXPECT_EQ(column(tied, "N"), (Numbers{1, 3, 5}));
  ASSERT_EQ(tied->notes.size(), 1U);
  EXPECT_NE(tied->notes[0].find("equal loss 5"), std::string::npos) << tied->notes[0];
  mapping.drop_highest_loss = 3;
  EXPECT_TRUE(read_runs(text, mapping)->notes.empty());
  mapping.where = "N != 2";
  EXPECT_EQ(column(read_runs(text, mapping), "N"), Numbers{5})
      << "of the rows that the filter keeps";
  mapping.drop_highest_loss = 4;
  EXPECT_EQ(
      problem_of(read_runs(text, mapping)),
      "mapping.drop_highest_loss: leaving out 4 of 4 rows leaves none; give a smaller number");
}

TEST(ReadTable, LossAndWeightsMayBeFormulas) {
  Mapping mapping = columns("loss = ({a} + b)/2");
  mapping.weights = "n_seeds";
  const std::string text = "N,D,a,b,n_seeds\n1,2,3,5,2\n";
  const auto runs = read_runs(text, mapping);
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(column(runs, "loss"), Numbers{4});
  EXPECT_EQ(column(runs, "weight"), Numbers{2});
  mapping.weights = "-n_seeds";
  EXPECT_EQ(problem_of(read_runs(text, mapping)),
            "runs.csv:2: weight = -n_seeds is -2; it must be 0 or more");
}

TEST(ReadTable, ATableToPredictForNeedsNoLoss) {
  const auto runs = read_table("N,D\n1,2\n", "runs.csv", dense(), {}, Response::kNone);
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(runs->table.names(), (std::vector<std::string>{"N", "D"}));
}

TEST(ReadTable, AnEmptyAnswerSaysWhy) {
  const std::string text = "N,D,loss,kind\n1,2,3,Dense\n";
  EXPECT_EQ(
      problem_of(read_runs(text, columns("", "kind == 'dense'"))),
      "mapping.where: 'kind == 'dense'' keeps none of the 1 rows of runs.csv: no cell of kind is "
      "'dense'; did you mean \"Dense\"?");
  EXPECT_EQ(problem_of(read_runs("N,D,loss\n", {})),
            "runs.csv: there are no rows below the names; add runs");
}

// A share that is a hair below 0 is a dense model; anything more is a mistake.
TEST(ReadTable, RoundingIsNotNegativeSparsity) {
  const auto runs = read_runs("N,P,D,loss\n1e9,999999999.5,2,3\n", {}, sparse());
  EXPECT_EQ(column(runs, "S"), Numbers{0});
  EXPECT_EQ(column(read_runs("N,S,D,loss\n1e9,-1e-9,2,3\n", {}, sparse()), "S"), Numbers{0});
  EXPECT_EQ(problem_of(read_runs("N,S,D,loss\n1e9,-1e-3,2,3\n", {}, sparse())),
            "runs.csv:2: S is -0.001; it must lie in [0, 1): 0 is dense");
}

// The law reads N and S; that P says otherwise in the same row is still a contradiction.
TEST(ReadTable, AColumnThatIsThereMayContradictTheTwoThatAreRead) {
  EXPECT_EQ(
      problem_of(read_runs("N,P,S,D,loss\n5,10,0.5,2,3\n4,10,0.5,2,3\n4,,0.5,2,3\n", {}, sparse())),
      "runs.csv:3: N is 4, but P (1 - S) is 5; correct one of N, P and S, or define it by "
      "the others with mapping.columns");
}

TEST(ReadTable, LogResidualsNeedALossAboveZero) {
  const std::string text = "N,D,loss\n1,2,3\n1,2,0\n1,2,-3\n";
  EXPECT_TRUE(read_table(text, "f", dense(), {}, Response::kAny));
  EXPECT_EQ(
      problem_of(read_table(text, "f", dense(), {}, Response::kPositive)),
      "f:3: loss is 0; it must be above 0 for log residuals; recipe.residual=linear takes any\n"
      "f:4: loss is -3; it must be above 0 for log residuals; recipe.residual=linear takes any");
}

TEST(ReadTable, RowsWithMissingCellsAreLeftOutAndCountedOnlyWhenAsked) {
  const std::string text =
      "N,D,loss,note\n1,2,3,\n1,,3,\n1,2,NaN,\n1,2,Infinity,\n2,2,2,\n,2,9,failed\n";
  Mapping mapping = columns("", "note != 'failed'");
  EXPECT_EQ(read_runs(text, mapping).error().problems.size(), 3U);
  mapping.skip_missing = true;
  const auto runs = read_runs(text, mapping);
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(column(runs, "N"), (Numbers{1, 2}));
  EXPECT_EQ(runs->left_out.skipped, 3U);
  EXPECT_EQ(runs->left_out.filtered, 1U);
  EXPECT_EQ(problem_of(read_runs("N,D,loss\n1,2,x\n", mapping)).substr(0, 22),
            "mapping.where:6: note ");
  mapping.where = "";
  EXPECT_EQ(problem_of(read_runs("N,D,loss\n1,2,x\n", mapping)).substr(0, 26),
            "runs.csv:2: column \"loss\":")
      << "a text is a mistake, not a gap";
  EXPECT_EQ(problem_of(read_runs("N,D,loss\n1,,3\n1,2,\n", mapping)),
            "runs.csv: each of its 2 rows misses a cell that is needed: N, D, loss");
}

std::vector<std::string> row_labels(const Table& table) {
  std::vector<std::string> labels;
  for (std::size_t row = 0; row < table.rows(); ++row) labels.push_back(table.row_label(row));
  return labels;
}

// As the messages above have them, whatever was left out before a row.
TEST(ReadTable, RowsAreCalledAsInTheirFile) {
  using Labels = std::vector<std::string>;
  Mapping mapping = columns("", "N < 5");
  mapping.skip_missing = true;
  mapping.drop_highest_loss = 1;
  const auto csv = read_runs(
      "N,D,loss,note\n9,2,3,\n\n1,2,3,\"on two\nlines\"\n2,,3,\n3,2,9,\n4,2,2,\n", mapping);
  ASSERT_TRUE(csv) << problem_of(csv);
  EXPECT_EQ(row_labels(csv->table), (Labels{"line 4", "line 8"}));
  const auto lines = read_runs(
      "{\"N\": 9, \"D\": 2, \"loss\": 9}\n\n{\"N\": 1, \"D\": 2, \"loss\": 9}\n"
      "{\"N\": 2, \"D\": 2, \"loss\": 2}\n",
      mapping);
  ASSERT_TRUE(lines) << problem_of(lines);
  EXPECT_EQ(row_labels(lines->table), Labels{"line 4"});
  const auto lists =
      read_runs("{\"N\": [9, 1, 2], \"D\": [2, 2, 2], \"loss\": [9, 9, 2]}", mapping);
  ASSERT_TRUE(lists) << problem_of(lists);
  EXPECT_EQ(row_labels(lists->table), Labels{"row \"3\""});
  const auto ids = read_runs(
      "{\"N\": {\"7\": 9, \"8\": 1, \"last\": 2}, \"D\": {\"7\": 2, \"8\": 2, \"last\": 2}, "
      "\"loss\": {\"7\": 9, \"8\": 9, \"last\": 2}}",
      mapping);
  ASSERT_TRUE(ids) << problem_of(ids);
  EXPECT_EQ(row_labels(ids->table), Labels{"row \"last\""});
  const auto groups =
      read_groups("N,D,loss,kind\n1,2,3,a\n2,2,3,b\n3,2,4,a\n", "f", dense(), {}, "kind");
  ASSERT_TRUE(groups) << problem_of_groups(groups);
  EXPECT_EQ(row_labels((*groups)[0].runs.table), (Labels{"line 2", "line 4"}));
}

// A group is what its own filter gives, so that it can be fitted again alone.
TEST(ReadTable, GroupsAreWhatTheirFiltersGive) {
  const std::string text =
      "N,D,loss,kind\n1,2,3,a\n2,2,3,it's b\n3,2,,a\n4,2,9,a\n5,2,8,it's b\n6,2,1,c\n";
  Mapping mapping = columns("type = kind", "N < 6");
  mapping.skip_missing = true;
  mapping.drop_highest_loss = 1;
  const auto groups = read_groups(text, "runs.csv", dense(), mapping, "type");
  ASSERT_TRUE(groups) << groups.error().text();
  ASSERT_EQ(groups->size(), 2U);
  EXPECT_EQ((*groups)[1].name, "it's b");
  for (const TableGroup& group : *groups) {
    Mapping own = mapping;
    own.where = group.where;
    const auto alone = read_runs(text, own);
    ASSERT_TRUE(alone) << problem_of(alone);
    EXPECT_EQ(column(alone, "N"), column(group.runs, "N")) << group.where;
    EXPECT_EQ(alone->left_out.filtered, group.runs.left_out.filtered) << group.where;
    EXPECT_EQ(alone->left_out.skipped, group.runs.left_out.skipped) << group.where;
    EXPECT_EQ(alone->left_out.dropped, group.runs.left_out.dropped) << group.where;
  }
}

TEST(ReadTable, AGroupColumnThatIsNoneIsSaid) {
  const std::string text = "N,D,loss,kind\n1,2,3,a\n2,2,3,\n";
  const auto problem = [&](const char* by) {
    return problem_of_groups(read_groups(text, "f", dense(), {}, by));
  };
  EXPECT_EQ(problem("knid"),
            "read_groups.by: nothing provides knid; did you mean \"kind\"? the columns are: N, D, "
            "loss, kind");
  EXPECT_EQ(problem("{kind}"),
            "f:3: column \"kind\": the cell is empty; fill it in, or leave such rows out with "
            "mapping.skip_missing");
}

TEST(ReadTable, AMillionRowsAreRead) {
  std::string text = "id,N,D,loss,comment\n";
  for (int i = 1; i <= 1000000; ++i)
    text += fmt::format("{},{},{},{},none\n", i, 1e6 * i, 2.5e7 * i, 2 + 1.0 / i);
  const auto runs = read_runs(text, columns("", "loss < 2.5"));
  ASSERT_TRUE(runs) << problem_of(runs);
  EXPECT_EQ(runs->table.rows(), 999998U);
}

// ---- rows reduced

// Two sizes, two learning rates, two seeds; D of a size differs by rounding alone.
constexpr std::string_view kSweep =
    "N,D,lr,seed,loss\n"
    "1e9,2e10,a,1,3.00\n1e9,2e10,a,2,3.04\n1e9,20000000000.0000004,b,1,3.01\n1e9,2e10,b,2,3.01\n"
    "2e9,2e10,a,1,2.90\n2000000000,2e10,a,2,2.80\n2e9,2e10,b,1,2.86\n2e9,2e10,b,2,2.82\n";

TEST(RowsReduced, MeansComeBeforeTheBestAndCountTheirRows) {
  const auto runs = read_runs(kSweep, {.mean_of = "N, D, lr", .best_of = "N, D"});
  EXPECT_EQ(column(runs, "N"), (Numbers{1e9, 2e9}));
  EXPECT_NEAR(column(runs, "loss")[0], 3.01, 1e-12) << "not the lucky seed's 3.00";
  EXPECT_NEAR(column(runs, "loss")[1], 2.84, 1e-12);
  EXPECT_EQ(column(runs, "weight"), (Numbers{2, 2}));
  EXPECT_EQ(column(runs, "spread")[0], 0);
  EXPECT_NEAR(column(runs, "spread")[1], 0.04 / std::sqrt(2), 1e-12);
  EXPECT_EQ(runs->left_out.averaged, 4U);
  EXPECT_EQ(runs->left_out.worse, 2U);
  EXPECT_EQ(runs->table.row_name(1), "8") << "the first of the mean";
}

TEST(RowsReduced, WeightsAreOfTheRowsAndAddUp) {
  Mapping mapping{.weights = "seed", .mean_of = "N, D"};
  const auto runs = read_runs(kSweep, mapping);
  EXPECT_EQ(column(runs, "weight"), (Numbers{6, 6}));
  EXPECT_NEAR(column(runs, "loss")[0], (3.00 + 2 * 3.04 + 3.01 + 2 * 3.01) / 6, 1e-12);
  mapping = {.drop_highest_loss = 1, .best_of = "N", .best_by = "-loss"};
  EXPECT_EQ(column(read_runs(kSweep, mapping), "loss"), Numbers{2.90});
}

TEST(RowsReduced, AGroupIsReducedAsAlone) {
  const Mapping mapping{.where = "seed < 3", .drop_highest_loss = 1, .best_of = "N, D"};
  const auto groups = read_groups(kSweep, "runs.csv", dense(), mapping, "lr");
  ASSERT_TRUE(groups) << problem_of_groups(groups);
  for (const TableGroup& group : *groups) {
    Mapping own = mapping;
    own.where = group.where;
    const auto alone = read_runs(kSweep, own);
    EXPECT_EQ(column(alone, "loss"), column(group.runs, "loss"));
    EXPECT_EQ(alone->left_out.worse, group.runs.left_out.worse);
    EXPECT_EQ(alone->left_out.filtered, group.runs.left_out.filtered);
  }
}

TEST(RowsReduced, RowsWithoutAValueToSortByAreProblemsOrSkipped) {
  const std::string text = "run,N,D,loss\na,1,100,3\n,1,200,2\nb,2,100,2.5\n";
  EXPECT_EQ(
      problem_of(read_runs(text, {.last_of = "run"})),
      "runs.csv:3: column \"run\": the cell is empty; fill it in, or leave such rows out with "
      "mapping.skip_missing");
  const auto runs = read_runs(text, {.skip_missing = true, .last_of = "run"});
  EXPECT_EQ(column(runs, "N"), (Numbers{1, 2}));
  EXPECT_EQ(runs->left_out.skipped, 1U);
}

TEST(RowsReduced, AMeanIsOfOneCluster) {
  Mapping mapping{.cluster = "lr", .mean_of = "N, D"};
  EXPECT_EQ(problem_of(read_runs(kSweep, mapping)),
            "mapping.mean_of: it would average rows of different lr, line 2 and others; one of "
            "mapping.mean_of and mapping.cluster is enough: leave the other out");
  mapping.mean_of = "N, D, lr";
  EXPECT_EQ(column(read_runs(kSweep, mapping), "cluster"), (Numbers{0, 1, 0, 1}));
}

TEST(SeveralFiles, AreOneTable) {
  const TextFile files[] = {{"N,D,loss\n1,100,3\n", "x/a.csv"},
                            {"[{\"loss\": 2, \"N\": 3, \"D\": 400}]", "x/b.json"}};
  const auto runs = read_table(files, dense(), {.columns = "N = n", .file_name = "x/{n}.*"});
  EXPECT_EQ(problem_of(runs).substr(0, 13), "x/a.csv:2: co") << problem_of(runs);
  const auto all = read_table(files, dense(), {.where = "file != 'y'"});
  EXPECT_EQ(column(all, "N"), (Numbers{1, 3}));
  EXPECT_EQ(all->table.row_label(1), "row \"x/b.json:1\"");
  for (const auto& [pattern, source, n] :
       std::initializer_list<std::array<std::string, 3>>{{"{n}_*.csv", "1_2_3.csv", "1"},
                                                         {"*_{n}.csv", "1_2.csv", "2"},
                                                         {"*-{n}--x", "y-3--x", "3"},
                                                         {"{n}/{m}/z", "q/4/5/z", "4"},
                                                         {"{n}*", "7", ""},
                                                         {"{n}.csv", ".csv", ""},
                                                         {"{n}_a_a", "1_a", ""}}) {
    const TextFile file[] = {{"D,loss\n100,3\n", source}};
    const auto read = read_table(file, dense(), {.columns = "N = n", .file_name = pattern});
    if (n.empty())
      EXPECT_FALSE(read) << pattern;
    else
      EXPECT_EQ(column(read, "N"), Numbers{std::stod(n)}) << pattern;
  }
  EXPECT_EQ(problem_of(read_table(std::span<const TextFile>(), dense(), {})),
            "read_table.files: there are no files; give one");
}

}  // namespace
}  // namespace isoflop
