// Every *.case in and below tests/cases: the program as its user meets it. tests/cases/README.md
// says how to write one.
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "base/value.h"
#include "support/case_file.h"
#include "support/command.h"

namespace isoflop {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = source_folder() / "tests/cases";

std::vector<fs::path> case_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kCases))
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> words(const std::string& text, char separator = ' ') {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, separator);)
    if (!word.empty()) result.push_back(word);
  return result;
}

std::string without_blank_end(const std::string& text) {
  const std::size_t last = text.find_last_not_of('\n');
  return last == std::string::npos ? "" : text.substr(0, last + 1) + "\n";
}

void expect_parts_in_order(const std::string& text, const std::string& parts) {
  std::size_t from = 0;
  for (const std::string& part : words(parts, '\n')) {
    const std::size_t at = text.find(part, from);
    if (at == std::string::npos) {
      ADD_FAILURE() << "not there, or not after the parts before it: " << part << "\nin:\n" << text;
      return;
    }
    from = at + part.size();
  }
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool holds(double seen, const std::string& relation, double wanted, double tolerance) {
  if (relation == "<=") return seen <= wanted;
  if (relation == ">=") return seen >= wanted;
  return relation == "=" && std::abs(seen - wanted) <= tolerance * std::abs(wanted);
}

// The member that a step of a path means: "laws", or an item of a list: "laws[0]".
const Value* step(const Value& value, const std::string& name) {
  const std::size_t bracket = name.find('[');
  const Value* member = value.find(name.substr(0, bracket));
  if (member == nullptr || bracket == std::string::npos) return member;
  const std::size_t index = std::stoul(name.substr(bracket + 1));
  return index < member->items().size() ? &member->items()[index] : nullptr;
}

// "objective.sum = 0.00101 within 1e-9", "status = converged|at_bound".
void expect_json(const Value& root, const std::string& claim) {
  const std::vector<std::string> parts = words(claim);
  ASSERT_GE(parts.size(), 3u) << claim;
  const Value* value = &root;
  for (const std::string& name : words(parts[0], '.')) {
    value = step(*value, name);
    ASSERT_NE(value, nullptr) << "no " << name << " for: " << claim;
  }
  const std::string rest = claim.substr(claim.find(parts[1]) + parts[1].size() + 1);
  if (value->is(Value::Kind::kNumber)) {
    const bool within = parts.size() == 5 && parts[3] == "within";
    const auto wanted = number(parts[2]), tolerance = within ? number(parts[4]) : 0.0;
    ASSERT_TRUE(wanted && tolerance) << "not a claim about a number: " << claim;
    EXPECT_TRUE(holds(value->number(), parts[1], *wanted, *tolerance))
        << claim << "\nis not so: it is " << write_json(*value, -1);
    return;
  }
  const std::string seen =
      value->is(Value::Kind::kString) ? value->string() : write_json(*value, -1);
  const std::vector<std::string> wanted = words(rest, '|');
  EXPECT_TRUE(parts[1] == "=" && std::ranges::count(wanted, seen) == 1)
      << claim << "\nis not so: it is " << seen;
}

void expect_json_keys(const Value& root, const std::string& wanted) {
  std::vector<std::string> seen;
  for (const auto& member : root.members()) seen.push_back(member.first);
  EXPECT_EQ(seen, words(wanted));
}

void check(const Expectation& expected, const CommandOutcome& outcome) {
  using Kind = Expectation::Kind;
  switch (expected.kind) {
    case Kind::kOut:
      EXPECT_EQ(without_blank_end(outcome.out), without_blank_end(expected.text))
          << "on standard output";
      return;
    case Kind::kErr:
      EXPECT_EQ(without_blank_end(outcome.err), without_blank_end(expected.text))
          << "on standard error";
      return;
    case Kind::kOutContains:
      expect_parts_in_order(outcome.out, expected.text);
      return;
    case Kind::kErrContains:
      expect_parts_in_order(outcome.err, expected.text);
      return;
    case Kind::kJson:
    case Kind::kJsonKeys:
      const Result<Value> root = read_json(outcome.out, "standard output");
      ASSERT_TRUE(root) << root.error().text() << "\n" << outcome.out;
      expected.kind == Kind::kJson ? expect_json(*root, expected.text)
                                   : expect_json_keys(*root, expected.text);
  }
}

// What people read has flags where the library named fields; JSON keeps these.
void expect_flags(const CommandOutcome& outcome) {
  static const std::regex field(
      R"(\b(recipe|mapping|question|bootstrap|holdout|box|hardware|read_groups)\.[a-z_]+)");
  for (const std::string& text : {outcome.err, outcome.out})
    EXPECT_TRUE(text.starts_with('{') || !std::regex_search(text, field)) << text;
}

class Case : public testing::TestWithParam<fs::path> {};

TEST_P(Case, Holds) {
  const CaseFile wanted = read_case(GetParam());
  ASSERT_TRUE(wanted.problems.empty()) << GetParam().string() << ", " << wanted.problems.front();
  const bool shared = std::ranges::any_of(wanted.steps, [](const Step& step) {
    return step.command.find("$SHARED") != std::string::npos;
  });
  if (shared && !fs::exists(shared_data())) GTEST_SKIP() << "no public data in " << shared_data();

  SCOPED_TRACE(wanted.name + ": " + wanted.purpose);
  const TemporaryFolder folder;
  for (const auto& [name, content] : wanted.files) write_text(folder.path() / name, content);
  for (const Step& step : wanted.steps) {
    SCOPED_TRACE("$ " + step.command);
    const CommandOutcome outcome = run_command(folder.path(), step.command);
    EXPECT_EQ(outcome.exit, step.exit) << outcome.out << outcome.err;
    for (const Expectation& expected : step.expected) check(expected, outcome);
    expect_flags(outcome);
    if (HasFailure()) return;
  }
}

std::string name_of(const testing::TestParamInfo<fs::path>& file) {
  std::string name = file.param.lexically_relative(kCases).replace_extension().string();
  std::ranges::replace(name, '/', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Cases, Case, testing::ValuesIn(case_files()), name_of);

// A case file whose marks are misread would pass by expecting nothing.
TEST(CaseFile, ReadsFilesStepsAndExpectations) {
  const TemporaryFolder folder;
  write_text(folder.path() / "a.case",
             "# name: n\n# purpose: p\n# file: x.csv\nN,loss\n# a comment of the file\n# run: "
             "first\n# exit: 2\n"
             "# stderr:\nwrong\n# run: second\n# stdout contains:\none\ntwo\n# json: a.b = 1 "
             "within 1e-9\n");
  const CaseFile read = read_case(folder.path() / "a.case");
  EXPECT_TRUE(read.problems.empty());
  ASSERT_EQ(read.files.size(), 1u);
  EXPECT_EQ(read.files[0].second, "N,loss\n# a comment of the file\n");
  ASSERT_EQ(read.steps.size(), 2u);
  EXPECT_EQ(read.steps[0].exit, 2);
  EXPECT_EQ(read.steps[0].expected.at(0).text, "wrong\n");
  EXPECT_EQ(read.steps[1].expected.at(0).text, "one\ntwo\n");
  EXPECT_EQ(read.steps[1].expected.at(1).text, "a.b = 1 within 1e-9");
}

TEST(CaseFile, SaysWhatIsWrongWithIt) {
  const TemporaryFolder folder;
  write_text(folder.path() / "a.case",
             "# name: n\n# purpose: p\nstray\n# exit: 2\n# run: x\n# stdout: here\n");
  EXPECT_EQ(
      read_case(folder.path() / "a.case").problems,
      (std::vector<std::string>{"line 3: belongs to no block", "line 4: comes before the first run",
                                "line 6: expected text stands on the lines below"}));
}

}  // namespace
}  // namespace isoflop
