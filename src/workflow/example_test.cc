#include "workflow/example.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/sample_fit.h"

namespace isoflop {
namespace {

// The line is there to be pasted: its loss must be the one of the rounded inputs that it shows.
TEST(Example, PredictsInsideTheFittedRangeWithTheInputsThatItShows) {
  const std::optional<Example> example = worked_example(sample_law());
  ASSERT_TRUE(example);
  EXPECT_EQ(example->command, "isoflop predict small2025:first N=200");
  EXPECT_DOUBLE_EQ(example->prediction.loss, 1.5 + 20.0 / 200);
}

// N, P and S at once would contradict each other after rounding; N and S alone give P.
TEST(Example, EveryPublishedSetOfTheBookHasOne) {
  for (const std::string& key : book_keys()) {
    const Result<Law> law = find_law(key);
    ASSERT_TRUE(law) << law.error().text();
    for (const CoefficientSet& set : law->sets()) {
      const Result<Law> published = law->with_set(set.name);
      ASSERT_TRUE(published) << published.error().text();
      EXPECT_TRUE(worked_example(*published)) << published->label();
    }
  }
}

TEST(Example, ALawWithoutValuesHasNone) {
  const Result<Law> law = Law::from_formula("E + A/N^alpha");
  ASSERT_TRUE(law) << law.error().text();
  EXPECT_FALSE(worked_example(*law));
}

}  // namespace
}  // namespace isoflop
