#include "law/program.h"

#include <algorithm>
#include <limits>

namespace isoflop {

namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

class Compiler {
 public:
  Compiler(const Graph& graph, std::span<const NodeId> outputs,
           std::span<const std::string> coefficients)
      : graph_(graph), outputs_(outputs), wanted_(graph.needed(outputs)) {
    program_.coefficients.assign(coefficients.begin(), coefficients.end());
    program_.outputs = outputs.size();
    places_.resize(graph.size());
    uses_.resize(graph.size(), 0);
    last_use_.resize(graph.size(), 0);
    fused_.resize(graph.size(), false);
  }

  Program run() {
    place_leaves();
    count_uses();
    fuse();
    find_last_uses();
    for (NodeId id = 0; id < graph_.size(); ++id)
      if (wanted_[id] && !is_leaf(id) && !fused_[id]) emit(id);
    // Outputs that are leaves or computed elsewhere, or that two names share, are copied.
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      if (!written_directly(i)) emit_copy(i);
    program_.registers = register_count_;
    return std::move(program_);
  }

 private:
  const Node& node(NodeId id) const { return graph_.node(id); }
  bool is_leaf(NodeId id) const { return node(id).op == Op::kNumber || node(id).op == Op::kSymbol; }
  bool is_row(NodeId id) const { return node(id).stage == Stage::kRow; }

  void place_leaves() {
    std::vector<NodeId> numbers;
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!wanted_[id] || !is_leaf(id)) continue;
      if (node(id).op == Op::kNumber) {
        numbers.push_back(id);
      } else if (node(id).stage == Stage::kTable) {
        places_[id] = {Space::kColumn, static_cast<std::uint16_t>(program_.columns.size())};
        program_.columns.push_back(graph_.symbol_name(id));
      } else {
        const auto found = std::ranges::find(program_.coefficients, graph_.symbol_name(id));
        places_[id] = {Space::kScalar,
                       static_cast<std::uint16_t>(found - program_.coefficients.begin())};
      }
    }
    for (const NodeId id : numbers) {
      places_[id] = {Space::kScalar, static_cast<std::uint16_t>(program_.coefficients.size() +
                                                                program_.numbers.size())};
      program_.numbers.push_back(node(id).number);
    }
    program_.scalars = program_.coefficients.size() + program_.numbers.size();
    program_.all_columns = program_.columns.size();
  }

  void count_uses() {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!wanted_[id] || is_leaf(id)) continue;
      ++uses_[node(id).a];
      if (is_binary(node(id).op)) ++uses_[node(id).b];
    }
    for (const NodeId output : outputs_) ++uses_[output];
  }

  // A product that only one sum needs becomes part of that sum's instruction.
  void fuse() {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!wanted_[id] || !is_row(id)) continue;
      if (node(id).op != Op::kAdd && node(id).op != Op::kSub) continue;
      const NodeId product = fusable(node(id).a) ? node(id).a : node(id).b;
      if (node(id).a != node(id).b && fusable(product)) fused_[product] = true;
    }
  }
  bool fusable(NodeId id) const {
    return is_row(id) && node(id).op == Op::kMul && uses_[id] == 1 && !fused_[id];
  }

  // Operands of the instruction of a node, a fused product's among them.
  std::vector<NodeId> reads(NodeId id) const {
    std::vector<NodeId> list;
    const auto take = [&](NodeId operand) {
      if (!fused_[operand]) {
        list.push_back(operand);
      } else {
        list.push_back(node(operand).a);
        list.push_back(node(operand).b);
      }
    };
    take(node(id).a);
    if (is_binary(node(id).op)) take(node(id).b);
    return list;
  }

  void find_last_uses() {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!wanted_[id] || is_leaf(id) || fused_[id]) continue;
      for (const NodeId operand : reads(id)) last_use_[operand] = id;
    }
    for (const NodeId output : outputs_) last_use_[output] = kNever;
  }

  // A row value goes straight to the first output that wants it.
  bool written_directly(std::size_t output) const {
    const NodeId id = outputs_[output];
    return is_row(id) && places_[id].space == Space::kOutput && places_[id].index == output;
  }

  Operand place_result(NodeId id) {
    switch (node(id).stage) {
      case Stage::kNumber:
      case Stage::kCall:
        return {Space::kScalar, static_cast<std::uint16_t>(program_.scalars++)};
      case Stage::kTable:
        return {Space::kColumn, static_cast<std::uint16_t>(program_.all_columns++)};
      case Stage::kRow:
        break;
    }
    const auto output = std::ranges::find(outputs_, id);
    if (output != outputs_.end())
      return {Space::kOutput, static_cast<std::uint16_t>(output - outputs_.begin())};
    if (free_.empty()) return {Space::kRegister, static_cast<std::uint16_t>(register_count_++)};
    const Operand reused = free_.back();
    free_.pop_back();
    return reused;
  }

  // The result may take the place of an operand: kernels read a vector of rows before they write
  // it.
  void release(const std::vector<NodeId>& operands, NodeId at) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const NodeId operand = operands[i];
      const bool again = std::find(operands.begin(), operands.begin() + static_cast<long>(i),
                                   operand) != operands.begin() + static_cast<long>(i);
      if (!again && places_[operand].space == Space::kRegister && last_use_[operand] == at)
        free_.push_back(places_[operand]);
    }
  }

  void emit(NodeId id) {
    Instruction instruction;
    const NodeId a = node(id).a, b = node(id).b;
    if (is_row(id) && (fused_[a] || fused_[b])) {
      const NodeId product = fused_[a] ? a : b, rest = fused_[a] ? b : a;
      const bool difference = node(id).op == Op::kSub;
      instruction.row_op =
          !difference ? RowOp::kMulAdd : (fused_[a] ? RowOp::kMulSub : RowOp::kNegMulAdd);
      instruction.a = places_[node(product).a];
      instruction.b = places_[node(product).b];
      instruction.c = places_[rest];
    } else {
      instruction.op = node(id).op;
      instruction.a = places_[a];
      instruction.b = is_binary(node(id).op) ? places_[b] : places_[a];
    }
    if (is_row(id)) release(reads(id), id);
    instruction.result = places_[id] = place_result(id);
    code_of(node(id).stage).push_back(instruction);
  }

  void emit_copy(std::size_t output) {
    Instruction instruction;
    instruction.row_op = RowOp::kCopy;
    instruction.a = places_[outputs_[output]];
    instruction.result = {Space::kOutput, static_cast<std::uint16_t>(output)};
    program_.row_code.push_back(instruction);
  }

  std::vector<Instruction>& code_of(Stage stage) {
    if (stage == Stage::kRow) return program_.row_code;
    return stage == Stage::kTable ? program_.table_code : program_.call_code;
  }

  const Graph& graph_;
  std::span<const NodeId> outputs_;
  std::vector<bool> wanted_;
  std::vector<bool> fused_;
  std::vector<Operand> places_;
  std::vector<std::size_t> uses_;
  std::vector<std::size_t> last_use_;
  std::vector<Operand> free_;
  std::size_t register_count_ = 0;
  Program program_;
};

}  // namespace

Program compile(const Graph& graph, std::span<const NodeId> outputs,
                std::span<const std::string> coefficients) {
  return Compiler(graph, outputs, coefficients).run();
}

}  // namespace isoflop
