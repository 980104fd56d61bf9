#include "bench/hand_written_pass.h"

// As in kernel/run.cc.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/hand_written_pass.cc"
#include <hwy/foreach_target.h>
// foreach_target must come first.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isoflop::bench::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void run_pass(const PassInput& in, const double* k, double* out) {
  const hn::CappedTag<double, 8> d;
  const auto E = hn::Set(d, k[0]), A = hn::Set(d, k[1]), B = hn::Set(d, k[2]);
  const auto minus_alpha = hn::Set(d, -k[3]), minus_beta = hn::Set(d, -k[4]);
  const std::size_t n = in.padded_rows;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto ln_N = hn::Load(d, in.ln_N + i), ln_D = hn::Load(d, in.ln_D + i);
    const auto size = hn::Exp(d, hn::Mul(minus_alpha, ln_N));
    const auto data = hn::Exp(d, hn::Mul(minus_beta, ln_D));
    const auto loss = hn::MulAdd(A, size, hn::MulAdd(B, data, E));
    const auto by_E = hn::Div(hn::Set(d, 1.0), loss);
    const auto by_A = hn::Mul(size, by_E), by_B = hn::Mul(data, by_E);
    hn::Store(hn::Sub(hn::Log(d, loss), hn::Load(d, in.ln_loss + i)), d, out + i);
    hn::Store(by_E, d, out + n + i);
    hn::Store(by_A, d, out + 2 * n + i);
    hn::Store(by_B, d, out + 3 * n + i);
    hn::Store(hn::Neg(hn::Mul(hn::Mul(A, by_A), ln_N)), d, out + 4 * n + i);
    hn::Store(hn::Neg(hn::Mul(hn::Mul(B, by_B), ln_D)), d, out + 5 * n + i);
  }
}

void run_transcendentals(const PassInput& in, const double* k, double* out) {
  const hn::CappedTag<double, 8> d;
  const auto minus_alpha = hn::Set(d, -k[3]), minus_beta = hn::Set(d, -k[4]);
  for (std::size_t i = 0; i < in.padded_rows; i += hn::Lanes(d)) {
    const auto size = hn::Exp(d, hn::Mul(minus_alpha, hn::Load(d, in.ln_N + i)));
    const auto data = hn::Exp(d, hn::Mul(minus_beta, hn::Load(d, in.ln_D + i)));
    hn::Store(hn::Log(d, hn::Add(size, data)), d, out + i);
  }
}

}  // namespace isoflop::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isoflop::bench {

HWY_EXPORT(run_pass);
HWY_EXPORT(run_transcendentals);

void hand_written_pass(const PassInput& input, const double* coefficients, double* out) {
  HWY_DYNAMIC_DISPATCH(run_pass)(input, coefficients, out);
}

void transcendentals_alone(const PassInput& input, const double* coefficients, double* out) {
  HWY_DYNAMIC_DISPATCH(run_transcendentals)(input, coefficients, out);
}

}  // namespace isoflop::bench
#endif
