#include "store/packed_numbers.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace isoflop {
namespace {

TEST(PackedNumbers, ReadBackToTheSameBits) {
  for (const std::size_t kinds : {1, 2, 255, 256, 257, 65536, 65537, 200000}) {
    std::vector<double> numbers = {0.0,      -0.0,   NAN,
                                   INFINITY, 5e-324, std::numeric_limits<double>::max()};
    for (std::size_t i = 0; i < 200000; ++i)
      numbers.push_back(std::exp(1e-4 * static_cast<double>(i % kinds)));
    const auto back = unpack_numbers(pack_numbers(numbers));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i)
      ASSERT_EQ(std::bit_cast<std::uint64_t>((*back)[i]), std::bit_cast<std::uint64_t>(numbers[i]));
  }
  EXPECT_TRUE(unpack_numbers(pack_numbers({}))->empty());
}

// By Python: "f8:" + base64.b64encode(struct.pack("<2d", 1.5, -2)).decode()
TEST(PackedNumbers, AreBase64OfLittleEndianDoubles) {
  const double numbers[] = {1.5, -2};
  EXPECT_EQ(pack_numbers(numbers), "f8:AAAAAAAA+D8AAAAAAAAAwA==");
  const double same[] = {1.5, 1.5, 1.5};
  EXPECT_EQ(pack_numbers(same), "i1:AAAAAAAA+D8=:AAAA");
}

TEST(PackedNumbers, DamagedTextIsNone) {
  for (const char* text :
       {"", "f8", "f8:A", "f8:AAAA", "f8:AAAAAAAA+D8AAAAAAAAAwA=", "f8:AAAAAAAA!D8=", "i1:AAAA",
        "i1:AAAAAAAA+D8=:AAAB", "i2:AAAAAAAA+D8=:AAAA", "x:AAAAAAAA+D8=", "f8:====", "f8:A==="})
    EXPECT_FALSE(unpack_numbers(text)) << text;
}

}  // namespace
}  // namespace isoflop
