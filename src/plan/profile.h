// The isoFLOP profile of a law: its loss, and how that changes, along all divisions of a budget
// into size and data.
//
//   L(N) at  D = C/(6 N),  P = N/(1 - S),  with C, S and everything else held
//   dL/d ln N = N dL/dN + P dL/dP - D dL/dD            exact: derivatives of the formula, not
//   differences
#pragma once

#include <span>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "law/definition.h"

namespace isoflop {

class Profile {
 public:
  struct Point {
    double loss;
    double slope;  // dL/d ln N
  };

  // `held` has C, S and each input of the law that is not N, P or D.
  Profile(const Law& law, const Inputs& held);

  [[nodiscard]] std::vector<Point> at(std::span<const double> ln_n) const;
  [[nodiscard]] Point at(double ln_n) const { return at(std::span(&ln_n, 1))[0]; }

 private:
  const Law& law_;
  const Inputs& held_;
  LawGraph graph_;
  NodeId slope_;
};

}  // namespace isoflop
