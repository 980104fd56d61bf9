// What a surrogate says of one place.
#pragma once

namespace isoflop {

struct SurrogatePrediction {
  double mean = 0;
  double deviation = 0;  // standard
};

}  // namespace isoflop
