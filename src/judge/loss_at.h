// A law's loss at one point, for many values of its coefficients.
#pragma once

#include <span>

#include "isoflop/law.h"
#include "isoflop/predict.h"
#include "kernel/prepared.h"

namespace isoflop {

// For one thread at a time.
class LossAt {
 public:
  // `inputs` are those of a prediction: each that the law wants.
  LossAt(const Law& law, const Inputs& inputs);

  // NaN where it is not finite.
  double operator()(std::span<const double> coefficients);

 private:
  Prepared prepared_;
  Prepared::Scratch scratch_;
  AlignedDoubles out_;
};

}  // namespace isoflop
