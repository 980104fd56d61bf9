// The arithmetic of training, compiled once for each instruction set and chosen when the program
// starts.
//
// Everything that takes time is here, over plain pointers; what calls it is portable. kernels.cc is
// compiled several times, each time with the options of one level and with Eigen under another
// name, so that the linker cannot put code of one level in the place of another's. Therefore no
// class of the standard library may be used there: its functions have the same name at every level.
//
// Matrices are stored by columns, and a token is a column: a batch of n tokens of width d is d x n.
// So a layer is one product of its weights with all tokens, where Eigen reaches 80 to 95 % of the
// speed of large square products even at a width of 32.
//
// Two levels differ in the last bits of a result, one level never: sums have one order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "isoflop/result.h"

namespace isoflop::lab {

enum class Level : std::uint8_t { kBaseline, kAvx2, kAvx512 };
std::string to_text(Level level);  // "baseline", "avx2", "avx512"
// The highest that this machine has.
Level best_level();
// Back from the text. An error also where this machine does not have that level.
Result<Level> parse_level(std::string_view text);

using Size = std::int64_t;
using Token = std::uint16_t;

// Where a token's queries, keys and values are: one above the other, each of all heads.
struct HeadShape {
  Size width = 0;
  Size heads = 0;
  Size context = 0;
  Size sequences = 0;
};

// The numbers of one step of AdamW.
struct AdamStep {
  double rate = 0;   // learning rate
  double decay = 0;  // of weights, times the rate
  double beta1 = 0, beta2 = 0;
  double correction1 = 0, correction2 = 0;  // 1 - beta^step
  double epsilon = 0;
  double scale = 1;  // of the gradient: clipping
};

// float trains; double is for the tests of gradients.
template <class Scalar>
struct Kernels {
  // out = W in, or out += W in. W is rows x inner.
  void (*product)(const Scalar* weights, const Scalar* in, Scalar* out, Size rows, Size inner,
                  Size columns, bool add);
  // out = W^T in, or out += W^T in: the gradient on its way back, and the output head.
  void (*product_transposed)(const Scalar* weights, const Scalar* in, Scalar* out, Size rows,
                             Size inner, Size columns, bool add);
  // sum += left right^T, rows x inner, over all columns: the gradient of weights.
  void (*outer_product)(const Scalar* left, const Scalar* right, Scalar* sum, Size rows, Size inner,
                        Size columns);

  // out = gain * x / sqrt(mean(x^2) + 1e-6) for each column; `inverse` keeps 1/sqrt(...).
  void (*rms_norm)(const Scalar* x, const Scalar* gain, Scalar* out, Scalar* inverse, Size width,
                   Size columns);
  // Adds to the gradients of x and of the gain.
  void (*rms_norm_backward)(const Scalar* x, const Scalar* gain, const Scalar* inverse,
                            const Scalar* out_gradient, Scalar* x_gradient, Scalar* gain_gradient,
                            Size width, Size columns);

  // Rotary positions (Su et al. 2021, arXiv:2104.09864) of queries and keys, in place; `direction`
  // -1 turns back, which is the gradient's way. The tables are key_size/2 x context.
  void (*rotate)(Scalar* qkv, const Scalar* cosine, const Scalar* sine, HeadShape shape,
                 Scalar direction);
  // Causal attention of each sequence. `weights` keeps the softmax, context x context for each head
  // of each sequence, a query a column; keys after the block of a query are not touched. `slopes`,
  // one a head or null, times its distance lower the score of a key, which changes nothing on the
  // way back.
  void (*attention)(const Scalar* qkv, const Scalar* slopes, Scalar* weights, Scalar* out,
                    HeadShape shape);
  // `qkv_gradient` is overwritten, `scratch` has room for context x context.
  void (*attention_backward)(const Scalar* qkv, const Scalar* weights, const Scalar* out_gradient,
                             Scalar* qkv_gradient, Scalar* scratch, HeadShape shape);

  // out = silu(g) * u, where `gate_up` has g above u in each column.
  void (*gate)(const Scalar* gate_up, Scalar* out, Size inner, Size columns);
  void (*gate_backward)(const Scalar* gate_up, const Scalar* out_gradient, Scalar* gate_up_gradient,
                        Size inner, Size columns);

  // Softmax of each column, in place.
  void (*softmax)(Scalar* logits, Size rows, Size columns);
  // The loss of each token in nats. The logits become their gradient, times `scale`; with a scale
  // of 0 they are left undefined.
  void (*cross_entropy)(Scalar* logits, const Token* targets, double* losses, Size rows,
                        Size columns, Scalar scale);

  double (*sum_of_squares)(const Scalar* x, Size count);
  // AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
  void (*adam)(Scalar* weights, const Scalar* gradient, Scalar* mean, Scalar* square, Size count,
               const AdamStep& step);
};

// `level` must be one that this machine has.
template <class Scalar>
const Kernels<Scalar>& kernels(Level level);
template <>
const Kernels<float>& kernels(Level level);
template <>
const Kernels<double>& kernels(Level level);

}  // namespace isoflop::lab
