// How a model knows where a token is.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "isoflop/arch.h"
#include "lab/kernels.h"

namespace isoflop::lab {

// Rotary positions turn queries and keys (Su et al. 2021, arXiv:2104.09864); ALiBi lowers the score
// of a key by a slope of the head times its distance, slopes 2^(-8 h/heads) (Press, Smith, Lewis
// 2022, arXiv:2108.12409).
enum class Positions : std::uint8_t { kRotary, kAlibi };

// What the kernels want for it: tables of angles, key_size/2 x context, or slopes, one a head.
template <class Scalar>
struct PositionTables {
  std::vector<Scalar> cosine, sine, slopes;

  PositionTables(const Architecture& sizes, Size context, Positions positions) {
    constexpr double kRotaryBase = 10000;
    const auto heads = static_cast<double>(sizes.heads);
    if (positions == Positions::kAlibi) {
      for (std::uint64_t head = 1; head <= sizes.heads; ++head)
        slopes.push_back(static_cast<Scalar>(std::exp2(-8 * static_cast<double>(head) / heads)));
      return;
    }
    const auto half = static_cast<Size>(sizes.width / sizes.heads) / 2;
    for (Size position = 0; position < context; ++position)
      for (Size i = 0; i < half; ++i) {
        const double angle =
            static_cast<double>(position) *
            std::pow(kRotaryBase, -static_cast<double>(i) / static_cast<double>(half));
        cosine.push_back(static_cast<Scalar>(std::cos(angle)));
        sine.push_back(static_cast<Scalar>(std::sin(angle)));
      }
  }
};

}  // namespace isoflop::lab
