#include "base/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace isoflop {
namespace {

std::string problem_of(const Result<Value>& result) {
  return result ? "no error" : result.error().text();
}

TEST(Value, OfAnotherKindReadsAsNothing) {
  EXPECT_TRUE(std::isnan(Value("3").number()));
  EXPECT_FALSE(Value(1.0).boolean());
  EXPECT_EQ(Value(1.0).string(), "");
  EXPECT_EQ(Value(1.0).find("x"), nullptr);
}

TEST(Json, KeepsTheOrderOfTheTextAndSaysWhereEveryValueStands) {
  const Result<Value> read =
      read_json("{\"z\": [1, -2.5e3, \"\xC3\xA9\\\"\\n\", true],\n  \"a\": null}", "f");
  ASSERT_TRUE(read) << problem_of(read);
  ASSERT_EQ(read->members().size(), 2U);
  EXPECT_EQ(read->members()[0].first, "z");
  const Value& z = *read->find("z");
  ASSERT_EQ(z.items().size(), 4U);
  EXPECT_EQ(z.items()[1].number(), -2500);
  EXPECT_EQ(z.items()[2].string(), "\xC3\xA9\"\n");
  EXPECT_TRUE(z.items()[3].boolean());
  EXPECT_EQ(z.column, 7U);
  EXPECT_EQ(z.items()[1].column, 11U);
  EXPECT_EQ(z.items()[3].line, 1U);
  EXPECT_EQ(z.items()[3].column,
            28U);  // characters, not bytes: the accented letter has two of these
  EXPECT_TRUE(read->find("a")->is(Value::Kind::kNull));
  EXPECT_EQ(read->find("a")->line, 2U);
  EXPECT_EQ(read->find("a")->column, 8U);
}

TEST(Json, MistakesAreFoundWhereTheyAre) {
  EXPECT_EQ(problem_of(read_json("{\"a\": 1,\n \"b\": x}", "f.json")).substr(0, 32),
            "f.json:2:7: this is not JSON: sy");
  EXPECT_EQ(problem_of(read_json("{\"a\": 1, \"a\": 2}", "f.json")),
            "f.json:1:10: the key \"a\" is here twice: remove one");
  EXPECT_FALSE(read_json("", "f"));
  EXPECT_FALSE(read_json("[1, 2", "f"));
  EXPECT_FALSE(read_json("{} {}", "f"));
  EXPECT_FALSE(read_json("[1e999]", "f"));
  EXPECT_FALSE(read_json("[\"\xFF\"]", "f"));
}

// Without a limit the tree would be taken down by a recursion as deep as the text is long.
TEST(Json, HasALimitOfDepth) {
  EXPECT_TRUE(read_json(std::string(200, '[') + std::string(200, ']'), "f"));
  EXPECT_NE(problem_of(read_json(std::string(1000000, '['), "f")).find("200 levels"),
            std::string::npos);
}

TEST(Json, WritesEveryDigitAndNoNotANumber) {
  const Value value = Value::object({{"b", 0.1},
                                     {"a", Value::array({245, 1e24, -0.0, std::nan(""),
                                                         std::numeric_limits<double>::infinity()})},
                                     {"text", "say \"hi\""},
                                     {"none", Value()}});
  EXPECT_EQ(
      write_json(value, -1),
      "{\"b\":0.1,\"a\":[245,1e+24,-0.0,null,null],\"text\":\"say \\\"hi\\\"\",\"none\":null}");
  EXPECT_EQ(write_json(Value::object({{"x", 1}}), 2), "{\n  \"x\": 1\n}");
}

TEST(Json, NumbersComeBackTheSame) {
  for (const double x : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 9007199254740993.0, -12.0}) {
    const Result<Value> read = read_json(write_json(Value(x)), "f");
    ASSERT_TRUE(read) << problem_of(read);
    EXPECT_EQ(read->number(), x);
  }
}

TEST(Toml, KeepsTheOrderOfTheTextNotOfTheNames) {
  const Result<Value> read = read_toml(R"(key = "x"
formula = "E"
[coefficients]
e = { range = [0, 100], unit = "nats" }
a = { range = [-1e12, 1_000] }
[[set]]
name = "moe"
[[set]]
name = "dense"
[[set.more]]
deep = true
)",
                                       "law.toml");
  ASSERT_TRUE(read) << problem_of(read);
  std::string order;
  for (const auto& [name, member] : read->members()) order += name + " ";
  EXPECT_EQ(order, "key formula coefficients set ");
  const Value& coefficients = *read->find("coefficients");
  EXPECT_EQ(coefficients.members()[0].first, "e");
  const Value& a = *coefficients.find("a");
  EXPECT_EQ(a.line, 5U);
  EXPECT_EQ(a.column, 5U);
  EXPECT_EQ(a.find("range")->items()[1].number(), 1000);
  EXPECT_EQ(a.find("range")->items()[1].column, 23U);
  ASSERT_EQ(read->find("set")->items().size(), 2U);
  EXPECT_EQ(read->find("set")->items()[1].find("name")->string(), "dense");
  EXPECT_EQ(read->find("set")->items()[1].line, 8U);
}

// toml++ and its trees recurse for each part of a dotted key: 50,000 of them overflow the stack.
TEST(Toml, DepthIsBounded) {
  const auto repeated = [](std::string_view part, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += part;
    return text;
  };
  const std::string deep = ": this is nested more than 100 levels deep";
  for (const std::string& line :
       {repeated("a.", 50000) + "a = 1", "[" + repeated("a . ", 50000) + "a]",
        "x = " + repeated("[", 50000), "x = " + repeated("{a.b = ", 60),
        "x = {" + repeated("'a.b'.", 150) + "a = 1}", "x.y = [[\n\n{ " + repeated("\"\".", 99)})
    EXPECT_TRUE(read_toml("# '\"\n" + line + "\n", "f.toml").error().text().ends_with(deep))
        << line.substr(0, 20);
  const std::string half = repeated("a.", 59) + "a";
  EXPECT_FALSE(read_toml("[" + half + "]\n" + half + " = 1\n", "f.toml"));
  // What is no nesting: numbers, texts, comments, and one table after another.
  std::string wide = "n = [" + repeated("0.5, ", 300) + "]\n# " + repeated("a.", 300) + "\ns = \"" +
                     repeated("[.\\\"", 300) + "\"\nm = \"\"\"\n" + repeated("[a.b.\n", 300) +
                     "\"\"\"\nl = '" + repeated("{.", 300) + "'\n";
  for (int i = 0; i < 300; ++i) wide += "[t" + std::to_string(i) + ".u.v]\nx = { y = [[1.5]] }\n";
  const Result<Value> read = read_toml(wide, "f.toml");
  EXPECT_TRUE(read) << read.error().text();
}

TEST(Toml, MistakesAreFoundWhereTheyAre) {
  for (const char* text : {"[~", "\xCF\xA0", "a = 1 \xC3\xA9", "[\xCE\xB1]\n"})
    EXPECT_EQ(problem_of(read_toml(text, "law.toml")).substr(0, 11), "law.toml:1:") << text;
  EXPECT_EQ(problem_of(read_toml("a = 1\nb = = 2\n", "law.toml")).substr(0, 14), "law.toml:2:5: ");
  EXPECT_EQ(problem_of(read_toml("a = 1\na = 2\n", "law.toml")).substr(0, 11), "law.toml:2:");
  EXPECT_EQ(problem_of(read_toml("a = 1\nb = 2022-03-29\n", "law.toml")),
            "law.toml:2:5: dates and times have no use here: write a number or a \"text\"");
}

}  // namespace
}  // namespace isoflop
