// The five laws written by hand, from the papers and not from the book, so that a mistake in how
// the library reads or evaluates a formula cannot hide. Templates, for automatic derivatives.
#pragma once

#include <cmath>

namespace isoflop::test {

// One run of a table, with the logarithms that the laws need.
struct Run {
  double ln_N = 0, ln_P = 0, ln_D = 0;
  double S = 0, ln_density = 0;  // density is 1 - S
  double log10_N = 0, experts = 1;
  double loss = 0, ln_loss = 0;
};

struct Hoffmann2022 {
  static constexpr int kCount = 5;  // E, A, B, alpha, beta
  template <class T>
  static T loss(const T* k, const Run& x) {
    using std::exp;
    return k[0] + k[1] * exp(-k[3] * x.ln_N) + k[2] * exp(-k[4] * x.ln_D);
  }
};

struct Frantar2023 {
  static constexpr int kCount = 7;  // aS, bS, cS, bN, aD, bD, c
  template <class T>
  static T loss(const T* k, const Run& x) {
    using std::exp;
    using std::log;
    const T scale = k[0] * exp(k[1] * x.ln_density) + k[2];
    return scale * exp(-k[3] * x.ln_N) + exp(k[5] * (log(k[4]) - x.ln_D)) + k[6];
  }
};

struct Hossain2025 {
  static constexpr int kCount = 7;  // e, a, b, c, alpha, beta, gamma
  template <class T>
  static T loss(const T* k, const Run& x) {
    using std::exp;
    return k[0] * exp(k[6] * x.ln_density) + k[1] * exp(-k[4] * x.ln_P) +
           k[3] * x.S * exp(-k[4] * x.ln_N) + k[2] * exp(-k[5] * x.ln_D);
  }
};

struct Abnar2025 {
  static constexpr int kCount = 10;  // a, alpha, b, beta, c, lambda, d, delta, gamma, e
  template <class T>
  static T loss(const T* k, const Run& x) {
    using std::exp;
    return k[0] * exp(-k[1] * x.ln_P) + k[2] * exp(-k[3] * x.ln_D) +
           k[4] * exp(-k[5] * x.ln_density) + k[6] * exp(-k[7] * x.ln_density - k[8] * x.ln_P) +
           k[9];
  }
};

struct Clark2022 {
  static constexpr int kCount = 6;  // a, b, c, d, Es, Em
  template <class T>
  static T loss(const T* k, const Run& x) {
    using std::exp;
    using std::log;
    constexpr double kLn10 = 2.302585092994045684;
    // 1/(experts - 1 + 1/start) without the division by 0 that Es = Em makes of it.
    const T start = 1.0 / k[4] - 1.0 / k[5];
    const T effective = 1.0 / (start / ((x.experts - 1.0) * start + 1.0) + 1.0 / k[5]);
    const T e = log(effective) / kLn10;
    return exp(kLn10 * (k[0] * x.log10_N + k[1] * e + k[2] * x.log10_N * e + k[3]));
  }
};

}  // namespace isoflop::test
