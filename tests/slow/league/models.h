// The models of NIST's problems written by hand for Ceres and its automatic derivatives.
#pragma once

#include <ceres/jet.h>

#include <string_view>

namespace isoflop::test {

constexpr int kMostCoefficients = 9;
using NistJet = ceres::Jet<double, kMostCoefficients>;

// The predicted response at coefficients b[0], b[1], ... and predictors x.
using NistModel = NistJet (*)(const NistJet* b, const double* x);

// Null for a name that there is not.
NistModel nist_model(std::string_view name);

}  // namespace isoflop::test
