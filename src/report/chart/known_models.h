// Models that were trained, to set a plan beside: sizes and tokens as their reports say.
#pragma once

#include <span>
#include <string_view>

namespace isoflop {

struct KnownModel {
  std::string_view name;
  double N, D;  // active parameters, training tokens
  std::string_view cite;
};
std::span<const KnownModel> known_models();

}  // namespace isoflop
