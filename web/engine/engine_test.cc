// The engine as the page uses it: requests and answers as texts.
#include "web/engine/engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/value.h"
#include "support/command.h"

namespace isoflop {
namespace {

constexpr const char* kRuns =
    "N,D,loss\n"
    "1e8,2e9,3.61\n1e8,2e10,3.02\n1e8,2e11,2.85\n1e9,2e9,3.25\n1e9,2e10,2.58\n"
    "1e9,2e11,2.37\n1e10,2e9,3.10\n1e10,2e10,2.42\n1e10,2e11,2.15\n9e9,2e10,9.99\n";

class EngineTest : public testing::Test {
 protected:
  // The answer's "ok" as a tree; its problems are a failure.
  Value ok(const std::string& request) {
    const std::string text = engine_.call(request);
    Result<Value> answer = read_json(text, "answer");
    EXPECT_TRUE(answer) << text;
    const Value* inner = answer ? answer->find("ok") : nullptr;
    EXPECT_NE(inner, nullptr) << request << "\n" << text;
    return inner == nullptr ? Value() : *inner;
  }
  // Its problems, "at:line:column what", a line each.
  std::string problems(const std::string& request) {
    const Result<Value> answer = read_json(engine_.call(request), "answer");
    std::string text;
    if (!answer || answer->find("problems") == nullptr) return text;
    for (const Value& each : answer->find("problems")->items())
      text += fmt::format("{}:{}:{} {}\n", each.find("at")->string(), each.find("line")->number(),
                          each.find("column")->number(), each.find("what")->string());
    return text;
  }
  void open(const std::string& id, const std::string& name, const std::string& text) {
    const Value file = Value::object({{"name", name}, {"text", text}});
    ok(write_json(Value::object({{"do", "open"}, {"id", id}, {"files", Value::array({file})}})));
  }
  void open_and_fit() {
    open("runs", "runs.csv", kRuns);
    ok(R"({"do": "fit", "id": "fit", "table": "runs", "law": "hoffmann2022"})");
  }
  std::string saved(const std::string& id) {
    return ok(R"({"do": "save", "id": ")" + id + "\"}").find("text")->string();
  }

  SerialExecutor executor_;
  Progress progress_;
  Engine engine_{executor_, progress_};
};

std::string without_last_run() {
  const std::string runs = kRuns;
  return runs.substr(0, runs.find("9e9"));
}

double number(const Value& value, const std::string& name) { return value.find(name)->number(); }

TEST_F(EngineTest, SaysWhatIsNoRequest) {
  EXPECT_NE(problems("{\"do\": ").find("request:1:8"), std::string::npos);
  EXPECT_EQ(problems("[]").substr(0, 8), "request:");
  EXPECT_EQ(problems(R"({"do": "ft"})"), "request:0:0 \"ft\" is nothing to do\n");
  EXPECT_NE(problems(R"({"do": "close", "id": "a", "ids": "b"})").find("ids"), std::string::npos);
  EXPECT_EQ(problems(R"({"do": "save", "id": "a"})"),
            "id:0:0 there is no fit and no comparison \"a\"\n");
}

TEST_F(EngineTest, OpensATableAndGuessesItsColumns) {
  const std::string file = R"({"name": "a.csv", "text": "params,tokens,loss\n1e8,2e9,3.61\n"})";
  const Value table = ok(R"({"do": "open", "id": "a", "files": [)" + file + "]}");
  EXPECT_EQ(table.find("kind")->string(), "table");
  EXPECT_EQ(number(table, "rows"), 1);
  EXPECT_EQ(table.find("head")->items()[0].items()[2].string(), "3.61");
  EXPECT_EQ(table.find("guess")->find("guesses")->find("N")->string(), "params");
}

TEST_F(EngineTest, SaysWhichCellIsWrong) {
  open("runs", "runs.csv", "N,D,loss\n1e8,2e9,\"3,61\"\n");
  EXPECT_EQ(problems(R"({"do": "fit", "id": "f", "table": "runs", "law": "hoffmann2022"})"),
            "runs.csv:2:0 column \"loss\": \"3,61\" is not a number; a decimal comma?\n");
  EXPECT_NE(problems(R"({"do": "map", "table": "runs", "law": "hoffmann2022",
                         "mapping": {"columns": "D = tokns"}})")
                .find("mapping.columns:0:5"),
            std::string::npos);
}

TEST_F(EngineTest, NamesTheFieldThatIsWrong) {
  open("runs", "runs.csv", kRuns);
  const auto with = [](const std::string& recipe) {
    return R"({"do": "fit", "id": "f", "table": "runs", "law": "hoffmann2022", "recipe": )" +
           recipe + "}";
  };
  EXPECT_EQ(problems(with(R"({"loss": "hubr"})")).substr(0, 16), "recipe.loss:0:0 ");
  EXPECT_EQ(problems(with(R"({"lss": "mse"})")), "recipe:0:0 there is no field lss in it\n");
  EXPECT_EQ(problems(with(R"({"fix": {"aplha": 1}})")).substr(0, 11), "recipe.fix:");
  open_and_fit();
  EXPECT_EQ(problems(R"({"do": "plan", "models": ["fit"], "question": {"flops": "x"}})"),
            "question.flops:0:0 \"x\" is not a number; write it like 7e9 or 1.4T (K, M, B or T)\n");
}

// What the page shows is what the program prints for the same files.
TEST_F(EngineTest, FitsAndPlansAsTheProgramDoes) {
  const std::string runs = without_last_run();
  open("runs", "runs.csv", runs);
  ok(R"({"do": "fit", "id": "fit", "table": "runs", "law": "hoffmann2022"})");
  const TemporaryFolder folder;
  write_text(folder.path() / "fit.json", saved("fit"));
  write_text(folder.path() / "runs.csv", runs);
  open("fit.json", "fit.json", saved("fit"));
  const auto same = [&](const std::string& flags, const std::string& request) {
    const CommandOutcome printed = run_command(folder.path(), "isoflop " + flags + " --json");
    EXPECT_EQ("{\"ok\":" + printed.out + "}", engine_.call(request)) << printed.err;
  };
  same("plan fit.json --flops 1e22 --max-total 10B",
       R"({"do": "plan", "models": ["fit.json"],
           "question": {"flops": "1e22", "max_total": "10B"}})");
  same("plan fit.json --flops 1e22,1e23",
       R"({"do": "plan", "models": ["fit.json"], "question": {"flops": [1e22, 1e23]}})");
  same("plan hossain2025:moe --flops 1e22 --sparsity 2:4 --against abnar2025",
       R"({"do": "plan", "models": ["hossain2025:moe", "abnar2025"],
           "question": {"flops": 1e22, "sparsity": "2:4"}})");
  same("predict fit.json N=1B D=20B",
       R"({"do": "predict", "model": "fit.json", "inputs": {"N": "1B", "D": 2e10}})");
  same("laws", R"({"do": "laws"})");
  same("report fit.json --flops 1e22 --title 'One & two'",
       R"({"do": "report", "fits": ["fit.json"], "question": {"flops": 1e22},
           "title": "One & two"})");
  const std::string fitted =
      engine_.call(R"({"do": "fit", "id": "fit", "table": "runs", "law": "hoffmann2022"})");
  const CommandOutcome printed =
      run_command(folder.path(), "isoflop fit runs.csv --law hoffmann2022 --json");
  const std::string shared = printed.out.substr(0, printed.out.find("\"data\""));
  EXPECT_EQ(fitted.substr(6, shared.size()), shared);
}

TEST_F(EngineTest, RefitsWithoutRowsAsIfTheyHadNotBeenThere) {
  open_and_fit();
  const Value without = ok(R"({"do": "fit", "id": "b", "fit": "fit", "exclude": [9]})");
  open("runs", "runs.csv", without_last_run());
  const Value fresh = ok(R"({"do": "fit", "id": "c", "table": "runs", "law": "hoffmann2022"})");
  EXPECT_EQ(write_json(*without.find("coefficients")), write_json(*fresh.find("coefficients")));
  EXPECT_EQ(without.find("notes")->items()[0].string(), "left out by hand: line 11");
  // Its rows are those of the fit that was asked, not of the one before.
  EXPECT_EQ(problems(R"({"do": "fit", "id": "d", "fit": "b", "exclude": [9]})"),
            "exclude:0:0 there is no row 9: the fit has 9\n");
}

TEST_F(EngineTest, RefitsWithAnotherRecipe) {
  open_and_fit();
  const Value square =
      ok(R"({"do": "fit", "id": "b", "fit": "fit", "recipe": {"loss": "mse", "seed": "3"}})");
  EXPECT_EQ(square.find("recipe")->find("loss")->string(), "mse");
  const Value back =
      ok(R"({"do": "fit", "id": "c", "fit": "b", "recipe": {"residual": "linear"}})");
  EXPECT_EQ(back.find("recipe")->find("loss")->string(), "mse");
  EXPECT_EQ(back.find("objective")->find("residual")->string(), "linear");
}

TEST_F(EngineTest, JoinsPartsOfABootstrapToTheSameBits) {
  open_and_fit();
  const auto merged = [&](int count) {
    Value parts = Value::array();
    for (int i = 0; i < count; ++i)
      parts.push(*ok(fmt::format(R"({{"do": "bootstrap_part", "fit": "fit", "replicates": 60,
                                      "index": {}, "count": {}}})",
                                 i, count))
                      .find("text"));
    ok(write_json(Value::object({{"do", "merge"}, {"id", "all"}, {"parts", parts}})));
    return saved("all");
  };
  EXPECT_EQ(merged(1), merged(3));
}

TEST_F(EngineTest, ComparesLawsAndOpensTheComparison) {
  open("runs", "runs.csv", kRuns);
  const Value comparison = ok(R"({"do": "compare", "id": "c", "table": "runs",
      "laws": ["hoffmann2022", "E + A/N^alpha"], "holdout": "folds:3", "mapping": {}})");
  EXPECT_EQ(comparison.find("laws")->items().size(), 2U);
  open("again", "c.json", saved("c"));
  EXPECT_EQ(saved("again"), saved("c"));
  EXPECT_EQ(problems(R"({"do": "compare", "id": "c", "table": "runs", "laws": ["nobody2000"],
      "holdout": "top:2", "mapping": {}})")
                .substr(0, 8),
            "holdout:");
}

TEST_F(EngineTest, OpensEveryExampleThatShips) {
  const Value examples = ok(R"({"do": "examples"})");
  for (const Value& each : examples.find("data_sets")->items()) {
    if (!each.find("ships")->boolean()) continue;
    const std::string key = each.find("key")->string();
    const Value table = ok(R"({"do": "open_example", "id": "e", "example": ")" + key + "\"}");
    EXPECT_EQ(number(table, "rows"), number(each, "rows")) << key;
  }
}

}  // namespace
}  // namespace isoflop
