#include "lab/kernels.h"

#include <Eigen/Core>

// Set by lab/CMakeLists.txt to a name of its own for each level, as Eigen is.
#ifndef ISOFLOP_LAB_LEVEL
#define ISOFLOP_LAB_LEVEL baseline
#endif

namespace isoflop::lab::ISOFLOP_LAB_LEVEL {

namespace {

constexpr double kNormEpsilon = 1e-6;
// Queries that are multiplied at once. Fewer waste less on keys that a query does not see, more
// make larger products: 32 is fastest at contexts of 64 to 256.
constexpr Size kBlock = 32;
constexpr Size kVector = 16;  // floats of the widest vector

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using In = Eigen::Map<const Matrix<Scalar>, 0, Eigen::OuterStride<>>;
template <class Scalar>
using Out = Eigen::Map<Matrix<Scalar>, 0, Eigen::OuterStride<>>;
template <class Scalar>
using InColumn = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
template <class Scalar>
using OutColumn = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

template <class Scalar>
In<Scalar> matrix(const Scalar* data, Size rows, Size columns, Size stride) {
  return {data, rows, columns, Eigen::OuterStride<>(stride)};
}
template <class Scalar>
In<Scalar> matrix(const Scalar* data, Size rows, Size columns) {
  return matrix(data, rows, columns, rows);
}
template <class Scalar>
Out<Scalar> matrix(Scalar* data, Size rows, Size columns, Size stride) {
  return {data, rows, columns, Eigen::OuterStride<>(stride)};
}
template <class Scalar>
Out<Scalar> matrix(Scalar* data, Size rows, Size columns) {
  return matrix(data, rows, columns, rows);
}

Size smaller(Size a, Size b) { return a < b ? a : b; }

template <class Scalar>
void product(const Scalar* weights, const Scalar* in, Scalar* out, Size rows, Size inner,
             Size columns, bool add) {
  auto result = matrix(out, rows, columns);
  if (add)
    result.noalias() += matrix(weights, rows, inner) * matrix(in, inner, columns);
  else
    result.noalias() = matrix(weights, rows, inner) * matrix(in, inner, columns);
}

template <class Scalar>
void product_transposed(const Scalar* weights, const Scalar* in, Scalar* out, Size rows, Size inner,
                        Size columns, bool add) {
  auto result = matrix(out, inner, columns);
  if (add)
    result.noalias() += matrix(weights, rows, inner).transpose() * matrix(in, rows, columns);
  else
    result.noalias() = matrix(weights, rows, inner).transpose() * matrix(in, rows, columns);
}

template <class Scalar>
void outer_product(const Scalar* left, const Scalar* right, Scalar* sum, Size rows, Size inner,
                   Size columns) {
  matrix(sum, rows, inner).noalias() +=
      matrix(left, rows, columns) * matrix(right, inner, columns).transpose();
}

template <class Scalar>
void rms_norm(const Scalar* x, const Scalar* gain, Scalar* out, Scalar* inverse, Size width,
              Size columns) {
  const InColumn<Scalar> gains(gain, width);
  for (Size t = 0; t < columns; ++t) {
    const InColumn<Scalar> token(x + t * width, width);
    const Scalar mean_square = token.square().sum() / Scalar(width);
    inverse[t] = 1 / Eigen::numext::sqrt(mean_square + Scalar(kNormEpsilon));
    OutColumn<Scalar>(out + t * width, width) = token * gains * inverse[t];
  }
}

// With r the inverse and s = sum(gain * dout * x):  dx = r gain dout - x r^3 s / width.
template <class Scalar>
void rms_norm_backward(const Scalar* x, const Scalar* gain, const Scalar* inverse,
                       const Scalar* out_gradient, Scalar* x_gradient, Scalar* gain_gradient,
                       Size width, Size columns) {
  const InColumn<Scalar> gains(gain, width);
  OutColumn<Scalar> gain_sum(gain_gradient, width);
  for (Size t = 0; t < columns; ++t) {
    const InColumn<Scalar> token(x + t * width, width), d_out(out_gradient + t * width, width);
    const Scalar r = inverse[t];
    const Scalar s = (gains * d_out * token).sum() * r * r * r / Scalar(width);
    gain_sum += d_out * token * r;
    OutColumn<Scalar>(x_gradient + t * width, width) += gains * d_out * r - token * s;
  }
}

template <class Scalar>
void rotate(Scalar* qkv, const Scalar* cosine, const Scalar* sine, HeadShape shape,
            Scalar direction) {
  const Size half = shape.width / shape.heads / 2;
  for (Size t = 0; t < shape.context * shape.sequences; ++t) {
    const Scalar* c = cosine + t % shape.context * half;
    const Scalar* s = sine + t % shape.context * half;
    for (Size head = 0; head < 2 * shape.heads; ++head) {  // of queries, then of keys
      Scalar* first = qkv + t * 3 * shape.width + head * 2 * half;
      Scalar* second = first + half;
      for (Size i = 0; i < half; ++i) {
        const Scalar a = first[i], b = second[i], turn = direction * s[i];
        first[i] = a * c[i] - b * turn;
        second[i] = a * turn + b * c[i];
      }
    }
  }
}

// Calls each(qkv offset, out offset, weights offset) for each head of each sequence.
template <class Each>
void for_each_head(HeadShape shape, Each each) {
  const Size key_size = shape.width / shape.heads;
  for (Size sequence = 0; sequence < shape.sequences; ++sequence)
    for (Size head = 0; head < shape.heads; ++head) {
      const Size first = sequence * shape.context;
      each(first * 3 * shape.width + head * key_size, first * shape.width + head * key_size,
           (sequence * shape.heads + head) * shape.context * shape.context);
    }
}

template <class Scalar>
void attention(const Scalar* qkv, const Scalar* slopes, Scalar* weights, Scalar* out,
               HeadShape shape) {
  const Size width = shape.width, context = shape.context, key_size = width / shape.heads;
  const Scalar scale = 1 / Eigen::numext::sqrt(Scalar(key_size));
  for_each_head(shape, [&](Size at, Size out_at, Size weights_at) {
    const auto queries = matrix(qkv + at, key_size, context, 3 * width);
    const auto keys = matrix(qkv + at + width, key_size, context, 3 * width);
    const auto values = matrix(qkv + at + 2 * width, key_size, context, 3 * width);
    auto result = matrix(out + out_at, key_size, context, width);
    for (Size first = 0; first < context; first += kBlock) {
      const Size count = smaller(kBlock, context - first), seen = first + count;
      auto block = matrix(weights + weights_at + first * context, seen, count, context);
      block.noalias() = keys.leftCols(seen).transpose() * queries.middleCols(first, count);
      for (Size i = 0; i < count; ++i) {
        // Whole vectors of exponentials: those of keys that come later are computed, and set to 0.
        const Size own = first + i + 1,
                   whole = smaller((own + kVector - 1) / kVector * kVector, seen);
        auto column = block.col(i).head(whole).array();
        if (slopes != nullptr) {
          const Scalar slope = slopes[weights_at / (context * context) % shape.heads] / scale;
          for (Size key = 0; key < own; ++key) column.coeffRef(key) += slope * Scalar(key - own);
        }
        column = ((column - column.head(own).maxCoeff()) * scale).exp();
        block.col(i).tail(seen - own).setZero();
        column *= 1 / column.sum();
      }
      result.middleCols(first, count).noalias() = values.leftCols(seen) * block;
    }
  });
}

template <class Scalar>
void attention_backward(const Scalar* qkv, const Scalar* weights, const Scalar* out_gradient,
                        Scalar* qkv_gradient, Scalar* scratch, HeadShape shape) {
  const Size width = shape.width, context = shape.context, key_size = width / shape.heads;
  const Scalar scale = 1 / Eigen::numext::sqrt(Scalar(key_size));
  matrix(qkv_gradient, 3 * width, context * shape.sequences).setZero();
  for_each_head(shape, [&](Size at, Size out_at, Size weights_at) {
    const auto queries = matrix(qkv + at, key_size, context, 3 * width);
    const auto keys = matrix(qkv + at + width, key_size, context, 3 * width);
    const auto values = matrix(qkv + at + 2 * width, key_size, context, 3 * width);
    const auto d_out = matrix(out_gradient + out_at, key_size, context, width);
    auto d_queries = matrix(qkv_gradient + at, key_size, context, 3 * width);
    auto d_keys = matrix(qkv_gradient + at + width, key_size, context, 3 * width);
    auto d_values = matrix(qkv_gradient + at + 2 * width, key_size, context, 3 * width);
    for (Size first = 0; first < context; first += kBlock) {
      const Size count = smaller(kBlock, context - first), seen = first + count;
      const auto block = matrix(weights + weights_at + first * context, seen, count, context);
      const auto d_block_out = d_out.middleCols(first, count);
      auto d_block = matrix(scratch, seen, count, context);
      d_block.noalias() = values.leftCols(seen).transpose() * d_block_out;
      d_values.leftCols(seen).noalias() += d_block_out * block.transpose();
      for (Size i = 0; i < count; ++i) {
        auto d_column = d_block.col(i).array();
        const auto column = block.col(i).array();
        d_column = column * (d_column - (d_column * column).sum()) * scale;
      }
      d_queries.middleCols(first, count).noalias() = keys.leftCols(seen) * d_block;
      d_keys.leftCols(seen).noalias() += queries.middleCols(first, count) * d_block.transpose();
    }
  });
}

template <class Scalar>
void gate(const Scalar* gate_up, Scalar* out, Size inner, Size columns) {
  for (Size t = 0; t < columns; ++t) {
    const InColumn<Scalar> g(gate_up + 2 * t * inner, inner), u(g.data() + inner, inner);
    OutColumn<Scalar>(out + t * inner, inner) = g * u / (1 + (-g).exp());
  }
}

// silu'(g) = s (1 + g (1 - s)) with s = 1/(1 + e^-g).
template <class Scalar>
void gate_backward(const Scalar* gate_up, const Scalar* out_gradient, Scalar* gate_up_gradient,
                   Size inner, Size columns) {
  for (Size t = 0; t < columns; ++t) {
    const InColumn<Scalar> g(gate_up + 2 * t * inner, inner), u(g.data() + inner, inner);
    const InColumn<Scalar> d_out(out_gradient + t * inner, inner);
    OutColumn<Scalar> d_g(gate_up_gradient + 2 * t * inner, inner), d_u(d_g.data() + inner, inner);
    d_g = 1 / (1 + (-g).exp());  // s, until the last line
    d_u = d_out * g * d_g;
    d_g = d_out * u * d_g * (1 + g * (1 - d_g));
  }
}

template <class Scalar>
void softmax(Scalar* logits, Size rows, Size columns) {
  for (Size t = 0; t < columns; ++t) {
    OutColumn<Scalar> column(logits + t * rows, rows);
    column = (column - column.maxCoeff()).exp();
    column *= 1 / column.sum();
  }
}

template <class Scalar>
void cross_entropy(Scalar* logits, const Token* targets, double* losses, Size rows, Size columns,
                   Scalar scale) {
  for (Size t = 0; t < columns; ++t) {
    OutColumn<Scalar> column(logits + t * rows, rows);
    const Scalar wanted = column[targets[t]] - column.maxCoeff();
    column = (column - column.maxCoeff()).exp();
    const Scalar sum = column.sum();
    losses[t] = static_cast<double>(Eigen::numext::log(sum) - wanted);
    if (scale == 0) continue;
    column *= scale / sum;
    column[targets[t]] -= scale;
  }
}

template <class Scalar>
double sum_of_squares(const Scalar* x, Size count) {
  // In pieces, so that a float's sum loses little.
  constexpr Size kPiece = 4096;
  double sum = 0;
  for (Size first = 0; first < count; first += kPiece)
    sum += static_cast<double>(
        InColumn<Scalar>(x + first, smaller(kPiece, count - first)).square().sum());
  return sum;
}

template <class Scalar>
void adam(Scalar* weights, const Scalar* gradient, Scalar* mean, Scalar* square, Size count,
          const AdamStep& step) {
  const auto beta1 = static_cast<Scalar>(step.beta1), beta2 = static_cast<Scalar>(step.beta2);
  const auto scale = static_cast<Scalar>(step.scale);
  const auto epsilon = static_cast<Scalar>(step.epsilon);
  const auto kept = static_cast<Scalar>(1 - step.rate * step.decay);
  const auto rate = static_cast<Scalar>(step.rate / step.correction1);
  const auto square_scale = static_cast<Scalar>(1 / step.correction2);
  const auto g = InColumn<Scalar>(gradient, count) * scale;
  OutColumn<Scalar> w(weights, count), m(mean, count), v(square, count);
  m = beta1 * m + (1 - beta1) * g;
  v = beta2 * v + (1 - beta2) * g.square();
  w = kept * w - rate * m / ((v * square_scale).sqrt() + epsilon);
}

template <class Scalar>
constexpr Kernels<Scalar> kTable = {product<Scalar>,
                                    product_transposed<Scalar>,
                                    outer_product<Scalar>,
                                    rms_norm<Scalar>,
                                    rms_norm_backward<Scalar>,
                                    rotate<Scalar>,
                                    attention<Scalar>,
                                    attention_backward<Scalar>,
                                    gate<Scalar>,
                                    gate_backward<Scalar>,
                                    softmax<Scalar>,
                                    cross_entropy<Scalar>,
                                    sum_of_squares<Scalar>,
                                    adam<Scalar>};

}  // namespace

const Kernels<float>& floats() { return kTable<float>; }
const Kernels<double>& doubles() { return kTable<double>; }

}  // namespace isoflop::lab::ISOFLOP_LAB_LEVEL
