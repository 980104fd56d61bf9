// The functions of the formula language, as data: what the parser accepts and what messages list.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace isoflop {

struct Function {
  std::string_view name;
  std::size_t least_arguments;
  std::size_t most_arguments;
};

inline constexpr std::size_t kAnyNumber = 100;

inline constexpr std::array<Function, 14> kFunctions = {{
    {"exp", 1, 1},
    {"log", 1, 1},
    {"log10", 1, 1},
    {"log2", 1, 1},
    {"sqrt", 1, 1},
    {"abs", 1, 1},
    {"min", 2, kAnyNumber},
    {"max", 2, kAnyNumber},
    {"tanh", 1, 1},
    {"sigmoid", 1, 1},
    {"floor", 1, 1},
    {"sin", 1, 1},
    {"cos", 1, 1},
    {"atan", 1, 1},
}};

}  // namespace isoflop
