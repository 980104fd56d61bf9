#include "base/value.h"
#include "report/json/json.h"
#include "report/json/training_rules_value.h"
#include "store/document.h"

namespace isoflop {

namespace {

// Exact: counts of a model are below 2^53.
Value whole(std::uint64_t count) { return static_cast<double>(count); }

Value parameters_value(const ParameterCounts& count) {
  return Value::object({{"embedding", whole(count.embedding)},
                        {"attention", whole(count.attention)},
                        {"recurrent", whole(count.recurrent)},
                        {"mlp", whole(count.mlp)},
                        {"experts", whole(count.experts)},
                        {"shared_experts", whole(count.shared)},
                        {"router", whole(count.router)},
                        {"norms", whole(count.norms)}});
}

Value shape_value(const Architecture& model) {
  return Value::object({{"layers", whole(model.layers)},
                        {"width", whole(model.width)},
                        {"vocabulary", whole(model.vocabulary)},
                        {"max_context", whole(model.max_context)},
                        {"tied", model.tied},
                        {"heads", whole(model.heads)},
                        {"key_value_heads", whole(model.key_value_heads)},
                        {"key_size", whole(model.key_size)},
                        {"value_size", whole(model.value_size)},
                        {"window", whole(model.window)},
                        {"layers_with_window", whole(model.windowed_layers)},
                        {"recurrent_layers", whole(model.recurrent_layers)},
                        {"inner_size", whole(model.inner)},
                        {"layers_with_experts", whole(model.expert_layers)},
                        {"experts", whole(model.experts)},
                        {"active_experts", whole(model.active_experts)},
                        {"expert_inner_size", whole(model.expert_inner)},
                        {"shared_inner_size", whole(model.shared_inner)}});
}

Value flops_value(const TokenFlops& flops, const FlopsOptions& options) {
  return Value::object({{"forward", flops.forward()},
                        {"backward", flops.backward()},
                        {"recomputed", flops.recomputed},
                        {"training", flops.training()},
                        {"keys", to_text(options.keys)},
                        {"embeddings", to_text(options.embeddings)},
                        {"recompute", to_text(options.recompute)},
                        {"parts", Value::object({{"projections", flops.projections},
                                                 {"scores", flops.scores},
                                                 {"recurrent", flops.recurrent},
                                                 {"mlp", flops.mlp},
                                                 {"experts", flops.experts},
                                                 {"shared_experts", flops.shared},
                                                 {"router", flops.router},
                                                 {"head", flops.head}})}});
}

Value memory_value(const Memory& memory, const MemoryOptions& options) {
  return Value::object({{"weights", memory.weights},
                        {"gradients", memory.gradients},
                        {"optimizer", memory.optimizer},
                        {"training", memory.training()},
                        {"kv_cache", memory.key_values},
                        {"serving", memory.serving()},
                        {"bytes_per_parameter", options.bytes_per_parameter},
                        {"optimizer_bytes_per_parameter", options.optimizer_bytes_per_parameter},
                        {"bytes_per_key_value", options.bytes_per_key_value},
                        {"sequences", options.sequences}});
}

Value near_value(const NearArchitecture& near) {
  return Value::object({{"model_type", near.model.model_type},
                        {"total_parameters", whole(near.parameters.total)},
                        {"active_parameters", whole(near.parameters.active)},
                        {"embedding_parameters", whole(near.parameters.embedding)},
                        {"sparsity", near.parameters.sparsity()},
                        {"shape", shape_value(near.model)},
                        {"distance", near.distance}});
}

}  // namespace

std::string arch_json(const ArchRecord& record, std::span<const RuleAnswer> rules) {
  const ArchitectureFacts& facts = record.facts;
  const ArchitectureQuestion& question = record.question;
  Value defaults = Value::object();
  for (const auto& [name, value] : record.model.defaults) defaults.set(name, value);
  Value counted = Value::object();
  for (std::size_t i = 0; i < facts.counted.size(); ++i)
    counted.set(std::string(parameter_counts()[i].name),
                Value::object(
                    {{"N", whole(facts.counted[i].active)}, {"P", whole(facts.counted[i].total)}}));
  Value document = Value::object({{"source", record.source},
                                  {"model_type", record.model.model_type},
                                  {"total_parameters", whole(facts.parameters.total)},
                                  {"active_parameters", whole(facts.parameters.active)},
                                  {"embedding_parameters", whole(facts.parameters.embedding)},
                                  {"next_token_parameters", whole(facts.parameters.next_tokens)},
                                  {"sparsity", facts.parameters.sparsity()},
                                  {"expert_sparsity", facts.expert_sparsity},
                                  {"parameters", parameters_value(facts.parameters)},
                                  {"params_count", counted},
                                  {"shape", shape_value(record.model)},
                                  {"context", whole(facts.context)},
                                  {"flops_per_token", flops_value(facts.flops, question.flops)},
                                  {"kv_cache_bytes_per_token", facts.kv_cache_bytes_per_token},
                                  {"memory", memory_value(facts.memory, question.memory)},
                                  {"defaults", defaults},
                                  {"ignored", texts_value(record.model.ignored)},
                                  {"notes", texts_value(facts.notes)}});
  set_training_rules(document, rules);
  return document_text(document);
}

std::string model_types_json(std::span<const PublishedModel> models) {
  const auto value = [](const PublishedModel& model) {
    return Value::object({{"model_type", model.model_type},
                          {"model", model.name},
                          {"total_parameters", whole(model.total)},
                          {"active_parameters", whole(model.active)},
                          {"next_token_parameters", whole(model.next_tokens)},
                          {"computed", model.computed},
                          {"source", model.source}});
  };
  return document_text(Value::object({{"models", array_value(models, value)}}));
}

std::string nearest_json(const NearestRecord& record) {
  const SizeQuestion& question = record.question;
  return document_text(Value::object({{"N", question.N},
                                      {"P", question.P},
                                      {"vocabulary", whole(question.vocabulary)},
                                      {"architectures", array_value(record.nearest, near_value)},
                                      {"output", text_or_null(record.output)}}));
}

}  // namespace isoflop
