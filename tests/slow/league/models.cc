#include "slow/league/models.h"

#include <algorithm>
#include <array>
#include <numbers>

namespace isoflop::test {

namespace {

using T = NistJet;

// Jet's own pow wants a derivative of the logarithm of the base, which is NaN at 0.
T squared(const T& x) { return x * x; }

T saturating(const T* b, const double* x) { return b[0] * (1.0 - exp(-b[1] * x[0])); }
T chwirut(const T* b, const double* x) { return exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]); }
T cubic_over_cubic(const T* b, const double* x) {
  const double u = x[0];
  return (b[0] + b[1] * u + b[2] * u * u + b[3] * u * u * u) /
         (1.0 + b[4] * u + b[5] * u * u + b[6] * u * u * u);
}
T gauss(const T* b, const double* x) {
  return b[0] * exp(-b[1] * x[0]) + b[2] * exp(-squared((x[0] - b[3]) / b[4])) +
         b[5] * exp(-squared((x[0] - b[6]) / b[7]));
}
T lanczos(const T* b, const double* x) {
  return b[0] * exp(-b[1] * x[0]) + b[2] * exp(-b[3] * x[0]) + b[4] * exp(-b[5] * x[0]);
}
T wave(const T& cosine, const T& sine, const T& angle) {
  return cosine * cos(angle) + sine * sin(angle);
}
T enso(const T* b, const double* x) {
  const T turn = T(2 * std::numbers::pi * x[0]);
  return b[0] + wave(b[1], b[2], turn / 12.0) + wave(b[4], b[5], turn / b[3]) +
         wave(b[7], b[8], turn / b[6]);
}
T kirby2(const T* b, const double* x) {
  const double u = x[0];
  return (b[0] + b[1] * u + b[2] * u * u) / (1.0 + b[3] * u + b[4] * u * u);
}
T mgh09(const T* b, const double* x) {
  const double u = x[0];
  return b[0] * (u * u + u * b[1]) / (u * u + u * b[2] + b[3]);
}
T mgh17(const T* b, const double* x) {
  return b[0] + b[1] * exp(-x[0] * b[3]) + b[2] * exp(-x[0] * b[4]);
}

struct Entry {
  std::string_view name;
  NistModel model;
};

constexpr std::array<Entry, 27> kModels = {{
    {"Bennett5", [](const T* b, const double* x) { return b[0] * pow(b[1] + x[0], -1.0 / b[2]); }},
    {"BoxBOD", saturating},
    {"Chwirut1", chwirut},
    {"Chwirut2", chwirut},
    {"DanWood", [](const T* b, const double* x) { return b[0] * pow(x[0], b[1]); }},
    {"ENSO", enso},
    {"Eckerle4",
     [](const T* b, const double* x) {
       return b[0] / b[1] * exp(-0.5 * squared((x[0] - b[2]) / b[1]));
     }},
    {"Gauss1", gauss},
    {"Gauss2", gauss},
    {"Gauss3", gauss},
    {"Hahn1", cubic_over_cubic},
    {"Kirby2", kirby2},
    {"Lanczos1", lanczos},
    {"Lanczos2", lanczos},
    {"Lanczos3", lanczos},
    {"MGH09", mgh09},
    {"MGH10", [](const T* b, const double* x) { return b[0] * exp(b[1] / (x[0] + b[2])); }},
    {"MGH17", mgh17},
    {"Misra1a", saturating},
    {"Misra1b",
     [](const T* b, const double* x) {
       return b[0] * (1.0 - 1.0 / squared(1.0 + b[1] * x[0] / 2.0));
     }},
    {"Misra1c", [](const T* b,
                   const double* x) { return b[0] * (1.0 - 1.0 / sqrt(1.0 + 2.0 * b[1] * x[0])); }},
    {"Misra1d",
     [](const T* b, const double* x) { return b[0] * b[1] * x[0] / (1.0 + b[1] * x[0]); }},
    {"Nelson", [](const T* b, const double* x) { return b[0] - b[1] * x[0] * exp(-b[2] * x[1]); }},
    {"Rat42", [](const T* b, const double* x) { return b[0] / (1.0 + exp(b[1] - b[2] * x[0])); }},
    {"Rat43",
     [](const T* b, const double* x) {
       return b[0] / pow(1.0 + exp(b[1] - b[2] * x[0]), 1.0 / b[3]);
     }},
    {"Roszman1",
     [](const T* b, const double* x) {
       return b[0] - b[1] * x[0] - atan2(b[2] / (x[0] - b[3]), T(1.0)) / std::numbers::pi;
     }},
    {"Thurber", cubic_over_cubic},
}};

}  // namespace

NistModel nist_model(std::string_view name) {
  const auto* const found = std::ranges::find(kModels, name, &Entry::name);
  return found == kModels.end() ? nullptr : found->model;
}

}  // namespace isoflop::test
