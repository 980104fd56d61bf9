#include "isoflop/recipe.h"

#include <gtest/gtest.h>

#include <string>

namespace isoflop {
namespace {

// Recipes go through fit files as text: what is read back must be what was meant.
TEST(Recipe, TextsReadBackToTheSame) {
  for (const std::string text : {"huber:0.001", "huber:1e-12", "mse", "mae", "cauchy:0.01",
                                 "quantile:0.1", "huber:0.001,over=10"})
    EXPECT_EQ(to_text(*parse_loss(text)), text);
  for (const std::string text : {"log", "linear"}) EXPECT_EQ(to_text(*parse_residual(text)), text);
  for (const std::string text : {"auto", "grid", "random:500", "given"})
    EXPECT_EQ(to_text(*parse_starts(text)), text);
  EXPECT_EQ(parse_loss("huber")->delta, RobustLoss{}.delta);
}

TEST(Recipe, ErrorsSayWhatIsExpected) {
  EXPECT_EQ(parse_loss("hubr:1").error().text(),
            "'hubr:1' is not a loss; use " + loss_choices() + ", such as huber:1e-3");
  EXPECT_TRUE(loss_choices().starts_with("huber:DELTA, ")) << loss_choices();
  EXPECT_EQ(parse_loss("huber:-1").error().text(),
            "'huber:-1': the number after 'huber:' must be above 0, such as huber:1e-3");
  EXPECT_FALSE(parse_loss("mse:1"));
  EXPECT_FALSE(parse_loss("huber:nan"));
  for (const char* text :
       {"quantile", "quantile:", "quantile:0", "quantile:1", "quantile:x", "quantile:0.1,over=2",
        "mae,over=2", "mae:,over=2", "cauchy:1,over=2", "huber:auto,over=2", "huber:1e-3,over=0",
        "huber:1e-3,over=", "huber:1e-3,under=2", "huber:1e-3,"})
    EXPECT_FALSE(parse_loss(text)) << text;
  EXPECT_EQ(parse_residual("ln").error().text(), "'ln' is not a residual; use log or linear");
  for (const char* text : {"random", "random:0", "random:1.5", "random:x", "gird"})
    EXPECT_FALSE(parse_starts(text)) << text;
}

}  // namespace
}  // namespace isoflop
