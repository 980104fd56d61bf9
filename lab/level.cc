#include <array>

#include "base/enum_names.h"
#include "base/error.h"
#include "lab/kernels.h"

namespace isoflop::lab {

// One table of kernels a level, each from a compilation of kernels.cc.
// NOLINTBEGIN(misc-use-internal-linkage): defined there.
#define ISOFLOP_LAB_DECLARE(level)  \
  namespace level {                 \
  const Kernels<float>& floats();   \
  const Kernels<double>& doubles(); \
  }
ISOFLOP_LAB_DECLARE(baseline)
#ifdef ISOFLOP_LAB_X86
ISOFLOP_LAB_DECLARE(avx2)
ISOFLOP_LAB_DECLARE(avx512)
#endif
#undef ISOFLOP_LAB_DECLARE
// NOLINTEND(misc-use-internal-linkage)

namespace {

constexpr std::array<std::string_view, 3> kNames = {"baseline", "avx2", "avx512"};

}  // namespace

std::string to_text(Level level) { return enum_name(kNames, level); }

Level best_level() {
#ifdef ISOFLOP_LAB_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512cd"))
    return Level::kAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2"))
    return Level::kAvx2;
#endif
  return Level::kBaseline;
}

Result<Level> parse_level(std::string_view text) {
  const auto level = enum_value<Level>(kNames, text);
  if (!level) return error("\"{}\" is none of {}", excerpt(text), fmt::join(kNames, ", "));
  if (*level > best_level())
    return error("this machine has no {}: its highest level is {}", text, to_text(best_level()));
  return *level;
}

template <>
const Kernels<float>& kernels([[maybe_unused]] Level level) {
#ifdef ISOFLOP_LAB_X86
  if (level == Level::kAvx512) return avx512::floats();
  if (level == Level::kAvx2) return avx2::floats();
#endif
  return baseline::floats();
}

template <>
const Kernels<double>& kernels([[maybe_unused]] Level level) {
#ifdef ISOFLOP_LAB_X86
  if (level == Level::kAvx512) return avx512::doubles();
  if (level == Level::kAvx2) return avx2::doubles();
#endif
  return baseline::doubles();
}

}  // namespace isoflop::lab
