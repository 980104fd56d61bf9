#include "lab/model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace isoflop::lab {

namespace {

// Tokens worked on at once. Fewer make smaller products; more leave the cache: 1024 are 15 %
// slower.
constexpr Size kChunkTokens = 256;

}  // namespace

// What a layer keeps of its forward pass, a column a token; of experts, a column a choice, the
// choices of one expert after those of the one before it.
template <class Scalar>
struct Transformer<Scalar>::Experts {
  Experts(const Architecture& sizes, Size tokens)
      : probabilities(signed_size(sizes.experts) * tokens),
        inputs(signed_size(sizes.width * sizes.active_experts) * tokens),
        outputs(signed_size(sizes.width * sizes.active_experts) * tokens),
        chosen(static_cast<std::size_t>(signed_size(sizes.active_experts) * tokens)),
        weights(chosen.size()),
        slot(chosen.size()),
        first(sizes.experts + 1),
        shared_gate_up(2 * signed_size(sizes.shared_inner) * tokens),
        shared_hidden(signed_size(sizes.shared_inner) * tokens) {}

  Aligned<Scalar> probabilities;    // experts x tokens
  Aligned<Scalar> inputs, outputs;  // width x choices
  std::vector<Size> chosen;         // active x tokens: the expert
  std::vector<Scalar> weights;      // active x tokens: of its output
  std::vector<Size> slot;           // active x tokens: its column
  std::vector<Size> first;          // the first column of each expert, and the end
  Aligned<Scalar> shared_gate_up, shared_hidden;
};

template <class Scalar>
struct Transformer<Scalar>::Layer {
  Layer(const Architecture& sizes, Size tokens, Size context)
      : x(signed_size(sizes.width) * tokens),
        normed(signed_size(sizes.width) * tokens),
        inverse(tokens),
        qkv(3 * signed_size(sizes.width) * tokens),
        attention(signed_size(sizes.heads) * context * tokens),
        heads_out(signed_size(sizes.width) * tokens),
        x_mid(signed_size(sizes.width) * tokens),
        normed_mid(signed_size(sizes.width) * tokens),
        inverse_mid(tokens) {
    const bool sparse = sizes.expert_layers > 0;
    const Size inner =
        signed_size(sparse ? sizes.expert_inner * sizes.active_experts : sizes.inner);
    gate_up = Aligned<Scalar>(2 * inner * tokens);
    hidden = Aligned<Scalar>(inner * tokens);
    if (sparse) experts = std::make_unique<Experts>(sizes, tokens);
  }

  Size first_tensor = 0;
  Aligned<Scalar> x, normed, inverse, qkv, attention, heads_out;
  Aligned<Scalar> x_mid, normed_mid, inverse_mid, gate_up, hidden;
  std::unique_ptr<Experts> experts;
};

template <class Scalar>
struct Transformer<Scalar>::Workspace {
  Workspace(const Architecture& sizes, Size most, Size context, Positions its_positions)
      : x(signed_size(sizes.width) * most),
        normed(signed_size(sizes.width) * most),
        inverse(most),
        logits(signed_size(sizes.vocabulary) * most),
        d_x(signed_size(sizes.width) * most),
        d_normed(signed_size(sizes.width) * most),
        d_heads_out(signed_size(sizes.width) * most),
        d_qkv(3 * signed_size(sizes.width) * most),
        d_attention(context * context),
        positions(sizes, context, its_positions),
        losses(static_cast<std::size_t>(most)) {
    for (std::uint64_t i = 0; i < sizes.layers; ++i) {
      layers.emplace_back(sizes, most, context);
      layers.back().first_tensor = lab::first_tensor(sizes, signed_size(i));
    }
    const bool sparse = sizes.expert_layers > 0;
    const Size inner =
        signed_size(sparse ? std::max(sizes.expert_inner * sizes.active_experts, sizes.shared_inner)
                           : sizes.inner);
    d_gate_up = Aligned<Scalar>(2 * inner * most);
    d_hidden = Aligned<Scalar>(inner * most);
    if (sparse) {
      d_outputs = Aligned<Scalar>(signed_size(sizes.width * sizes.active_experts) * most);
      d_inputs = Aligned<Scalar>(signed_size(sizes.width * sizes.active_experts) * most);
      d_probabilities = Aligned<Scalar>(signed_size(sizes.experts) * most);
    }
  }

  Size tokens = 0;  // of the pass in work
  HeadShape shape;
  std::vector<Layer> layers;
  Aligned<Scalar> x, normed, inverse, logits;  // after the last layer
  Aligned<Scalar> d_x, d_normed, d_heads_out, d_qkv, d_attention, d_gate_up, d_hidden;
  Aligned<Scalar> d_outputs, d_inputs, d_probabilities;  // of experts
  PositionTables<Scalar> positions;
  std::vector<double> losses;
};

template <class Scalar>
Transformer<Scalar>::Transformer(const Architecture& sizes, const ModelOptions& options)
    : sizes_(sizes),
      options_(options),
      kernels_(lab::kernels<Scalar>(options.level)),
      tensors_(lab::tensors(sizes)),
      parameters_(static_cast<std::size_t>(tensors_.back().offset + tensors_.back().size())),
      work_(std::make_unique<Workspace>(sizes, chunk_sequences() * options.context, options.context,
                                        options.positions)) {}

template <class Scalar>
Transformer<Scalar>::~Transformer() = default;

template <class Scalar>
Size Transformer<Scalar>::chunk_sequences() const {
  return std::max<Size>(1, kChunkTokens / options_.context);
}

template <class Scalar>
void Transformer<Scalar>::draw_parameters(std::uint64_t seed) {
  const double residual = 1 / std::sqrt(2 * static_cast<double>(sizes_.layers));
  const auto width = static_cast<double>(sizes_.width);
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const Tensor& tensor = tensors_[i];
    Scalar* values = at(static_cast<Size>(i));
    const bool to_residual =
        tensor.kind == Tensor::Kind::kWeight && tensor.rows == signed_size(sizes_.width);
    const double inputs =
        tensor.kind == Tensor::Kind::kTable ? width : static_cast<double>(tensor.columns);
    const double scale = (to_residual ? residual : 1) / std::sqrt(inputs);
    for (Size j = 0; j < tensor.size(); ++j)
      values[j] = tensor.kind == Tensor::Kind::kGain
                      ? Scalar(1)
                      : static_cast<Scalar>(scale * normal(seed, i, static_cast<std::uint64_t>(j)));
  }
}

template <class Scalar>
void Transformer<Scalar>::forward(const Tokens& tokens) {
  Workspace& work = *work_;
  const Size width = signed_size(sizes_.width), n = signed_size(tokens.inputs.size());
  work.tokens = n;
  work.shape = {.width = width,
                .heads = signed_size(sizes_.heads),
                .context = options_.context,
                .sequences = n / options_.context};
  balance_loss_ = busiest_ = 0;
  Scalar* x = work.layers.front().x.data();
  for (Size t = 0; t < n; ++t) std::copy_n(at(0) + tokens.inputs[t] * width, width, x + t * width);
  for (std::size_t i = 0; i < work.layers.size(); ++i) {
    Layer& layer = work.layers[i];
    const LayerTensors tensor;
    const Size first = layer.first_tensor;
    kernels_.rms_norm(layer.x.data(), at(first + tensor.norm1), layer.normed.data(),
                      layer.inverse.data(), width, n);
    kernels_.product(at(first + tensor.qkv), layer.normed.data(), layer.qkv.data(), 3 * width,
                     width, n, false);
    const bool rotary = options_.positions == Positions::kRotary;
    if (rotary)
      kernels_.rotate(layer.qkv.data(), work.positions.cosine.data(), work.positions.sine.data(),
                      work.shape, Scalar(1));
    kernels_.attention(layer.qkv.data(), rotary ? nullptr : work.positions.slopes.data(),
                       layer.attention.data(), layer.heads_out.data(), work.shape);
    std::copy_n(layer.x.data(), width * n, layer.x_mid.data());
    kernels_.product(at(first + tensor.output), layer.heads_out.data(), layer.x_mid.data(), width,
                     width, n, true);
    kernels_.rms_norm(layer.x_mid.data(), at(first + tensor.norm2), layer.normed_mid.data(),
                      layer.inverse_mid.data(), width, n);
    Scalar* out = i + 1 < work.layers.size() ? work.layers[i + 1].x.data() : work.x.data();
    std::copy_n(layer.x_mid.data(), width * n, out);
    forward_mlp(layer, out);
  }
  const Size last = 1 + layer_tensors(sizes_).count * signed_size(sizes_.layers);
  kernels_.rms_norm(work.x.data(), at(last), work.normed.data(), work.inverse.data(), width, n);
  kernels_.product_transposed(at(sizes_.tied ? 0 : last + 1), work.normed.data(),
                              work.logits.data(), width, signed_size(sizes_.vocabulary), n, false);
}

template <class Scalar>
void Transformer<Scalar>::forward_mlp(Layer& layer, Scalar* out) {
  const Size width = signed_size(sizes_.width), n = work_->tokens;
  const LayerTensors tensor = layer_tensors(sizes_);
  const Size first = layer.first_tensor;
  if (!layer.experts) {
    add_mlp(first + tensor.mlp, signed_size(sizes_.inner), n, layer.normed_mid.data(),
            layer.gate_up.data(), layer.hidden.data(), out);
    return;
  }
  Experts& experts = *layer.experts;
  route(layer);
  const Size inner = signed_size(sizes_.expert_inner);
  const Size active = signed_size(sizes_.active_experts);
  std::fill_n(experts.outputs.data(), width * active * n, Scalar(0));
  for (Size i = 0; i < n * active; ++i)
    std::copy_n(layer.normed_mid.data() + i / active * width, width,
                experts.inputs.data() + experts.slot[i] * width);
  for (Size e = 0; e < signed_size(sizes_.experts); ++e) {
    const Size from = experts.first[e];
    const Size count = experts.first[static_cast<std::size_t>(e) + 1] - from;
    if (count > 0)
      add_mlp(first + tensor.mlp + 2 * e, inner, count, experts.inputs.data() + from * width,
              layer.gate_up.data() + from * 2 * inner, layer.hidden.data() + from * inner,
              experts.outputs.data() + from * width);
  }
  for (Size i = 0; i < n * active; ++i) {
    const Scalar* from = experts.outputs.data() + experts.slot[i] * width;
    Scalar* to = out + i / active * width;
    const Scalar weight = experts.weights[i];
    for (Size j = 0; j < width; ++j) to[j] += weight * from[j];
  }
  if (sizes_.shared_inner > 0)
    add_mlp(first + tensor.shared, signed_size(sizes_.shared_inner), n, layer.normed_mid.data(),
            experts.shared_gate_up.data(), experts.shared_hidden.data(), out);
}

template <class Scalar>
void Transformer<Scalar>::add_mlp(Size tensor, Size inner, Size n, const Scalar* in,
                                  Scalar* gate_up, Scalar* hidden, Scalar* out) {
  const Size width = signed_size(sizes_.width);
  kernels_.product(at(tensor), in, gate_up, 2 * inner, width, n, false);
  kernels_.gate(gate_up, hidden, inner, n);
  kernels_.product(at(tensor + 1), hidden, out, width, inner, n, true);
}

// `d_in` is overwritten.
template <class Scalar>
void Transformer<Scalar>::mlp_backward(Size tensor, Size inner, Size n, const Scalar* in,
                                       const Scalar* gate_up, const Scalar* hidden,
                                       const Scalar* d_out, Scalar* d_in, bool add,
                                       std::span<Scalar> gradient) {
  const Size width = signed_size(sizes_.width);
  Scalar* d_gate_up = work_->d_gate_up.data();
  Scalar* d_hidden = work_->d_hidden.data();
  kernels_.outer_product(d_out, hidden, of(gradient, tensor + 1), width, inner, n);
  kernels_.product_transposed(at(tensor + 1), d_out, d_hidden, width, inner, n, false);
  kernels_.gate_backward(gate_up, d_hidden, d_gate_up, inner, n);
  kernels_.outer_product(d_gate_up, in, of(gradient, tensor), 2 * inner, width, n);
  kernels_.product_transposed(at(tensor), d_gate_up, d_in, 2 * inner, width, n, add);
}

// Chooses the experts of each token, and orders the choices by expert.
template <class Scalar>
void Transformer<Scalar>::route(Layer& layer) {
  Experts& experts = *layer.experts;
  const Size width = signed_size(sizes_.width), n = work_->tokens;
  const auto count = static_cast<std::size_t>(sizes_.experts);
  const auto active = static_cast<std::size_t>(sizes_.active_experts);
  const Size router = layer.first_tensor + layer_tensors(sizes_).router;
  kernels_.product(at(router), layer.normed_mid.data(), experts.probabilities.data(),
                   signed_size(count), width, n, false);
  kernels_.softmax(experts.probabilities.data(), signed_size(count), n);

  std::vector<Size> order(count), used(count);
  std::vector<double> mean(count);
  for (std::size_t t = 0; t < static_cast<std::size_t>(n); ++t) {
    const Scalar* p = experts.probabilities.data() + t * count;
    std::iota(order.begin(), order.end(), 0);
    std::ranges::partial_sort(order, order.begin() + signed_size(active),
                              [&](Size a, Size b) { return p[a] != p[b] ? p[a] > p[b] : a < b; });
    Scalar sum = 0;
    for (std::size_t k = 0; k < active; ++k) sum += p[order[k]];
    for (std::size_t k = 0; k < active; ++k) {
      experts.chosen[t * active + k] = order[k];
      experts.weights[t * active + k] = active == 1 ? p[order[k]] : p[order[k]] / sum;
      ++used[order[k]];
    }
    for (std::size_t e = 0; e < count; ++e) mean[e] += static_cast<double>(p[e]);
  }
  experts.first[0] = 0;
  double balance = 0;
  const double choices = static_cast<double>(n) * static_cast<double>(active);
  for (std::size_t e = 0; e < count; ++e) {
    experts.first[e + 1] = experts.first[e] + used[e];
    balance += static_cast<double>(used[e]) / choices * mean[e] / static_cast<double>(n);
    busiest_ =
        std::max(busiest_, static_cast<double>(used[e]) * static_cast<double>(count) / choices);
  }
  balance_loss_ += options_.balance * static_cast<double>(count) * balance;
  std::vector<Size> next(experts.first.begin(), experts.first.end() - 1);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n) * active; ++i)
    experts.slot[i] = next[experts.chosen[i]]++;
}

template <class Scalar>
void Transformer<Scalar>::backward_mlp(Layer& layer, Scalar weight, std::span<Scalar> gradient) {
  Workspace& work = *work_;
  const Size width = signed_size(sizes_.width), n = work.tokens;
  const LayerTensors tensor = layer_tensors(sizes_);
  const Size first = layer.first_tensor;
  if (!layer.experts) {
    mlp_backward(first + tensor.mlp, signed_size(sizes_.inner), n, layer.normed_mid.data(),
                 layer.gate_up.data(), layer.hidden.data(), work.d_x.data(), work.d_normed.data(),
                 false, gradient);
    return;
  }
  Experts& experts = *layer.experts;
  const Size inner = signed_size(sizes_.expert_inner), active = signed_size(sizes_.active_experts);
  for (Size i = 0; i < n * active; ++i) {
    const Scalar* from = work.d_x.data() + i / active * width;
    const auto at = static_cast<std::size_t>(i);
    Scalar* to = work.d_outputs.data() + experts.slot[at] * width;
    for (Size j = 0; j < width; ++j) to[j] = experts.weights[at] * from[j];
  }
  for (Size e = 0; e < signed_size(sizes_.experts); ++e) {
    const Size from = experts.first[e];
    const Size count = experts.first[static_cast<std::size_t>(e) + 1] - from;
    if (count > 0)
      mlp_backward(first + tensor.mlp + 2 * e, inner, count, experts.inputs.data() + from * width,
                   layer.gate_up.data() + from * 2 * inner, layer.hidden.data() + from * inner,
                   work.d_outputs.data() + from * width, work.d_inputs.data() + from * width, false,
                   gradient);
  }
  route_backward(layer, weight, gradient);
  for (Size i = 0; i < n * active; ++i) {
    const Scalar* from = work.d_inputs.data() + experts.slot[i] * width;
    Scalar* to = work.d_normed.data() + i / active * width;
    for (Size j = 0; j < width; ++j) to[j] += from[j];
  }
  if (sizes_.shared_inner > 0)
    mlp_backward(first + tensor.shared, signed_size(sizes_.shared_inner), n,
                 layer.normed_mid.data(), experts.shared_gate_up.data(),
                 experts.shared_hidden.data(), work.d_x.data(), work.d_normed.data(), true,
                 gradient);
}

// The gradient of the router, by way of the weights of the chosen experts' outputs and of the
// balancing loss; overwrites d_normed by its part.
template <class Scalar>
void Transformer<Scalar>::route_backward(Layer& layer, Scalar weight, std::span<Scalar> gradient) {
  Workspace& work = *work_;
  Experts& experts = *layer.experts;
  const Size width = signed_size(sizes_.width), n = work.tokens;
  const Size count = signed_size(sizes_.experts), active = signed_size(sizes_.active_experts);
  const Size router = layer.first_tensor + layer_tensors(sizes_).router;
  std::vector<Scalar> balance(static_cast<std::size_t>(count));
  for (std::size_t e = 0; e < balance.size(); ++e)
    balance[e] =
        weight * static_cast<Scalar>(options_.balance * static_cast<double>(count) *
                                     static_cast<double>(experts.first[e + 1] - experts.first[e]) /
                                     static_cast<double>(n * active));
  std::vector<Scalar> d_weight(static_cast<std::size_t>(active));
  for (Size t = 0; t < n; ++t) {
    const Scalar* p = experts.probabilities.data() + t * count;
    Scalar* d_p = work.d_probabilities.data() + t * count;
    std::ranges::copy(balance, d_p);
    const Scalar* d_out = work.d_x.data() + t * width;
    Scalar sum = 0, mean = 0;
    for (Size k = 0; k < active; ++k) {
      const auto i = static_cast<std::size_t>(t * active + k);
      const Scalar* out = experts.outputs.data() + experts.slot[i] * width;
      d_weight[k] = std::inner_product(out, out + width, d_out, Scalar(0));
      mean += experts.weights[i] * d_weight[k];
      sum += p[experts.chosen[i]];
    }
    for (Size k = 0; k < active; ++k) {
      const Scalar d = d_weight[k];
      d_p[experts.chosen[t * active + k]] += active == 1 ? d : (d - mean) / sum;
    }
    const Scalar through = std::inner_product(p, p + count, d_p, Scalar(0));
    for (Size e = 0; e < count; ++e) d_p[e] = p[e] * (d_p[e] - through);
  }
  kernels_.outer_product(work.d_probabilities.data(), layer.normed_mid.data(), of(gradient, router),
                         count, width, n);
  kernels_.product_transposed(at(router), work.d_probabilities.data(), work.d_normed.data(), count,
                              width, n, false);
}

template <class Scalar>
void Transformer<Scalar>::losses(const Tokens& tokens, std::span<double> losses) {
  forward(tokens);
  kernels_.cross_entropy(work_->logits.data(), tokens.targets.data(), losses.data(),
                         signed_size(sizes_.vocabulary), work_->tokens, Scalar(0));
}

template <class Scalar>
double Transformer<Scalar>::add_gradient(const Tokens& tokens, Scalar weight,
                                         std::span<Scalar> gradient) {
  forward(tokens);
  Workspace& work = *work_;
  const Size width = signed_size(sizes_.width), n = work.tokens;
  const Size vocabulary = signed_size(sizes_.vocabulary);
  const LayerTensors tensor = layer_tensors(sizes_);
  const Size last = 1 + tensor.count * signed_size(sizes_.layers),
             head = sizes_.tied ? 0 : last + 1;
  kernels_.cross_entropy(work.logits.data(), tokens.targets.data(), work.losses.data(), vocabulary,
                         n, weight);
  kernels_.outer_product(work.normed.data(), work.logits.data(), of(gradient, head), width,
                         vocabulary, n);
  kernels_.product(at(head), work.logits.data(), work.d_normed.data(), width, vocabulary, n, false);
  std::fill_n(work.d_x.data(), width * n, Scalar(0));
  kernels_.rms_norm_backward(work.x.data(), at(last), work.inverse.data(), work.d_normed.data(),
                             work.d_x.data(), of(gradient, last), width, n);
  for (auto layer = work.layers.rbegin(); layer != work.layers.rend(); ++layer) {
    const Size first = layer->first_tensor;
    backward_mlp(*layer, weight, gradient);
    kernels_.rms_norm_backward(layer->x_mid.data(), at(first + tensor.norm2),
                               layer->inverse_mid.data(), work.d_normed.data(), work.d_x.data(),
                               of(gradient, first + tensor.norm2), width, n);
    kernels_.outer_product(work.d_x.data(), layer->heads_out.data(),
                           of(gradient, first + tensor.output), width, width, n);
    kernels_.product_transposed(at(first + tensor.output), work.d_x.data(), work.d_heads_out.data(),
                                width, width, n, false);
    kernels_.attention_backward(layer->qkv.data(), layer->attention.data(), work.d_heads_out.data(),
                                work.d_qkv.data(), work.d_attention.data(), work.shape);
    if (options_.positions == Positions::kRotary)
      kernels_.rotate(work.d_qkv.data(), work.positions.cosine.data(), work.positions.sine.data(),
                      work.shape, Scalar(-1));
    kernels_.outer_product(work.d_qkv.data(), layer->normed.data(),
                           of(gradient, first + tensor.qkv), 3 * width, width, n);
    kernels_.product_transposed(at(first + tensor.qkv), work.d_qkv.data(), work.d_normed.data(),
                                3 * width, width, n, false);
    kernels_.rms_norm_backward(layer->x.data(), at(first + tensor.norm1), layer->inverse.data(),
                               work.d_normed.data(), work.d_x.data(),
                               of(gradient, first + tensor.norm1), width, n);
  }
  Scalar* table = of(gradient, 0);
  for (Size t = 0; t < n; ++t) {
    Scalar* row = table + tokens.inputs[t] * width;
    for (Size j = 0; j < width; ++j) row[j] += work.d_x.data()[t * width + j];
  }
  return std::accumulate(work.losses.begin(), work.losses.begin() + n, 0.0);
}

template class Transformer<float>;
template class Transformer<double>;

}  // namespace isoflop::lab
