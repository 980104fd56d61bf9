#include "workflow/layout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/book_data.h"
#include "isoflop/law.h"
#include "law/ast.h"
#include "workflow/project.h"

namespace isoflop {
namespace {

const std::string kNames = "last_of mean_of best_of cluster";

// A candidate that does not parse would never be guessed, and nobody would notice.
TEST(Layout, EveryOneOfTheBookCanBeGuessed) {
  for (const BookEntry& entry : layout_book()) {
    SCOPED_TRACE(entry.key);
    const Result<Layout> layout = read_layout(entry.toml, "layouts/it.toml");
    ASSERT_TRUE(layout) << layout.error().text();
    EXPECT_EQ(layout->key, entry.key);
    EXPECT_EQ(layout->has.empty(), entry.key == "table");
    for (const std::string& law : layout->laws) EXPECT_TRUE(find_law(law)) << law;
    const auto formula_of = [](const std::string& text) {
      return text.substr(0, text.find(" if "));
    };
    const Grammar grammar{.suffixes = true, .texts = true};
    for (const auto& [name, texts] : layout->columns)
      for (const std::string& text : texts)
        EXPECT_TRUE(parse_formula(formula_of(text), "it", grammar)) << name << ": " << text;
    for (const auto& [name, texts] : layout->fields)
      for (const std::string& text : texts)
        EXPECT_TRUE(kNames.contains(name)
                        ? parse_names(formula_of(text), "it").has_value()
                        : parse_formula(formula_of(text), "it", grammar).has_value())
            << name << ": " << text;
  }
}

// A column's name may have quotes, backslashes and braces: what is written must read back.
TEST(Project, WhatIsWrittenReadsBack) {
  ProjectGuess guess{.law = "hoffmann2022"};
  guess.mapping.columns = R"(N = {a "b" \ c}}d}, loss = {é	x})";
  guess.mapping.where = "State == 'it''s'";
  guess.mapping.skip_missing = true;
  const std::vector<std::string> runs = {"a b.csv", "c\"d.csv"};
  const std::string text = write_project(guess, runs);
  const Result<Project> project = read_project(text, "isoflop.toml");
  ASSERT_TRUE(project) << project.error().text() << "\n" << text;
  EXPECT_EQ(project->mapping, guess.mapping);
  EXPECT_EQ(project->runs, runs);
  EXPECT_EQ(project->law, guess.law);
  EXPECT_TRUE(is_project(text));
}

TEST(Project, ALawFileIsNone) {
  for (const BookEntry& entry : law_book()) EXPECT_FALSE(is_project(entry.toml)) << entry.key;
}

}  // namespace
}  // namespace isoflop
