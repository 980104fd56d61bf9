#include "isoflop/gzip.h"

#include <gtest/gtest.h>

namespace isoflop {
namespace {

std::string unpack(std::string_view bytes) {
  const Result<std::string> text = unpack_gzip(bytes, "f");
  return text ? *text : text.error().text();
}

// "a,b\n1,2\n", as the gzip program writes it.
constexpr std::string_view kPacked(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xd4\x49\xe2\x32\xd4\x31\xe2\x02\x00"
    "\x7b\x07\x97\x0a\x08\x00\x00\x00",
    28);

TEST(Gzip, MembersFollowEachOther) {
  EXPECT_EQ(unpack(kPacked), "a,b\n1,2\n");
  const std::string two = std::string(kPacked) + std::string(kPacked);
  EXPECT_EQ(unpack(two), "a,b\n1,2\na,b\n1,2\n") << "as bgzip writes them";
}

TEST(Gzip, DamageIsSaid) {
  EXPECT_EQ(unpack(kPacked.substr(0, 15)), "f: the gzip file is cut off; copy it again");
  std::string damaged(kPacked);
  damaged[22] = 'x';
  EXPECT_EQ(unpack(damaged), "f: the gzip file is damaged; copy it again");
  EXPECT_EQ(unpack(std::string(kPacked) + "1,2\n"), "f: the gzip file is damaged; copy it again");
}

TEST(Gzip, HasALimit) {
  EXPECT_EQ(largest_unpacked(0), largest_unpacked(600'000));
  EXPECT_EQ(largest_unpacked(5'000'000), 500'000'000u);
  EXPECT_EQ(largest_unpacked(std::size_t{1} << 40U) >> 20U, 2047u);
}

}  // namespace
}  // namespace isoflop
