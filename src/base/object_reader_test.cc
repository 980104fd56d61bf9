#include "base/object_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace isoflop {
namespace {

using Format = DocumentErrors::Format;

TEST(ObjectReader, ReadsKindsAndDefaults) {
  const Value document = *read_json(
      R"({"a": "text", "n": null, "k": 3, "big": "18446744073709551615", "r": [1, 2]})", "d.json");
  DocumentErrors errors("d.json", Format::kJson);
  ObjectReader read(document, errors);
  EXPECT_EQ(read.text("a"), "text");
  EXPECT_EQ(read.text("missing", "otherwise"), "otherwise");
  EXPECT_TRUE(std::isnan(read.number("n"))) << "null is how JSON writes NaN";
  EXPECT_EQ(read.number("n", 7), 7) << "null counts as missing where there is a default";
  EXPECT_EQ(read.integer("big"), ~std::uint64_t{0});
  EXPECT_EQ(read.range("r")->high, 2);
  ASSERT_EQ(read.unread().size(), 1u);
  EXPECT_EQ(read.unread()[0]->first, "k");
  EXPECT_TRUE(errors.ok());
}

// One missing object must not make a problem of each of its members as well.
TEST(ObjectReader, ReportsEveryProblemOnceWithItsPlace) {
  const Value document = *read_toml("key = 3\ncounts = [1, 2.5]\nrnge = [0, 1]\n", "d.toml");
  DocumentErrors errors("d.toml", Format::kToml);
  ObjectReader read(document, errors, "a file");
  EXPECT_EQ(read.text("key"), "");
  read.counts("counts");
  EXPECT_EQ(read.object("box").text("cite"), "");
  EXPECT_FALSE(read.range("range"));
  read.check_unknown();
  EXPECT_EQ(errors.take().error().text(),
            "d.toml:1:7: 'key' is 3, and must be text\n"
            "d.toml:2:14: an item of 'counts' is 2.5, and must be a whole number from 0 on\n"
            "d.toml:1:1: 'box' is missing: write box = { ... }\n"
            "d.toml:1:1: 'range' is missing: write range = [low, high]\n"
            "d.toml:3:8: a file has no 'rnge'; it has key, counts, box, range; did you mean "
            "\"range\"?");
}

}  // namespace
}  // namespace isoflop
