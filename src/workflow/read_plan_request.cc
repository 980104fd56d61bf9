#include "workflow/read_plan_request.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/number_text.h"

namespace isoflop {

namespace {

using Kind = Value::Kind;

class QuestionReader {
 public:
  explicit QuestionReader(const Value& question) : question_(question) {}

  const Value* find(const char* name) {
    read_.emplace_back(name);
    const Value* value = question_.find(name);
    return value == nullptr || value->is(Kind::kNull) ? nullptr : value;
  }
  template <class Number>  // a double, or one that may not be there
  void number(const char* name, Number& to) {
    if (const Value* value = find(name)) to = number_of(*value, name);
  }
  void bytes(const char* name, std::optional<double>& to) {
    const Value* value = find(name);
    if (value == nullptr) return;
    to = value->is(Kind::kString) ? kept(parse_bytes(value->string(), name), name)
                                  : number_of(*value, name);
  }
  // One of the words; the first is the default. Whether it is the second.
  bool is_second(const char* name, std::string_view first, std::string_view second) {
    const Value* value = find(name);
    if (value == nullptr || value->string() == first) return false;
    if (value->string() != second)
      problems_.add({name}, "\"{}\" is neither {} nor {}", value->string(), first, second);
    return true;
  }
  void range(const char* name, std::optional<Range>& to) {
    const Value* value = find(name);
    if (value == nullptr) return;
    if (value->items().size() != 2)
      problems_.add({name}, "two numbers are expected: (low, high)");
    else
      to = {number_of(value->items()[0], name), number_of(value->items()[1], name)};
  }
  void limit(const char* name, Limit::On on, std::vector<Limit>& limits) {
    if (const Value* max = find(name))
      limits.push_back(
          {.on = on, .max = number_of(*max, name), .name = std::string("question.") + name});
  }
  double number_of(const Value& value, const std::string& name) {
    if (value.is(Kind::kString)) {
      const bool share = name == "S" || name == "Sx" || name.starts_with("sparsity");
      return kept((share ? parse_sparsity : parse_number)(value.string(), name), name);
    }
    if (!value.is(Kind::kNumber))
      problems_.add({name}, "not a number: give one such as 1e9, or \"1B\"");
    return value.number();
  }
  // The value, or nothing of use and the field's problems.
  template <class T>
  T kept(Result<T> result, const std::string& name) {
    if (result) return *std::move(result);
    for (const Problem& each : result.error().problems)
      problems_.add({name, 0, each.column}, "{}", each.what);
    return T();
  }
  void inputs(const Value::Members& members, Inputs& to) {
    for (const auto& [name, value] : members)
      if (!value.is(Kind::kNull) && std::ranges::find(read_, name) == read_.end())
        to[name] = number_of(value, name);
  }
  Problems& problems() { return problems_; }

 private:
  const Value& question_;
  std::vector<std::string> read_;
  Problems problems_;
};

void read_budgets(QuestionReader& from, PlanRequest& request) {
  const Value* flops = from.find("flops");
  if (flops == nullptr) return;
  const bool several = flops->is(Kind::kArray);
  for (const Value& each : several ? std::span(flops->items()) : std::span(flops, 1))
    request.budgets.push_back(from.number_of(each, "flops"));
}

void read_sparsity(QuestionReader& from, PlanQuestion& question) {
  const Value* sparsity = from.find("sparsity");
  question.free_sparsity = sparsity != nullptr && sparsity->string() == "free";
  if (sparsity != nullptr && !question.free_sparsity)
    question.sparsity = from.number_of(*sparsity, "sparsity");
  from.range("sparsity_range", question.sparsity_range);
}

void read_limits(QuestionReader& from, PlanRequest& request) {
  PlanQuestion& question = request.question;
  from.limit("max_active", Limit::On::kActive, question.limits);
  from.limit("max_total", Limit::On::kTotal, question.limits);
  from.limit("max_tokens", Limit::On::kTokens, question.limits);
  std::optional<double> bytes;
  MemoryBudget memory;
  from.bytes("memory", bytes);
  memory.training = from.is_second("memory_for", "serving", "training");
  from.number("bytes_per_parameter", memory.options.bytes_per_parameter);
  from.bytes("kv_cache", memory.key_values);
  from.number("sequences", memory.options.sequences);
  if (!bytes) return;
  memory.bytes = *bytes;
  request.memory = memory;
}

void read_cost(QuestionReader& from, PlanRequest& request) {
  if (const Value* cost = from.find("cost")) {
    request.exact_cost = cost->string() == "exact";
    if (!request.exact_cost) request.question.cost = from.kept(find_cost(cost->string()), "cost");
  }
  from.number("context", request.context);
  const Value* arch = from.find("arch");
  const Value* const text = arch == nullptr ? nullptr : arch->find("text");
  if (text == nullptr) return;
  const Value* const named = arch->find("name");
  const std::string name = named == nullptr ? "arch" : named->string();
  Result<Architecture> model = read_architecture(text->string(), name);
  if (!model)
    from.problems().add(model.error());
  else
    request.architecture = NamedArchitecture{name, *std::move(model)};
}

void read_hardware(QuestionReader& from, PlanRequest& request) {
  Hardware hardware;
  if (const Value* gpu = from.find("gpu"))
    hardware.peak = from.kept(find_gpu(gpu->string()), "gpu").peak;
  from.number("peak", hardware.peak);
  from.number("mfu", hardware.mfu);
  from.number("gpus", hardware.gpus);
  from.number("price_per_gpu_hour", hardware.price_per_gpu_hour);
  from.number("days", request.days);
  from.number("money", request.money);
  if (hardware.peak > 0) request.hardware = hardware;
}

}  // namespace

Result<PlanRequest> read_plan_request(const Value& given) {
  QuestionReader from(given);
  PlanRequest request;
  PlanQuestion& question = request.question;
  read_budgets(from, request);
  from.number("active_params", question.active_params);
  from.number("total_params", question.total_params);
  from.number("tokens", question.tokens);
  from.number("loss", question.loss);
  read_sparsity(from, question);
  if (from.is_second("least", "active", "tokens"))
    question.minimise = PlanQuestion::Minimise::kTokens;
  from.number("reach", question.reach);
  read_limits(from, request);
  from.number("unique_tokens", question.unique_tokens);
  from.number("repetition", question.repetition);
  from.number("inference_tokens", question.inference_tokens);
  read_cost(from, request);
  read_hardware(from, request);
  from.number("level", request.intervals.level);
  if (const auto level = request.intervals.level; level && !(*level > 0 && *level < 1))
    from.problems().add({"level"}, "a share between 0 and 1 is expected, such as 0.95");
  request.intervals.profile = from.is_second("intervals", "sandwich", "profile");
  if (const Value* inputs = from.find("inputs")) from.inputs(inputs->members(), question.inputs);
  from.inputs(given.members(), question.inputs);
  if (!from.problems().empty()) return from.problems().take();
  return request;
}

}  // namespace isoflop
