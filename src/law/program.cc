#include "law/program.h"

#include <algorithm>
#include <limits>

namespace isoflop {

namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

class Compiler {
 public:
  Compiler(const Graph& graph, std::span<const NodeId> outputs,
           std::span<const std::string> coefficients, std::span<const std::size_t> levels)
      : graph_(graph),
        outputs_(outputs),
        levels_(levels.begin(), levels.end()),
        wanted_(graph.needed(outputs)) {
    program_.coefficients.assign(coefficients.begin(), coefficients.end());
    if (levels_.empty()) levels_.push_back(outputs.size());
    places_.resize(graph.size());
    uses_.resize(graph.size(), 0);
    last_use_.resize(graph.size(), 0);
    fused_.resize(graph.size(), false);
    demoted_.resize(graph.size(), false);
  }

  Program run() {
    place_leaves();
    demote();
    count_uses();
    fuse();
    put_in_order();
    find_last_uses();
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      const std::size_t first_output = level_end_;
      level_end_ += levels_[level];
      for (const NodeId id : order_[level]) emit(id);
      // Outputs that are leaves or computed elsewhere, or that two names share, are copied.
      for (std::size_t output = first_output; output < level_end_; ++output)
        if (!written_directly(output)) emit_copy(output);
      program_.levels.push_back({level_end_, program_.row_code.size()});
    }
    program_.registers = register_count_;
    return std::move(program_);
  }

 private:
  const Node& node(NodeId id) const { return graph_.node(id); }
  bool is_leaf(NodeId id) const { return node(id).op == Op::kNumber || node(id).op == Op::kSymbol; }
  Stage stage(NodeId id) const { return demoted_[id] ? Stage::kRow : node(id).stage; }
  bool is_row(NodeId id) const { return stage(id) == Stage::kRow; }
  static Operand operand(Space space, std::size_t index) {
    return {space, static_cast<std::uint16_t>(index)};
  }

  void place_leaves() {
    std::vector<NodeId> numbers;
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (!wanted_[id] || !is_leaf(id)) continue;
      if (node(id).op == Op::kNumber) {
        numbers.push_back(id);
      } else if (node(id).stage == Stage::kTable || node(id).stage == Stage::kRow) {
        places_[id] = operand(Space::kColumn, program_.columns.size());
        program_.columns.push_back(graph_.symbol_name(id));
      } else {
        const auto found = std::ranges::find(program_.coefficients, graph_.symbol_name(id));
        places_[id] = operand(Space::kScalar,
                              static_cast<std::size_t>(found - program_.coefficients.begin()));
      }
    }
    for (const NodeId id : numbers) {
      places_[id] = operand(Space::kScalar, program_.coefficients.size() + program_.numbers.size());
      program_.numbers.push_back(node(id).number);
    }
    program_.scalars = program_.coefficients.size() + program_.numbers.size();
    program_.all_columns = program_.columns.size();
  }

  // A sum or product of columns that the row code alone needs is computed there: that takes no more
  // time than reading it would, and no memory.
  void demote() {
    std::vector<bool> kept(graph_.size(), false);  // what table code needs
    for (auto id = static_cast<NodeId>(graph_.size()); id-- > 0;) {
      if (!wanted_[id] || is_leaf(id) || node(id).stage != Stage::kTable) continue;
      const Op op = node(id).op;
      const bool cheap = op == Op::kAdd || op == Op::kSub || op == Op::kMul || op == Op::kNeg;
      demoted_[id] = cheap && !kept[id];
      if (demoted_[id]) continue;
      kept[node(id).a] = true;
      if (is_binary(op)) kept[node(id).b] = true;
    }
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

  // What each level computes that those before it have not, operands first.
  void put_in_order() {
    std::vector<bool> placed(graph_.size(), false);
    std::size_t end = 0;
    for (const std::size_t count : levels_) {
      end += count;
      const std::vector<bool> needed = graph_.needed(outputs_.first(end));
      std::vector<NodeId>& level = order_.emplace_back();
      for (NodeId id = 0; id < graph_.size(); ++id) {
        if (!needed[id] || placed[id] || is_leaf(id) || fused_[id]) continue;
        level.push_back(id);
        placed[id] = true;
      }
    }
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
    for (const std::vector<NodeId>& level : order_)
      for (const NodeId id : level)
        for (const NodeId operand : reads(id)) last_use_[operand] = id;
    for (const NodeId output : outputs_) last_use_[output] = kNever;
  }

  // A row value goes straight to the first output that wants it.
  bool written_directly(std::size_t output) const {
    const NodeId id = outputs_[output];
    return is_row(id) && places_[id].space == Space::kOutput && places_[id].index == output;
  }

  Operand place_result(NodeId id) {
    if (stage(id) == Stage::kTable) return operand(Space::kColumn, program_.all_columns++);
    if (!is_row(id)) return operand(Space::kScalar, program_.scalars++);
    // Not to an output of a later level: where that is not asked for, it has no memory.
    const std::span<const NodeId> at_hand = outputs_.first(level_end_);
    const auto output = std::ranges::find(at_hand, id);
    if (output != at_hand.end())
      return operand(Space::kOutput, static_cast<std::size_t>(output - at_hand.begin()));
    if (free_.empty()) return operand(Space::kRegister, register_count_++);
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
    code_of(stage(id)).push_back(instruction);
  }

  void emit_copy(std::size_t output) {
    program_.row_code.push_back({.row_op = RowOp::kCopy,
                                 .result = operand(Space::kOutput, output),
                                 .a = places_[outputs_[output]]});
  }

  std::vector<Instruction>& code_of(Stage at) {
    if (at == Stage::kRow) return program_.row_code;
    return at == Stage::kTable ? program_.table_code : program_.call_code;
  }

  const Graph& graph_;
  std::span<const NodeId> outputs_;
  std::vector<std::size_t> levels_;
  std::vector<std::vector<NodeId>> order_;  // by level
  std::size_t level_end_ = 0;               // of the level at hand, in outputs_
  std::vector<bool> wanted_;
  std::vector<bool> fused_;
  std::vector<bool> demoted_;  // from table code to row code
  std::vector<Operand> places_;
  std::vector<std::size_t> uses_;
  std::vector<std::size_t> last_use_;
  std::vector<Operand> free_;
  std::size_t register_count_ = 0;
  Program program_;
};

}  // namespace

Program compile(const Graph& graph, std::span<const NodeId> outputs,
                std::span<const std::string> coefficients, std::span<const std::size_t> levels) {
  return Compiler(graph, outputs, coefficients, levels).run();
}

}  // namespace isoflop
