// What a formula computes: a graph of operations in which equal parts exist once.
//
// Every node knows its stage, which says how often it must be computed: numbers never, what depends
// on coefficients only once a call, what depends on a table's columns only once a table, and only
// the rest once a call and row. Building a node simplifies it with the stages in view: x^y becomes
// exp(y ln x), logarithms of products are split where that moves work out of the rows, a division
// by a power becomes a product. So the number of transcendental operations a row can be read off
// the graph, and derivatives, which are built from the same nodes, add none.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "law/operations.h"

namespace isoflop {

// Bits: what a node depends on.
enum class Stage : std::uint8_t { kNumber = 0, kCall = 1, kTable = 2, kRow = 3 };

struct Node {
  Op op = Op::kNumber;
  Stage stage = Stage::kNumber;
  bool nonnegative = false;  // known to be, whatever the symbols' values
  NodeId a = 0;              // operands, and for kSymbol the index into symbols()
  NodeId b = 0;
  double number = 0;
};

class Graph {
 public:
  // The symbol of that name; stage and sign are those of its first mention.
  NodeId symbol(std::string_view name, Stage stage, bool nonnegative);
  NodeId number(double value);

  NodeId add(NodeId a, NodeId b);
  NodeId sub(NodeId a, NodeId b);
  NodeId mul(NodeId a, NodeId b);
  NodeId div(NodeId a, NodeId b);
  NodeId neg(NodeId a);
  NodeId pow(NodeId base, NodeId exponent);
  NodeId exp(NodeId a);
  NodeId log(NodeId a) { return logarithm(Op::kLog, a); }
  NodeId unary(Op op, NodeId a);             // any operation of one operand
  NodeId binary(Op op, NodeId a, NodeId b);  // ... of two

  // d output / d symbol for each of the symbols, by one backward sweep.
  std::vector<NodeId> gradient(NodeId output, std::span<const NodeId> symbols);

  [[nodiscard]] const Node& node(NodeId id) const { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] const std::string& symbol_name(NodeId id) const { return symbols_[nodes_[id].a]; }
  [[nodiscard]] bool are_numbers(NodeId a, NodeId b) const {
    return nodes_[a].op == Op::kNumber && nodes_[b].op == Op::kNumber;
  }
  [[nodiscard]] bool is_number(NodeId id, double value) const {
    return nodes_[id].op == Op::kNumber && nodes_[id].number == value;
  }
  // Whether a value does not depend on the row: a number, or computed once a call.
  [[nodiscard]] bool is_of_call(NodeId id) const { return nodes_[id].stage <= Stage::kCall; }
  [[nodiscard]] bool depends_on(NodeId id, NodeId symbol) const;
  // Which nodes the outputs need, by index.
  [[nodiscard]] std::vector<bool> needed(std::span<const NodeId> outputs) const;

 private:
  NodeId mul_of_call(NodeId factor, NodeId rest, NodeId other);
  struct Key {
    Op op;
    NodeId a, b;
    std::uint64_t number;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  NodeId make(Op op, NodeId a, NodeId b = 0);
  NodeId intern(Node node);
  NodeId logarithm(Op op, NodeId a);
  NodeId integer_power(NodeId base, unsigned exponent);
  [[nodiscard]] bool nonnegative(Op op, NodeId a, NodeId b) const;

  std::vector<Node> nodes_;  // operands come before what uses them
  std::vector<std::string> symbols_;
  std::map<std::string, NodeId, std::less<>> symbol_nodes_;
  std::unordered_map<Key, NodeId, KeyHash> index_;
};

}  // namespace isoflop
