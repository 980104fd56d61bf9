// A small transformer with its exact gradient.
//
//   x = table[token]
//   x += attention(norm(x));  x += mlp(norm(x))     in each layer
//   logits = head^T norm(x)
//
// Norms are RMSNorm without bias, positions rotary or by ALiBi, attention causal with as many keys
// as queries, the MLP gated: down (silu(gate x) * up x). In a mixture of experts the MLP is that of
// K of the E experts, weighed by the router's softmax (over the chosen K where K > 1, as in
// Mixtral; the probability itself where K = 1, as in Switch: the router has no gradient otherwise),
// plus a shared expert where there is one.
//
// Sizes are an Architecture (isoflop/arch.h), so parameters and FLOPs are counted by the same code
// as those of any other model.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isoflop/arch.h"
#include "isoflop/result.h"
#include "lab/aligned.h"
#include "lab/kernels.h"
#include "lab/positions.h"
#include "lab/tensors.h"

namespace isoflop::lab {

// What a model is trained on at once: sequences of context + 1 tokens, of which all but the last
// are inputs and all but the first are targets.
struct Tokens {
  std::span<const Token> inputs;  // sequences x context
  std::span<const Token> targets;
};

struct ModelOptions {
  Size context = 128;  // tokens of a sequence
  Positions positions = Positions::kRotary;
  double balance = 0.01;  // weight of the load-balancing loss (Fedus et al. 2022, arXiv:2101.03961)
  Level level = Level::kBaseline;
};

template <class Scalar>
class Transformer {
 public:
  // Sizes that check() accepts. Parameters are zero until they are drawn or set.
  Transformer(const Architecture& sizes, const ModelOptions& options);
  ~Transformer();
  Transformer(const Transformer&) = delete;
  Transformer& operator=(const Transformer&) = delete;

  [[nodiscard]] std::span<const Tensor> tensors() const { return tensors_; }
  [[nodiscard]] std::span<Scalar> parameters() { return parameters_; }
  [[nodiscard]] std::span<const Scalar> parameters() const { return parameters_; }
  // Normal with standard deviation 1/sqrt(inputs), for matrices that write to the residual stream
  // divided by sqrt(2 layers) (Radford et al. 2019); gains are 1.
  void draw_parameters(std::uint64_t seed);

  // The losses of all targets in nats, in their order; at most `chunk_sequences()` sequences.
  void losses(const Tokens& tokens, std::span<double> losses);
  // Adds `weight` times the gradient of the sum of the losses to `gradient`, and gives that sum.
  // With experts the gradient has that of the balancing loss, which is not in the sum.
  double add_gradient(const Tokens& tokens, Scalar weight, std::span<Scalar> gradient);

  // The balancing loss of the last call, times its weight: balance * E sum_e f_e p_e, mean over
  // layers, 1 * balance where tokens are spread evenly.
  [[nodiscard]] double balance_loss() const { return balance_loss_; }
  // The share of the most used expert among all choices of the last call, times E: 1 is even.
  [[nodiscard]] double busiest_expert() const { return busiest_; }
  // Sequences that are worked on at once: more would leave the cache.
  [[nodiscard]] Size chunk_sequences() const;

 private:
  struct Layer;
  struct Experts;
  struct Workspace;

  Scalar* at(Size tensor) { return of(parameters_, tensor); }
  Scalar* of(std::span<Scalar> all, Size tensor) { return all.data() + tensors_[tensor].offset; }
  void forward(const Tokens& tokens);
  // Adds the MLP's output, or that of its experts, to `out`.
  void forward_mlp(Layer& layer, Scalar* out);
  void add_mlp(Size tensor, Size inner, Size n, const Scalar* in, Scalar* gate_up, Scalar* hidden,
               Scalar* out);
  void route(Layer& layer);
  void backward_mlp(Layer& layer, Scalar weight, std::span<Scalar> gradient);
  void mlp_backward(Size tensor, Size inner, Size n, const Scalar* in, const Scalar* gate_up,
                    const Scalar* hidden, const Scalar* d_out, Scalar* d_in, bool add,
                    std::span<Scalar> gradient);
  void route_backward(Layer& layer, Scalar weight, std::span<Scalar> gradient);

  Architecture sizes_;
  ModelOptions options_;
  const Kernels<Scalar>& kernels_;
  std::vector<Tensor> tensors_;
  Aligned<Scalar> parameters_;
  std::unique_ptr<Workspace> work_;
  double balance_loss_ = 0;
  double busiest_ = 0;
};

}  // namespace isoflop::lab
