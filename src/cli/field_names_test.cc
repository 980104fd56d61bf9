#include "cli/field_names.h"

#include <gtest/gtest.h>

#include <string>

namespace isoflop::cli {
namespace {

Flag flag(std::string name, std::vector<std::string> fields) {
  return Flag(std::move(name), "", "", {}, {.fields = std::move(fields)});
}

Command command(std::string name, std::vector<Flag> flags) {
  return {
      .name = std::move(name), .summary = "", .example = "", .flags = std::move(flags), .run = {}};
}

class FieldNames : public testing::Test {
 protected:
  FieldNames() {
    const Command commands[] = {
        command("fit", {flag("-f,--fix", {"recipe.fix"}), flag("--loss", {"recipe.loss"})}),
        command("plan", {flag("--sparsity", {"question.sparsity", "question.free_sparsity=free"})}),
        command("tune", {flag("--error", {"recipe.loss"})})};
    name_fields(commands, commands[2]);
  }
};

TEST_F(FieldNames, BecomeFlagsOfTheCommandThatRunsOrElseOfAnother) {
  EXPECT_EQ(with_flags("recipe.fix:3: change recipe.loss, or recipe.fix."),
            "--fix:3: change --error, or --fix.");
}

TEST_F(FieldNames, MayHaveAValue) {
  EXPECT_EQ(with_flags("add question.free_sparsity, or give question.sparsity=0.5"),
            "add --sparsity free, or give --sparsity 0.5");
  EXPECT_EQ(with_flags("(recipe.fix=NAME=VALUE)"), "(--fix NAME=VALUE)");
  EXPECT_EQ(with_flags("recipe.loss == 3, recipe.loss="), "--error == 3, --error=");
}

TEST_F(FieldNames, OfAFileGiveWayToTheFlagWhereAValueIsGiven) {
  name_field("recipe.loss", "loss", "isoflop.toml");
  EXPECT_EQ(with_flags("recipe.loss:3: recipe.loss is wrong, use recipe.loss=mae"),
            "isoflop.toml: loss:3: loss of isoflop.toml is wrong, use --error mae");
  name_field("recipe.loss", "loss");
  EXPECT_EQ(with_flags("recipe.loss: use recipe.loss=mae"), "loss: use loss=mae");
}

// A file or a column of the user's may look much like a field.
TEST_F(FieldNames, AreWholeNames) {
  for (const std::string text :
       {"recipe.fix.csv", "my_recipe.fix", "runs/recipe.fix", "recipe.fixed", "recipe.fix/a",
        "recipe.fix-2", "a.recipe.fix", "recipe.", ".fix", "recipe", "recipe.other", "Recipe.fix"})
    EXPECT_EQ(with_flags(text), text);
}

}  // namespace
}  // namespace isoflop::cli
