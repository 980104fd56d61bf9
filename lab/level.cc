#include <array>

#include "base/enum_names.h"
#include "base/error.h"
#include "lab/kernels.h"

namespace isoflop::lab {

// One table of kernels a level, each from a compilation of kernels.cc.
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

namespace {

constexpr std::array<std::string_view, 3> kNames = {"baseline", "avx2", "avx512"};

template <class Scalar>
const Kernels<Scalar>& one_of(const Kernels<float>& floats, const Kernels<double>& doubles) {
  if constexpr (std::is_same_v<Scalar, float>)
    return floats;
  else
    return doubles;
}

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

template <class Scalar>
const Kernels<Scalar>& kernels([[maybe_unused]] Level level) {
#ifdef ISOFLOP_LAB_X86
  if (level == Level::kAvx512) return one_of<Scalar>(avx512::floats(), avx512::doubles());
  if (level == Level::kAvx2) return one_of<Scalar>(avx2::floats(), avx2::doubles());
#endif
  return one_of<Scalar>(baseline::floats(), baseline::doubles());
}
template const Kernels<float>& kernels(Level level);
template const Kernels<double>& kernels(Level level);

}  // namespace isoflop::lab
